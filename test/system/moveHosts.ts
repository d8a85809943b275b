/** Two hosts of one fleet on this machine, each a libvirtd of its own, and a VM that can move between them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runMoveCommand } from "../../cli/movecommand.ts";
import { domain as domainInputs } from "../../libvirt/schema/domain.ts";
import { serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import type { VM } from "../../model/vm.ts";
import { argsOnTarget } from "../../move/plan.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd } from "../libvirt/privateLibvirtd.ts";

type VmInput = NonNullable<FleetInput["vms"]>[number];

export interface MoveHosts {
  readonly left: PrivateLibvirtd;
  readonly right: PrivateLibvirtd;
  /** A folder of the test's own, for fleet files and journals. */
  readonly folder: string;
  /** Writes the fleet with the VM on a host and returns its file. */
  write(vm: Partial<VmInput>, more?: Partial<FleetInput>): string;
  /** Defines the VM of the fleet on a host, over disks that are there; `extra` is what the definition has beside. */
  define(daemon: PrivateLibvirtd, host: string, vm: Partial<VmInput>, extra?: object): void;
  /** Defines the VM anew with its definition changed; of a VM that is not there `change` is given nothing. */
  edit(daemon: PrivateLibvirtd, change: (xml: string) => string): void;
  /** Gives the VM a checkpoint, as a backup tool would have left one. */
  checkpoint(daemon: PrivateLibvirtd, xml: string): void;
  /** Runs `fleet move` in this process. */
  move(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  /** Folder of the journals. */
  readonly journals: string;
  /** Makes an image over a base image, which is made too. */
  makeOverlay(file: string, base: string): void;
  /** Takes away what a test has left on both hosts. */
  clear(): void;
  stop(): Promise<void>;
}

export const TODAY = "2026-05-06";

/** Several segments in little time. */
export const SMALL_SEGMENTS = { segmentBytes: 1024 ** 2 };

/** Where a daemon keeps the firmware variables of its VMs, as this machine sees it. */
export function variablesFolder({ folder }: PrivateLibvirtd): string {
  return join(folder, "..", "lib", "qemu", "nvram");
}

/** @param pools whether the hosts have their pools already */
export async function startMoveHosts({ pools = true } = {}): Promise<MoveHosts> {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-moves-"));
  const [left, right] = await Promise.all([startPrivateLibvirtd(), startPrivateLibvirtd()]);
  const earlier = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = join(folder, "state");
  const daemons = { left, right };
  // The pools have other names and folders on each host.
  for (const [name, daemon] of Object.entries(daemons)) {
    const path = join(daemon.folder, name);
    if (!pools) continue;
    mkdirSync(path);
    daemon.virsh("pool-define-as", `${name}-ssd`, "dir", "--target", path);
    daemon.virsh("pool-start", `${name}-ssd`);
  }
  const fleet = (vm: Partial<VmInput>, more: Partial<FleetInput> = {}): FleetInput => ({
    ...more,
    hosts: Object.entries(daemons).map(([name, daemon]) => ({
      name,
      uri: daemon.uri,
      recorded: { source: "configured", date: TODAY },
      // CPU 63 is one that this machine lacks, and that only an emulator set may name.
      cells: [{ id: 0, cores: ["0", "1", "63"], memory: "8 GiB" }],
      reserved: { cpus: "63", memoryPerCell: "1 GiB" },
      pools: [{ name: `${name}-ssd`, class: "ssd", path: join(daemon.folder, name), capacity: "20 GB" }],
    })),
    vms: [
      {
        name: "web",
        host: "left",
        vcpus: 1,
        memory: "128 MiB",
        exclusiveCores: false,
        disks: [{ name: "os", class: "ssd", size: "1 GiB" }],
        ...vm,
      },
    ],
  });
  const write = (vm: Partial<VmInput>, more: Partial<FleetInput> = {}): string => {
    const file = join(folder, "fleet.json");
    writeFileSync(file, `${JSON.stringify(fleet(vm, more), null, 2)}\n`);
    return file;
  };
  return {
    left,
    right,
    folder,
    write,
    journals: join(folder, "state", "numafleet", "moves"),
    makeOverlay(file, base) {
      mkdirSync(dirname(base), { recursive: true });
      makeImage(base, "512M", ["0", "1M"]);
      const args = ["-q", "-f", "qcow2", "-b", base, "-F", "qcow2", file, "1G"];
      execFileSync("qemu-img", ["create", ...args]);
    },
    clear() {
      for (const [name, daemon] of Object.entries(daemons)) {
        if (daemon.virsh("list", "--name").trim() !== "") daemon.virsh("destroy", "web");
        for (const vm of daemon.virsh("list", "--all", "--name").split("\n"))
          if (vm.trim() !== "") daemon.virsh("undefine", vm.trim(), "--keep-nvram");
        const variables = variablesFolder(daemon);
        for (const file of readdirSync(variables)) rmSync(join(variables, file));
        for (const file of readdirSync(join(daemon.folder, name))) rmSync(join(daemon.folder, name, file));
        daemon.virsh("pool-refresh", `${name}-ssd`);
      }
      rmSync(join(folder, "state"), { recursive: true, force: true });
    },
    define(daemon, name, vm, extra = {}) {
      const declared = requireFleet(fleet({ ...vm, host: name }));
      const to = declared.hosts.find((host) => host.name === name);
      if (!to) throw new Error(`no host ${name}`);
      const args = argsOnTarget({ fleet: declared, vm: declared.vms[0] as VM, to }, "qemu");
      const root = build("domain", domainInputs, { ...args, ...extra });
      const file = join(folder, "domain.xml");
      writeFileSync(file, serialise(root));
      daemon.virsh("pool-refresh", `${name}-ssd`);
      daemon.virsh("define", file);
      // libvirt orders controllers in another way when it reads what it has written itself.
      writeFileSync(file, daemon.virsh("dumpxml", "web", "--inactive"));
      daemon.virsh("define", file);
      daemon.virsh("autostart", "web");
    },
    edit(daemon, change) {
      const file = join(folder, "domain.xml");
      const isThere = daemon.virsh("list", "--all", "--name").includes("web");
      writeFileSync(file, change(isThere ? daemon.virsh("dumpxml", "web", "--inactive") : ""));
      daemon.virsh("define", file);
    },
    checkpoint(daemon, xml) {
      const file = join(folder, "checkpoint.xml");
      writeFileSync(file, xml);
      daemon.virsh("checkpoint-create", "web", file, "--redefine");
    },
    async move(...args) {
      let [out, err] = ["", ""];
      const streams = {
        out: (text: string) => {
          out += text;
        },
        err: (text: string) => {
          err += text;
        },
      };
      const code = await runMoveCommand([...args, "--today", TODAY], streams, SMALL_SEGMENTS);
      return { code, out, err };
    },
    async stop() {
      if (earlier === undefined) delete process.env.XDG_STATE_HOME;
      else process.env.XDG_STATE_HOME = earlier;
      await Promise.all([left.stop(), right.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an image with content at some places: SIZE and pairs of offset and length, as qemu-io reads them. */
export function makeImage(
  file: string,
  size: string,
  ...pieces: readonly (readonly [string, string])[]
): void {
  execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", file, size]);
  for (const [i, [offset, length]] of pieces.entries()) {
    execFileSync("qemu-io", ["-c", `write -P ${i + 1} ${offset} ${length}`, file], { stdio: "ignore" });
  }
}

export function sha256Of(file: string): string {
  return execFileSync("sha256sum", [file], { encoding: "utf8" }).split(" ", 1)[0] ?? "";
}
