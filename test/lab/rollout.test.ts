/**
 * The default stack's VMs at full size and unchanged, on the twin of their host: through the real engine, the policy
 * pack and `fleet verify`, as somebody would rehearse it. All that tells the stack of the lab is the connection URI.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabRecord } from "../../lab/labFolder.ts";
import { isSame, type ProcessIdentity } from "../../lab/processes.ts";
import { formatCpuset, parseCpuset } from "../../model/cpuset.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { numa } from "../../stacks/numa.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { type CommandResult, run } from "../../tools/setup/command.mjs";
import { createStack, succeeded, type TestStack } from "../system/engine.ts";
import { whyNoLab } from "./whyNoLab.ts";

const why = await whyNoLab();
const title = why
  ? `the default stack on the twin of its host (skipped: ${why})`
  : "the default stack on the twin of its host";

type VmInput = NonNullable<FleetInput["vms"]>[number];
const VMS = requireFleet(numa).vms;

interface GuestInside {
  readonly name: string;
  readonly pins: readonly string[];
  /** What each vCPU's thread may really run on. */
  readonly affinity: readonly string[];
  readonly emulator: string;
  readonly numa: string;
  /** The policy of the mapping that is the guest's memory. */
  readonly boundTo: string;
  readonly memoryKiB: number;
}

/** A shell script: all that is read of the guests. Few processes: each that starts costs an emulated machine time. */
const GUESTS = `
for vm in $(virsh -q list --name); do
  pid=$(cat /run/libvirt/qemu/$vm.pid)
  echo "guest $vm"
  virsh -q "echo pins; vcpupin $vm --live; echo emulator; emulatorpin $vm --live; echo numa; numatune $vm; dominfo $vm"
  echo threads
  grep -H "^CPU" /proc/$pid/task/*/comm
  grep -H "^Cpus_allowed_list" /proc/$pid/task/*/status
  grep -o "^[0-9a-f]* bind[^ ]*" /proc/$pid/numa_maps
done
`;

/** What one guest's part of that says. */
function guestOf(text: string): GuestInside {
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, ...groups]) => groups);
  const cpus = (set: string | undefined) => formatCpuset(parseCpuset(set ?? "") ?? []);
  // virsh ends what it echoes with no line.
  const pins = text.slice(text.indexOf("pins"), text.indexOf("emulator"));
  const allowed = new Map(found(/task\/(\d+)\/status:Cpus_allowed_list:\s*(\S+)/g) as [string, string][]);
  const vcpus = found(/task\/(\d+)\/comm:CPU (\d+)\//g).sort(([, a], [, b]) => Number(a) - Number(b));
  return {
    name: /^\S+/.exec(text)?.[0] ?? "",
    pins: [...pins.matchAll(/\d+ +(\S+)$/gm)].map(([, set]) => cpus(set)),
    affinity: vcpus.map(([task = ""]) => cpus(allowed.get(task))),
    emulator: cpus(/emulator(?: *\*: *)?([\d,-]+)$/m.exec(text)?.[1]),
    numa: found(/numa_(?:mode|nodeset) *: (\S+)$/gm).join(" "),
    boundTo: [...new Set(found(/^[0-9a-f]+ (bind\S*)$/gm).flat())].join(" "),
    memoryKiB: Number(/^Max memory: +(\d+) KiB$/m.exec(text)?.[1]),
  };
}

describe.skipIf(why !== undefined)(title, () => {
  let folder: string;
  let record: LabRecord;
  const times: string[] = [];
  const started = Date.now();

  const fleetFile = () => path.join(folder, "fleet.json");
  const write = (fleet: FleetInput) => writeFile(fleetFile(), JSON.stringify(fleet));
  const labFolder = () => path.join(folder, "numafleet", "lab", "numa");

  async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begin = Date.now();
    try {
      return await work();
    } finally {
      times.push(`${what} ${Math.round((Date.now() - begin) / 1000)} s`);
    }
  }

  function fleet(...args: string[]): Promise<CommandResult> {
    return run(process.execPath, [path.join(ROOT, "cli", "fleet.ts"), ...args], {
      env: { ...process.env, XDG_STATE_HOME: folder },
    });
  }

  /** Runs a command in the twin. */
  async function inside(command: string): Promise<string> {
    const { code, stdout, stderr } = await run(path.join(labFolder(), "ssh"), ["numa", "--", command]);
    expect(code, `${command}\n${stdout}\n${stderr}`).toBe(0);
    return stdout;
  }

  /** `fleet verify` finds just this different. */
  async function verify(...expected: string[]): Promise<void> {
    const uri = `numa=${record.uri}`;
    const options = [
      "--fleet",
      fleetFile(),
      "--uri",
      uri,
      "--interval",
      "0.5",
      "--timeout",
      "600",
      "--brief",
    ];
    const { code, stdout, stderr } = await timed("verify", () => fleet("verify", ...options));
    const found = [...stdout.matchAll(/^DIFFERS ((?:VM|host|cell) [^:\n]+: [^:\n]+): /gm)].map(
      (match) => match[1],
    );
    expect(found, `${stdout}\n${stderr}`).toEqual(expected);
    expect(code, `${stdout}\n${stderr}`).toBe(expected.length === 0 ? 0 : 1);
  }

  const vmOf = (of: FleetInput, name: string) => of.vms?.find((vm) => vm.name === name) as VmInput;

  async function labStack(): Promise<TestStack> {
    return createStack({
      directory: ROOT,
      policyPack: "policy",
      env: { XDG_STATE_HOME: path.join(folder, "provider") },
      config: {
        "numafleet:fleet": fleetFile(),
        "numafleet:today": "2026-05-06",
        "numafleet:domainType": "qemu",
        "numafleet:uris": JSON.stringify({ numa: record.uri }),
        "numafleet:timeouts": JSON.stringify({ connect: 120, command: 900 }),
        "numafleet:k3sToken": "only-for-this-test",
      },
    });
  }

  /** Each running guest as libvirt in the twin, and as the twin's kernel, have it. */
  const guestsInside = async (): Promise<GuestInside[]> =>
    (await timed("reading back", () => inside(GUESTS))).split("guest ").slice(1).map(guestOf);

  /** CPU time that the twin has taken: what the rest of this machine does leaves it alone. */
  function cpuSeconds(): number {
    const text = readFileSync(`/proc/${record.machine?.pid}/stat`, "latin1");
    const [user, system] = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return Math.round(((user ?? 0) + (system ?? 0)) / 100);
  }

  const processesInside = () =>
    inside(
      "for vm in $(virsh -q list --name); do echo $vm $(virsh -q domid $vm) $(cat /run/libvirt/qemu/$vm.pid); done",
    );

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "numafleet-lab-"));
    await write(numa);
    const { code, stderr } = await timed("lab up", () => fleet("lab", "up", "--fleet", fleetFile()));
    expect(code, stderr).toBe(0);
    record = JSON.parse(readFileSync(path.join(labFolder(), "lab.json"), "utf8")) as LabRecord;
  });

  afterAll(async () => {
    if (record !== undefined) {
      const machine = record.machine as ProcessIdentity;
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${machine.pid}/status`, "utf8"))?.[1];
      const { code, stderr } = await timed("lab down", () => fleet("lab", "down"));
      expect(code, stderr).toBe(0);
      expect(isSame(machine)).toBe(false);
      expect(await readdir(path.join(folder, "numafleet", "lab"))).toEqual([]);
      times.push(`at most ${(Number(peak) / 1024 ** 2).toFixed(1)} GiB resident`);
    }
    console.log(`The lab: ${times.join(", ")}`);
    await rm(folder, { recursive: true, force: true });
  });

  it("says what it is, and refuses a second one", async () => {
    const status = await fleet("lab", "status");
    expect(status.stdout).toContain(`  URI      ${record.uri}\n`);
    expect((await fleet("lab", "status", "--uri")).stdout).toBe(`${record.uri}\n`);
    const again = await fleet("lab", "up");
    expect(again.stderr).toContain(
      `error: The lab of host numa runs already, as process ${record.machine?.pid}. Use it (npm run lab -- status tells its URI), or end it first: npm run lab -- down.\n`,
    );
    expect(again.code).toBe(1);
  });

  it("has the host's CPUs, siblings, cells and bridges", async () => {
    const seen = await inside(
      "cat /sys/devices/system/node/node[01]/cpulist /sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list /sys/devices/system/node/node0/distance; cat /sys/class/net/br0/operstate",
    );
    const lines = seen.trim().split("\n");
    expect(lines.slice(0, 2)).toEqual(["0-17,36-53", "18-35,54-71"]);
    const siblings = [...new Set(lines.slice(2, 74))].sort();
    expect(siblings).toEqual(Array.from({ length: 36 }, (_, i) => `${i},${i + 36}`).sort());
    expect(lines[74]).toBe("10 21");
  });

  it("has the stack go up, change live, be refused, repaired and taken down", async () => {
    const stack = await labStack();
    succeeded(await timed("preview", () => stack.preview()));
    succeeded(await timed("up", () => stack.up()));
    times.push(
      `four VMs after ${Math.round((Date.now() - started) / 1000)} s in all, ${cpuSeconds()} s of CPU`,
    );
    const guests = await guestsInside();
    expect(guests.map(({ name }) => name).sort()).toEqual(VMS.map(({ name }) => name).sort());
    expect(guests.reduce((sum, { pins }) => sum + pins.length, 0)).toBe(64);
    for (const vm of VMS) {
      const guest = guests.find(({ name }) => name === vm.name);
      expect(guest, vm.name).toEqual({
        name: vm.name,
        pins: vm.pins?.map(formatCpuset),
        affinity: vm.pins?.map(formatCpuset),
        emulator: formatCpuset(vm.emulator ?? []),
        numa: `strict ${formatCpuset(vm.numa?.nodeset ?? [])}`,
        boundTo: `bind:${formatCpuset(vm.numa?.nodeset ?? [])}`,
        memoryKiB: vm.memory / 1024,
      });
    }
    await verify();

    // There is nothing to do, and nothing has drifted.
    succeeded(await timed("preview of no change", () => stack.preview("--expect-no-changes")));
    succeeded(await timed("refresh", () => stack.up("--refresh", "--expect-no-changes")));

    // A pin, a weight and memory of running VMs.
    const before = await processesInside();
    const changed = structuredClone(numa) as FleetInput;
    const tasks = vmOf(changed, "k3s-server-tasks");
    tasks.pins = ["29", "65", "28", "64", ...(tasks.pins ?? []).slice(4)];
    vmOf(changed, "k3s-worker-slm").weight = 2000;
    vmOf(changed, "k3s-worker-data").memory = "51200 MiB";
    await write(changed);
    succeeded(await timed("live changes", () => stack.up()));
    expect(await processesInside()).toEqual(before);
    const moved = (await guestsInside()).find(({ name }) => name === "k3s-server-tasks");
    expect(moved?.pins.slice(0, 4)).toEqual(["29", "65", "28", "64"]);
    expect(moved?.affinity.slice(0, 4)).toEqual(["29", "65", "28", "64"]);
    expect(await inside("virsh -q schedinfo k3s-worker-slm")).toMatch(/cpu_shares\s*: 2000\n/);
    const definition = await inside("virsh dumpxml k3s-worker-data --inactive");
    expect(definition).toContain(`<currentMemory unit='KiB'>${51_200 * 1024}</currentMemory>`);

    // What does not fit is refused, and leaves everything as it is.
    const text = readFileSync(fleetFile(), "utf8");
    const large = JSON.parse(text) as FleetInput;
    vmOf(large, "k3s-worker-slm").memory = "98304 MiB";
    await write(large);
    const refused = await timed("refusal", () => stack.up());
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("host/cell-memory");
    expect(await processesInside()).toEqual(before);
    await writeFile(fleetFile(), text);

    // Drift that was made by hand is found, and repaired.
    await inside("virsh -q vcpupin k3s-worker-slm 3 26 --live --config");
    await verify(
      "VM k3s-worker-data: pending restart",
      "VM k3s-worker-data: memory",
      "VM k3s-worker-slm: vCPU pins",
      "VM k3s-worker-slm: vCPU threads",
    );
    succeeded(await timed("repair", () => stack.up("--refresh")));
    const slm = (await guestsInside()).find(({ name }) => name === "k3s-worker-slm");
    expect(slm?.pins).toEqual(VMS.find(({ name }) => name === "k3s-worker-slm")?.pins?.map(formatCpuset));
    expect(slm?.affinity).toEqual(slm?.pins);

    succeeded(await stack.pulumi("state", "unprotect", "--all", "--yes", "--stack", "dev"));
    succeeded(await timed("destroy", () => stack.destroy()));
    expect(
      (await inside("virsh -q list --all; virsh -q pool-list --all; pgrep -x qemu-system-x86 || :")).trim(),
    ).toBe("");
  });
});
