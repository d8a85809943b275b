/** Updates that are interrupted in every way: one more `up` brings what is declared, and nothing is left over. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded, type TestStack } from "./engine.ts";
import { createFaultyVirsh, type FaultyVirsh } from "./faultyVirsh.ts";

const why = whyNoLibvirtd();
const title = why ? `interrupted updates (skipped: ${why})` : "interrupted updates";

/** A VM with a pool and a disk of its own, over a connection of its own. */
interface Vm {
  readonly name: string;
  /** What the disk is made of. */
  readonly disk?: object;
  readonly pool?: string;
  readonly commandTimeout?: number;
}

const RAW = { capacity: 1, capacityUnit: "MiB" };

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let virsh: FaultyVirsh;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "numafleet-faults-"));
    for (const name of ["full", "tmp"]) mkdirSync(path.join(folder, name));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", path.join(folder, "full")]);
    virsh = createFaultyVirsh();
    daemon = await startPrivateLibvirtd();
    // The first question of this kind probes QEMU for seconds, which is none of what is tested here.
    daemon.virsh("domcapabilities");
  });
  afterAll(async () => {
    await daemon?.stop();
    virsh?.remove();
    execFileSync("umount", [path.join(folder, "full")]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Another way to the same daemon, so that a fault strikes one connection only. */
  function uriOf(name: string): string {
    const link = path.join(folder, `${name}.sock`);
    const socket = /socket=(.*)$/.exec(daemon.uri)?.[1] ?? "";
    rmSync(link, { force: true });
    symlinkSync(socket, link);
    return `qemu+unix:///system?socket=${link}`;
  }

  function program(vms: readonly Vm[]): string {
    const all = vms.map((vm) => ({
      disk: RAW,
      pool: path.join(folder, `${vm.name}-pool`),
      commandTimeout: 60,
      ...vm,
      uri: uriOf(vm.name),
    }));
    return `
import * as libvirt from "@pulumi/libvirt";
for (const vm of ${JSON.stringify(all)}) {
  const settings = { uri: vm.uri, stateDir: ${JSON.stringify(path.join(folder, "state"))}, commandTimeout: vm.commandTimeout };
  const opts = { provider: new libvirt.Provider(vm.name + "-host", settings) };
  const pool = new libvirt.Pool(vm.name + "-pool", { name: vm.name + "-pool", type: "dir", target: { path: vm.pool } }, opts);
  const disk = new libvirt.Volume(vm.name + "-disk", { name: "disk", pool: pool.name, ...vm.disk }, opts);
  new libvirt.Domain(vm.name, {
    name: vm.name,
    type: "qemu",
    memory: 32,
    memoryUnit: "MiB",
    running: true,
    os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
    devices: { disks: [{ source: { volume: { pool: pool.name, volume: disk.name } }, target: { dev: "vda", bus: "virtio" } }] },
  }, opts);
}
`;
  }

  async function stackOf(vms: readonly Vm[]): Promise<TestStack> {
    const env = { PATH: virsh.path, TMPDIR: path.join(folder, "tmp") };
    return createStack({ files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": program(vms) }, env });
  }
  const change = (stack: TestStack, vms: readonly Vm[]) =>
    writeFile(path.join(stack.directory, "index.ts"), program(vms));

  /** Each VM runs once with one disk, and nothing is left over. */
  function expectConverged(vms: readonly Vm[]): void {
    const names = vms.map((vm) => vm.name).sort();
    const listed = (...args: string[]) =>
      daemon
        .virsh(...args)
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean)
        .sort();
    expect(listed("list", "--name")).toEqual(names);
    expect(listed("list", "--all", "--name")).toEqual(names);
    expect(listed("pool-list", "--name")).toEqual(names.map((name) => `${name}-pool`));
    for (const name of names) {
      expect(daemon.virsh("vol-list", `${name}-pool`).trim().split(/\s+/)[0], name).toBe("disk");
      expect(daemon.virsh("vol-list", `${name}-pool`).trim().split("\n"), name).toHaveLength(1);
    }
    expect(readdirSync(path.join(folder, "tmp")).filter((name) => name.startsWith("pulumi-libvirt"))).toEqual(
      [],
    );
    expect(virsh.orphans()).toEqual([]);
  }

  it("ends of the provider, the connection and the disk space", async () => {
    const image = path.join(folder, "image.raw");
    execFileSync("truncate", ["-s", "256M", image]);
    const vms: Vm[] = [
      { name: "before-define" },
      { name: "before-start" },
      { name: "upload", disk: { create: { content: { url: image } } } },
      { name: "lost" },
      { name: "hung", commandTimeout: 10 },
      {
        name: "full",
        pool: path.join(folder, "full"),
        disk: { capacity: 8, capacityUnit: "MiB" },
      },
    ];
    const upload = path.join(folder, "upload-pool", "disk");
    virsh.arm(
      { connection: "before-define.sock", command: "define", script: "kill -KILL $1" },
      { connection: "before-start.sock", command: "start", script: "kill -KILL $1" },
      {
        connection: "upload.sock",
        command: "vol-upload",
        script: `{ until [ "$(stat -c %b '${upload}')" -gt 0 ]; do sleep 0.005; done; kill -KILL $1; } >/dev/null 2>&1 &`,
      },
      { connection: "lost.sock", command: "start", script: "kill -KILL -$3" },
      { connection: "hung.sock", command: "start", script: "kill -STOP -$3" },
      { connection: "full.sock", command: "vol-create", script: "true" },
    );
    const stack = await stackOf(vms);
    const first = await stack.up();
    expect(first.exitCode).not.toBe(0);
    expect(virsh.armed(), first.stdout).toEqual([]);
    execFileSync("mount", ["-o", "remount,size=64m", path.join(folder, "full")]);

    const mended = vms.map((vm) => ({ ...vm, commandTimeout: 60 }));
    await change(stack, mended);
    succeeded(await stack.up());
    expectConverged(mended);
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all", "--name").trim()).toBe("");
  });

  it("ends of the engine and of the daemon", async () => {
    const image = path.join(folder, "seed.raw");
    execFileSync("truncate", ["-s", "256M", image]);
    const pidFile = path.join(folder, "..", path.basename(path.dirname(daemon.folder)), "libvirtd.pid");
    const base = path.join(folder, "base.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", base, "1M"]);
    const backed = {
      target: { format: { type: "qcow2" } },
      backingStore: { path: base, format: { type: "qcow2" } },
    };
    const uploaded = { create: { content: { url: image } } };
    interface Case {
      readonly vm: Vm;
      readonly command?: string;
      readonly script?: string;
      readonly before?: () => void;
      readonly after?: () => unknown;
    }
    // The engine's own lock stays, as it cannot know that its holder is gone.
    const unlock = async () => succeeded(await stack.pulumi("cancel", "--yes", "--stack", "dev"));
    const cases: readonly Case[] = [
      { vm: { name: "killed-early" }, command: "vol-create", script: "kill -KILL $2", after: unlock },
      { vm: { name: "killed-late" }, command: "start", script: "kill -KILL $2", after: unlock },
      { vm: { name: "cancelled", disk: uploaded }, command: "vol-upload", script: "kill -INT $2; sleep 2" },
      {
        vm: { name: "restarted" },
        command: "start",
        script: `kill -KILL $(cat ${pidFile}); rm ${pidFile}`,
        after: () => daemon.start(),
      },
      {
        vm: { name: "vanished", disk: backed },
        before: () => renameSync(base, `${base}.away`),
        after: () => renameSync(`${base}.away`, base),
      },
    ];
    const vms: Vm[] = [];
    const stack = await stackOf(vms);
    for (const { vm, command, script, before, after } of cases) {
      vms.push(vm);
      await change(stack, vms);
      if (command && script) virsh.arm({ connection: `${vm.name}.sock`, command, script });
      before?.();
      expect((await stack.up()).exitCode, vm.name).not.toBe(0);
      expect(virsh.armed()).toEqual([]);
      while (virsh.orphans().length > 0) await sleep(100);
      await after?.();
      const others = vms.slice(0, -1).map(({ name }) => name);
      const pids = others.map(daemon.qemuPid);
      succeeded(await stack.up());
      expectConverged(vms);
      expect(others.map(daemon.qemuPid)).toEqual(pids);
    }

    // What somebody has done by hand since.
    daemon.virsh("destroy", "killed-early");
    daemon.virsh("destroy", "killed-late");
    daemon.virsh("undefine", "killed-late");
    daemon.virsh("destroy", "cancelled");
    rmSync(path.join(folder, "cancelled-pool", "disk"));
    daemon.virsh("pool-destroy", "restarted-pool");
    // A killed engine warns of its pending creates until it is told that they are accounted for.
    succeeded(await stack.refresh("--clear-pending-creates"));
    const last = succeeded(await stack.up());
    expect(last.stdout).not.toContain("pending operations");
    expectConverged(vms);
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all", "--name").trim()).toBe("");
    expect(daemon.virsh("pool-list", "--all", "--name").trim()).toBe("");
  });
});
