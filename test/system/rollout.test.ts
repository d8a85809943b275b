/**
 * The four VMs of the default stack on a real libvirt, through the real engine and the policy pack: scaled to a
 * machine of 2 CPUs by `numafleet:rehearsal`, and otherwise as the stack has them, connection URI and paths included.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatCpuset, parseCpuset } from "../../model/cpuset.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { numa } from "../../stacks/numa.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { run } from "../../tools/setup/command.mjs";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, succeeded, type TestStack } from "./engine.ts";

const why = whyNoLibvirtd({ bridges: true });
const title = why ? `the default stack's VMs (skipped: ${why})` : "the default stack's VMs";

type VmInput = NonNullable<FleetInput["vms"]>[number];

const NAMES = ["k3s-worker-slm-heavy", "k3s-worker-data", "k3s-worker-slm", "k3s-server-tasks"];
const MACHINE = { cpus: 2, memory: "2 GiB" };
/** Of 256 GiB in the host's cells. */
const MEMORY_SHARE = 2 / 256;

const onMachine = (cpus: string | number) =>
  formatCpuset(
    [...new Set((parseCpuset(String(cpus)) ?? []).map((cpu) => cpu % MACHINE.cpus))].sort((a, b) => a - b),
  );

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  /** The pool `images`, as the daemon's namespace has it. */
  let images: string;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd({ bridges: ["br0"] });
    images = join(daemon.folder, "..", "lib", "images");
    mkdirSync(images, { recursive: true });
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", join(images, "base.qcow2"), "1M"]);
  });
  afterAll(() => daemon?.stop());

  const fleetFile = () => join(daemon.folder, "fleet.json");

  async function fleetStack(): Promise<{ stack: TestStack; write: (fleet: FleetInput) => Promise<void> }> {
    const write = (fleet: FleetInput) => writeFile(fleetFile(), JSON.stringify(fleet));
    await write(numa);
    const stack = await createStack({
      directory: ROOT,
      policyPack: "policy",
      // Its ssh takes root@numa to this daemon.
      env: { PATH: `${daemon.ssh}:${process.env.PATH}`, XDG_STATE_HOME: join(daemon.folder, "state") },
      config: {
        "numafleet:fleet": fleetFile(),
        "numafleet:today": "2026-05-06",
        "numafleet:domainType": "qemu",
        "numafleet:rehearsal": JSON.stringify(MACHINE),
        "numafleet:k3sToken": "only-for-this-test",
      },
    });
    return { stack, write };
  }

  /** `fleet verify` asks the host, by the same ssh, and finds just this different. */
  async function verify(...expected: string[]): Promise<void> {
    const machine = `${MACHINE.cpus},${MACHINE.memory.replace(" ", "")}`;
    const args = ["verify", "--fleet", fleetFile(), "--rehearsal", machine, "--interval", "0.5", "--brief"];
    const { code, stdout, stderr } = await run(process.execPath, [join(ROOT, "cli", "fleet.ts"), ...args], {
      env: { ...process.env, PATH: `${daemon.ssh}:${process.env.PATH}` },
    });
    const found = [...stdout.matchAll(/^DIFFERS ((?:VM|host) [^:\n]+: [^:\n]+): /gm)].map(
      (match) => match[1] ?? "",
    );
    expect(found, `${stdout}\n${stderr}`).toEqual(expected);
    expect(code, `${stdout}\n${stderr}`).toBe(found.length === 0 ? 0 : 1);
  }

  /** vCPU → CPUs, as virsh tells it. */
  function pinsOf(name: string, scope: "--live" | "--config"): string[] {
    const rows = daemon.virsh("vcpupin", name, scope).trim().split("\n");
    return rows.filter((row) => /^\s*\d/.test(row)).map((row) => row.trim().split(/\s+/)[1] ?? "");
  }

  /** What each vCPU's thread may really run on. */
  function affinityOf(name: string): string[] {
    const tasks = `/proc/${daemon.qemuPid(name)}/task`;
    const threads = readdirSync(tasks).flatMap((task) => {
      const vcpu = /^CPU (\d+)\//.exec(readFileSync(`${tasks}/${task}/comm`, "utf8"))?.[1];
      const status = readFileSync(`${tasks}/${task}/status`, "utf8");
      const cpus = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? "";
      return vcpu === undefined ? [] : [{ vcpu: Number(vcpu), cpus }];
    });
    return threads.sort((a, b) => a.vcpu - b.vcpu).map(({ cpus }) => cpus);
  }

  const processes = () =>
    NAMES.map((name) => [name, daemon.virsh("domid", name).trim(), daemon.qemuPid(name)]);

  it("go up, change live, and go down leaving nothing but what is precious", async () => {
    const { stack, write } = await fleetStack();
    const up = succeeded(await stack.up());
    expect(up.stdout + up.stderr).toContain("config/rehearsal");

    for (const vm of numa.vms ?? []) {
      expect(daemon.virsh("domstate", vm.name).trim(), vm.name).toBe("running");
      const pins = vm.pins?.map(onMachine);
      expect(pins).toHaveLength(vm.vcpus);
      expect(pinsOf(vm.name, "--live"), vm.name).toEqual(pins);
      expect(affinityOf(vm.name), vm.name).toEqual(pins);
      expect(daemon.virsh("emulatorpin", vm.name)).toContain(onMachine(vm.emulator ?? ""));
      expect(daemon.virsh("numatune", vm.name)).toMatch(/numa_mode\s*: strict\nnuma_nodeset\s*: 0\n/);
      const mebibytes = Math.floor(Number.parseInt(vm.memory as string, 10) * MEMORY_SHARE);
      expect(daemon.virsh("dominfo", vm.name)).toMatch(new RegExp(`Max memory:\\s+${mebibytes * 1024} KiB`));
      expect(daemon.virsh("domiflist", vm.name)).toContain("br0");
    }
    expect(daemon.virsh("domblkinfo", "k3s-worker-data", "vdc")).toContain("8000000000000");

    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.up("--refresh", "--expect-no-changes"));
    await verify();

    // A pin, a weight, a balloon and an I/O limit of running VMs.
    const before = processes();
    const fleet = structuredClone(numa) as FleetInput;
    const vm = (name: string) => fleet.vms?.find((v) => v.name === name) as VmInput;
    const tasks = vm("k3s-server-tasks");
    tasks.pins = ["29", "65", "28", "64", ...(tasks.pins ?? []).slice(4)];
    vm("k3s-worker-slm").weight = 2000;
    vm("k3s-worker-data").memory = "51200 MiB";
    const hot = vm("k3s-worker-data").disks?.find((disk) => disk.name === "hot");
    if (hot) hot.iops = 5000;
    await write(fleet);
    succeeded(await stack.up());
    expect(processes()).toEqual(before);
    const moved = ["1", "1", "0", "0"];
    for (const scope of ["--live", "--config"] as const) {
      expect(pinsOf(tasks.name, scope).slice(0, 4), scope).toEqual(moved);
      expect(daemon.virsh("blkdeviotune", "k3s-worker-data", "vdb", scope)).toMatch(
        /total_iops_sec\s*: 5000\n/,
      );
      expect(daemon.virsh("schedinfo", "k3s-worker-slm", scope)).toMatch(/cpu_shares\s*: 2000\n/);
    }
    // These guests have no system, so nobody hands memory over; live.test.ts has one that does.
    const definition = daemon.virsh("dumpxml", "k3s-worker-data", "--inactive");
    expect(definition).toContain(`<currentMemory unit='KiB'>${400 * 1024}</currentMemory>`);
    expect(affinityOf(tasks.name).slice(0, 4)).toEqual(moved);
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.up("--refresh", "--expect-no-changes"));
    // The balloon was told; what the VM was started with stays until its next start, and verify says so.
    await verify("VM k3s-worker-data: pending restart", "VM k3s-worker-data: memory");
    expect(processes()).toEqual(before);

    // What is protected stays, and what it lies in; once that is lifted, only its data does.
    succeeded(await stack.destroy("--exclude-protected"));
    expect(daemon.virsh("list", "--all").trim()).toBe("");
    expect(readdirSync(images).sort()).toEqual(["base.qcow2", "k3s-worker-data-hot.qcow2"]);
    succeeded(await stack.pulumi("state", "unprotect", "--all", "--yes", "--stack", "dev"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("pool-list", "--all").trim()).toBe("");
    expect(readdirSync(images).sort()).toEqual(["base.qcow2", "k3s-worker-data-hot.qcow2"]);
    expect(existsSync(join(images, "..", "lake", "k3s-worker-data-cold.qcow2"))).toBe(true);
    for (const [name, , pid] of before) expect(existsSync(`/proc/${pid}`), String(name)).toBe(false);
  });
});
