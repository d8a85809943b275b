/**
 * A VM of the default stack joins for real: a Debian boots from its system disk by BIOS and GRUB, its own cloud-init
 * finds the seed that the program made, and what came of it is read in the guest. Emulated; k3s alone is a stand-in.
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { FleetInput } from "../../model/fleet.ts";
import { numa } from "../../stacks/numa.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { debianImage } from "../../tools/guest/debianImage.ts";
import { makeFileSystem } from "../guest/fileSystemImage.ts";
import { type GuestNetwork, startGuestNetwork, whyNoGuestNetwork } from "../guest/guestNetwork.ts";
import { inGuest } from "../guest/guestShell.ts";
import { K3S_NOTE, K3S_STANDIN, K3S_VERSION } from "../guest/k3sStandin.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, succeeded } from "../system/engine.ts";

const why = whyNoLibvirtd({ bridges: true }) ?? whyNoGuestNetwork();
const image = why === undefined ? await debianImage() : { skip: why };
const skip = "skip" in image ? image.skip : undefined;

const VM = "k3s-worker-data";
const TOKEN = "agents-join-by-this-and-only-in-this-test";
const IMAGES = "/var/lib/libvirt/images";
/** Of the disk that has a file system before the VM is there, with what k3s is installed from. */
const KEPT = { uuid: randomUUID(), note: "written before the VM was there\n" };

/** Far more than a boot takes on two cores that have nothing else to do. */
const BOOT_SECONDS = 600;
const TIMEOUT_MS = 900_000;
/** How often a guest is asked that is likely to be on its way still. */
const SELDOM_SECONDS = 20;
const CLOUD_INIT_IS_THROUGH = /Cloud-init v\. \S+ finished at/;
/** udev, systemd and the tools of a guest that is emulated. */
const GROW_SECONDS = 120;

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** What every boot of a Debian writes; beside it nothing may change. */
const EACH_BOOT = [
  "/var/lib/cloud/data/*",
  "/var/lib/cloud/instances/*/boot-finished",
  "/var/lib/cloud/instances/*/obj.pkl",
  // The documents as parts of a message, whose boundary is drawn by lot.
  "/var/lib/cloud/instances/*/*.txt.i",
  "/var/lib/dhcp/*.leases",
  "/var/lib/systemd/random-seed",
];

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** The VM as the default stack has it, with a key of this test's, a label, and k3s from a disk; and its server. */
function fleet(publicKey: string): FleetInput {
  const [data, server] = [VM, "k3s-server-tasks"].map((name) => numa.vms?.find((vm) => vm.name === name));
  if (!data || !server) throw new Error("the default stack has other VMs");
  const k3sDisk = {
    name: "k3s",
    class: "ssd",
    size: "1 GB",
    baseImage: `${IMAGES}/k3s.img`,
    mount: "/opt/k3s",
  } as const;
  const changes: Record<string, { readonly size: string } | { readonly partition: "gpt" }> = {
    hot: { partition: "gpt" },
    // Of 8 TB a file system is made too, but emulated it takes a while.
    cold: { size: "200 GB" },
  };
  const binary = { from: "/opt/k3s/bin/k3s", sha256: sha256(K3S_STANDIN) };
  return {
    ...numa,
    vms: [
      {
        ...data,
        // Each one that is emulated costs this machine time; four are on both of its CPUs.
        vcpus: 4,
        pins: data.pins?.slice(0, 4),
        cloudInit: { ...data.cloudInit, users: [{ name: "admin", sshAuthorizedKeys: [publicKey] }] },
        labels: { tier: "data" },
        disks: [...(data.disks ?? []).map((d) => ({ ...d, ...changes[d.name] })), k3sDisk],
        k3s: { install: { version: K3S_VERSION, binary } },
      },
      // It is there to be named, and has nothing to boot.
      { ...server, disks: [{ name: "os", class: "ssd", size: "4 MiB" }] },
    ],
  };
}

describe.skipIf(skip !== undefined)(`a guest that joins${skip ? ` (skipped: ${skip})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let network: GuestNetwork;
  let reader: ChildProcess | undefined;
  /** What the guest's kernel and services have told so far. */
  let console = "";

  const guest = (...argv: string[]) => inGuest(daemon, VM, ...argv);
  const shell = (script: string) => guest("sh", "-c", script);
  const lines = async (script: string) => (await shell(script)).trim().split("\n");

  beforeAll(async () => {
    if ("skip" in image) throw new Error(image.skip);
    daemon = await startPrivateLibvirtd({ bridges: ["br0"] });
    network = startGuestNetwork(daemon, "br0", image.busybox);
    const images = join(daemon.folder, "..", "lib", "images");
    mkdirSync(images, { recursive: true });
    const base = ["create", "-q", "-f", "qcow2", "-b", image.disk, "-F", "raw", join(images, "base.qcow2")];
    execFileSync("qemu-img", base);
    const files = { "bin/k3s": K3S_STANDIN, "note.txt": KEPT.note };
    makeFileSystem(join(images, "k3s.img"), { size: "64M", uuid: KEPT.uuid, files });
  });
  afterAll(async () => {
    reader?.kill();
    try {
      network?.stop();
    } finally {
      await daemon?.stop();
    }
  });

  test(
    "boots from the disk that the program made, and cloud-init finds no fault with the seed",
    async () => {
      const fleetFile = join(daemon.folder, "fleet.json");
      await writeFile(fleetFile, JSON.stringify(fleet(network.publicKey)));
      const stack = await createStack({
        directory: ROOT,
        env: { PATH: `${daemon.ssh}:${process.env.PATH}`, XDG_STATE_HOME: join(daemon.folder, "state") },
        config: {
          "numafleet:fleet": fleetFile,
          "numafleet:today": "2026-05-06",
          "numafleet:domainType": "qemu",
          "numafleet:rehearsal": JSON.stringify({ cpus: 2, memory: "4 GiB" }),
          "numafleet:k3sToken": TOKEN,
        },
      });
      succeeded(await stack.up());
      readConsole();
      succeeded(await stack.up("--refresh", "--expect-no-changes"));
      await untilBooted();
      expect(await shell("grep -E 'WARNING|ERROR|Traceback' /var/log/cloud-init.log || true")).toBe("");
      expect(await guest("hostname")).toBe(`${VM}\n`);
    },
    TIMEOUT_MS,
  );

  test("lets its user in by the key and by nothing else, and to be root", async () => {
    expect(network.ssh("admin", "id --name --user && sudo -n id --name --user")).toBe("admin\nroot\n");
    expect(() => network.ssh("root", "true")).toThrow();
    expect(await shell("getent passwd admin; passwd --status admin | cut -d ' ' -f 2")).toMatch(
      /^admin:x:\d+:\d+:[^:]*:\/home\/admin:\/bin\/bash\nL\n$/,
    );
    expect(await guest("cat", "/home/admin/.ssh/authorized_keys")).toBe(`${network.publicKey}\n`);
    expect(await modes("/home/admin/.ssh", "/home/admin/.ssh/authorized_keys")).toEqual([
      "/home/admin/.ssh 700 admin",
      "/home/admin/.ssh/authorized_keys 600 admin",
    ]);
    expect(await lines("sshd -T | grep -E '^(passwordauthentication|permitrootlogin) '")).toEqual([
      "permitrootlogin without-password",
      "passwordauthentication no",
    ]);
  });

  test("has k3s' configuration where k3s reads it, and the service runs it", async () => {
    expect(parse(await guest("cat", "/etc/rancher/k3s/config.yaml"))).toEqual({
      "node-name": VM,
      server: "https://k3s-server-tasks:6443",
      "token-file": "/etc/rancher/k3s/agent-token",
      "node-taint": ["workload=data:NoSchedule"],
      "node-label": ["tier=data"],
    });
    expect(await modes("/etc/rancher/k3s/config.yaml", "/etc/rancher/k3s/agent-token")).toEqual([
      "/etc/rancher/k3s/config.yaml 600 root",
      "/etc/rancher/k3s/agent-token 600 root",
    ]);
    expect(await guest("cat", "/etc/rancher/k3s/agent-token")).toBe(`${TOKEN}\n`);
    await expectK3s();
  });

  test("has its data disks partitioned where declared, formatted and mounted with their folders, and a root as large as its disk", async () => {
    const columns = "TARGET,SOURCE,FSTYPE,SIZE";
    const rows = await lines(
      `for at in / /data/hot /data/lake; do findmnt -nrbo ${columns} --mountpoint "$at"; done`,
    );
    const mounts = rows.map((row) => row.split(" "));
    expect(mounts.map(([at, device, kind]) => [at, device, kind])).toEqual([
      ["/", "/dev/vda1", "ext4"],
      ["/data/hot", `${await device("hot")}1`, "ext4"],
      ["/data/lake", await device("cold"), "ext4"],
    ]);
    const declared = [40e9, 80e9, 200e9];
    for (const [i, [at, , , size]] of mounts.entries()) {
      expect(Number(size) / (declared[i] ?? 0), at).toBeGreaterThan(0.95);
    }
    expect(await partitions("hot")).toEqual([
      {
        node: "/dev/disk/by-id/virtio-hot-part1",
        start: 2048,
        size: expect.any(Number),
        type: "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
        uuid: expect.any(String),
        name: "numafleet",
      },
    ]);
    const folders = await lines(
      "find /data -mindepth 2 -type d ! -name lost+found -printf '%p %m %u\\n' | sort",
    );
    expect(folders).toEqual(
      [
        "hot/clean",
        "hot/staging",
        "lake/archive",
        "lake/clean",
        "lake/clean/bronze",
        "lake/clean/gold",
        "lake/clean/silver",
        "lake/raw",
      ].map((folder) => `/data/${folder} 755 root`),
    );
  });

  test("has left the disk alone that carried a file system, and uses it to its end", async () => {
    expect(await guest("blkid", "--probe", "--match-tag", "UUID", "--output", "value", "/dev/vdd")).toBe(
      `${KEPT.uuid}\n`,
    );
    expect(await guest("cat", "/opt/k3s/note.txt")).toBe(KEPT.note);
    expect(await guest("cat", "/opt/k3s/bin/k3s")).toBe(K3S_STANDIN);
    expect(Number(await guest("findmnt", "-nrbo", "SIZE", "/opt/k3s")) / 1e9).toBeGreaterThan(0.9);
    expect(await shell("grep '^numafleet:' /var/log/cloud-init-output.log | sort")).toBe(
      ["file system on /dev/disk/by-id/virtio-cold", "file system on /dev/disk/by-id/virtio-hot-part1"]
        .concat("partition on /dev/disk/by-id/virtio-hot")
        .map((made) => `numafleet: made a ${made}, which was empty.\n`)
        .join(""),
    );
  });

  test("shows its secret to root alone", async () => {
    const nobody = "setpriv --reuid=nobody --regid=nogroup --clear-groups";
    // What is as it was in the image has no secret of this test; its kernel notes when a file was last changed.
    const search = (as: string) => `printf %s "$1" | base64 -d >/dev/shm/pattern; chmod 644 /dev/shm/pattern
      find / \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o -type f -cnewer /boot/grub.cfg -print0 |
        ${as} xargs -0 grep -slF -f /dev/shm/pattern
      ${as} grep -slF -f /dev/shm/pattern /proc/[0-9]*/cmdline /proc/[0-9]*/environ
      rm /dev/shm/pattern`;
    const encoded = Buffer.from(TOKEN).toString("base64");
    const find = (as: string) => guest("sh", "-c", search(as), "sh", encoded);
    expect(await find("")).toContain("/etc/rancher/k3s/agent-token\n");
    expect(await find(nobody)).toBe("");
    expect(await shell(`${nobody} test -r ${await seed()} || echo refused`)).toBe("refused\n");
  });

  test(
    "is the same after another boot, in which nothing is set up again",
    async () => {
      const before = await state();
      const boot = await guest("cat", BOOT_ID);
      daemon.virsh("reboot", VM, "--mode", "agent");
      await untilBooted(boot);
      const after = await state();
      expect(after.filter((line) => !before.includes(line))).toEqual([]);
      expect(before.filter((line) => !after.includes(line))).toEqual([]);
      await expectNothingDoneTwice();
      await expectK3s();
      expect(network.ssh("admin", "id --name --user")).toBe("admin\n");
    },
    TIMEOUT_MS,
  );

  test("uses a disk that grows under it to its end, though it is partitioned", async () => {
    const [before] = await partitions("hot");
    daemon.virsh("blockresize", VM, "vdb", "100GB");
    const used = async () => Number(await guest("findmnt", "-nrbo", "SIZE", "--mountpoint", "/data/hot"));
    for (let attempt = 0; (await used()) < 95e9; attempt++) {
      if (attempt === GROW_SECONDS)
        throw new Error(`it does not grow: ${await shell("journalctl --no-pager -n 30")}`);
      await sleep(1000);
    }
    expect(await partitions("hot")).toEqual([{ ...before, size: expect.any(Number) }]);
  });

  function readConsole(): void {
    reader = spawn("cat", [daemon.virsh("ttyconsole", VM).trim()], { stdio: ["ignore", "pipe", "ignore"] });
    reader.stdout?.on("data", (chunk: Buffer) => (console += String(chunk)));
  }

  /**
   * Waits for another boot than that one, until cloud-init is through and nothing is left to start. Asked seldom before
   * cloud-init says on the console that it is through: each question is processes in the guest, which are emulated.
   */
  async function untilBooted(before?: string): Promise<void> {
    const from = console.length;
    const isBooted = async () => {
      if ((await guest("cat", BOOT_ID)) === before) return false;
      return /^(running|degraded)$/m.test(await shell("systemctl is-system-running || true"));
    };
    const isDue = (second: number) =>
      second % SELDOM_SECONDS === 0 || CLOUD_INIT_IS_THROUGH.test(console.slice(from));
    for (let second = 1; !(isDue(second) && (await isBooted().catch(() => false))); second++) {
      if (second === BOOT_SECONDS)
        throw new Error(`${VM} does not come up; its console ends:\n${console.slice(-3000)}`);
      await sleep(1000);
    }
    expect(await shell("systemctl list-units --failed --plain --no-legend")).toBe("");
    expect(JSON.parse(await guest("cat", "/run/cloud-init/result.json"))).toEqual({
      v1: { datasource: `DataSourceNoCloud [seed=${await seed()}][dsmode=net]`, errors: [] },
    });
  }

  /** The partitions of a GPT. */
  async function partitions(serial: string): Promise<{ readonly start: number }[]> {
    const { partitiontable } = JSON.parse(
      await guest("sfdisk", "--json", `/dev/disk/by-id/virtio-${serial}`),
    );
    expect(partitiontable.label).toBe("gpt");
    return partitiontable.partitions;
  }

  async function modes(...paths: string[]): Promise<string[]> {
    return (await guest("stat", "--format=%n %a %U", ...paths)).trim().split("\n");
  }

  /** The disk with the seed, by the label that cloud-init goes by. */
  async function seed(): Promise<string> {
    return (await guest("blkid", "--label", "cidata")).trim();
  }

  async function device(serial: string): Promise<string> {
    return (await guest("readlink", "--canonicalize", `/dev/disk/by-id/virtio-${serial}`)).trim();
  }

  /** The agent's service runs k3s, which found its data and its token. */
  async function expectK3s(): Promise<void> {
    expect(await lines("systemctl is-enabled k3s-agent; systemctl is-active k3s-agent")).toEqual([
      "enabled",
      "active",
    ]);
    expect((await guest("cat", K3S_NOTE)).split("\n")).toEqual([
      "arguments: agent",
      "/data/hot: ext4",
      "/data/lake: ext4",
      `token: ${sha256(`${TOKEN}\n`)}  -`,
      "",
    ]);
  }

  /** cloud-init's log of this boot: what it does once has been done, and was left at that. */
  async function expectNothingDoneTwice(): Promise<void> {
    const log = (await guest("cat", "/var/log/cloud-init.log")).split(" running 'init-local' ").at(-1) ?? "";
    const names = (pattern: RegExp) => [...log.matchAll(pattern)].map((match) => match[1]);
    const due = names(/start: \S+\/(config-\S+): running \S+ with frequency once/g);
    expect(due).toEqual(
      expect.arrayContaining(["config-users-groups", "config-write-files", "config-runcmd"]),
    );
    expect(names(/\b(config-\S+) already ran \(freq=once/g)).toEqual(due);
  }

  /** Everything that was written for this machine, and every file system; without what each boot writes anew. */
  async function state(): Promise<string[]> {
    const places = "/etc /home /root /opt /usr/local /boot /var/lib/[!d]* /var/lib/d[!p]* /data";
    const eachBoot = EACH_BOOT.map((path) => `! -path '${path}'`).join(" ");
    return lines(`{ find ${places} ${eachBoot} -printf '%p %y %m %u:%g %l\\n'
      find ${places} -type f ${eachBoot} -exec sha256sum {} +
      blkid --probe --output full /dev/vd*; } | sort`);
  }
});
