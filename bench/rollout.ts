import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planDisks } from "../components/diskArgs.ts";
import { domainArgs } from "../components/domainArgs.ts";
import { requireFleet } from "../model/fleet.ts";
import { numa } from "../stacks/numa.ts";
import {
  type PrivateLibvirtd,
  startPrivateLibvirtd,
  whyNoLibvirtd,
} from "../test/libvirt/privateLibvirtd.ts";
import { ROOT } from "../tools/engine/engine.ts";
import { type Figure, median } from "./figure.ts";
import { BenchmarkError, type TimedCommand, time } from "./process.ts";
import { EMPTY_PROGRAM, measuredEngine, projectFile, STACK, stackInit, writeProgram } from "./stack.ts";

const ONE_PIN = "up with one changed pin of a running VM, over an empty up";
const ONE_PIN_BARE = "the same / bare virsh vcpupin";
const FOUR_VMS = "four VMs defined and started by up / by bare virsh";

/** Creating four VMs takes as long as all else here together. */
const MOST_CREATIONS = 3;
/** The machine that plays the default stack's host. */
const MACHINE = { cpus: 2, memory: 2 * 1024 ** 3 };
/** Bridge of the default stack. */
const BRIDGE = "br0";

/** Changes and creations by the engine on a real libvirt, against what virsh alone needs for them. */
export async function benchRollout(pairs: number): Promise<Figure[]> {
  const why = whyNoLibvirtd({ bridges: true });
  if (why) return [unmeasured(ONE_PIN, "ms", 1500, why), unmeasured(FOUR_VMS, "×", 2, why)];
  const folder = await mkdtemp(join(tmpdir(), "numafleet-bench-"));
  const daemon = await startPrivateLibvirtd({ bridges: [BRIDGE] });
  try {
    const engine = await measuredEngine(folder);
    // The engine would try to download each plugin that node_modules mentions: a matter of the network, not of ours.
    const env = { ...engine.env, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
    const bench = { folder, daemon, command: engine.command, env };
    return [...(await benchPin(bench, pairs)), await benchCreation(bench, Math.min(pairs, MOST_CREATIONS))];
  } finally {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Bench {
  readonly folder: string;
  readonly daemon: PrivateLibvirtd;
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

function unmeasured(name: string, unit: Figure["unit"], target: number, detail: string): Figure {
  return { name, value: null, unit, target, runs: 0, detail };
}

/** One pin moves to and fro between two updates; an empty update and virsh take turns with it. */
async function benchPin(bench: Bench, pairs: number): Promise<Figure[]> {
  const { folder, daemon } = bench;
  const empty = join(folder, "empty");
  await writeProgram(empty, EMPTY_PROGRAM);
  const program = join(folder, "pin");
  const vm = (cpu: number) => ({
    name: "pin",
    type: "qemu",
    memory: 64,
    memoryUnit: "MiB",
    vcpu: 1,
    running: true,
    os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
    cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: String(cpu) }] },
  });
  await writeProgram(program, programOf(bench, [vm(0)]));
  for (const cwd of [empty, program]) await time(stackInit(bench.command, cwd, bench.env));
  await time(up(bench, program));
  const pid = daemon.qemuPid("pin");

  const times = { up: [] as number[], empty: [] as number[], virsh: [] as number[] };
  await time(up(bench, empty));
  for (let i = 1; i <= pairs; i++) {
    times.empty.push(await time(up(bench, empty)));
    // Back to where the update finds it: what is measured is the update's own change.
    times.virsh.push(await time(virsh(daemon, "vcpupin", "pin", "0", String(i % 2), "--live", "--config")));
    daemon.virsh("vcpupin", "pin", "0", String((i + 1) % 2), "--live", "--config");
    await writeFile(join(program, "index.ts"), programOf(bench, [vm(i % 2)])["index.ts"]);
    times.up.push(await time(up(bench, program)));
    const pinned = daemon.virsh("vcpupin", "pin", "0", "--live");
    if (!new RegExp(`0\\s+${i % 2}\\n`).test(pinned))
      throw new BenchmarkError(`the pin did not move: ${pinned}`);
  }
  if (daemon.qemuPid("pin") !== pid) throw new BenchmarkError("the VM was restarted");
  await time(destroy(bench, program));

  const over = times.up.map((ms, i) => ms - (times.empty[i] as number));
  const ratios = times.up.map((ms, i) => ms / (times.virsh[i] as number));
  const took = `${seconds(times.up)} against ${seconds(times.empty)}`;
  const bare = `${seconds(times.up)} against ${median(times.virsh).toFixed(0)} ms`;
  return [
    { name: ONE_PIN, value: median(over), unit: "ms", target: 1500, runs: pairs, detail: took },
    { name: ONE_PIN_BARE, value: median(ratios), unit: "×", target: null, runs: pairs, detail: bare },
  ];
}

/** The default stack's VMs, without what is not a domain: pools and volumes are there for both. */
async function benchCreation(bench: Bench, pairs: number): Promise<Figure> {
  const { folder, daemon } = bench;
  const vms = await placedVms(daemon);
  const program = join(folder, "four");
  await writeProgram(program, programOf(bench, vms));
  await time(stackInit(bench.command, program, bench.env));

  const script: string[] = [];
  const times = { up: [] as number[], virsh: [] as number[] };
  for (let i = 0; i <= pairs; i++) {
    const created = await time(up(bench, program));
    if (script.length === 0) script.push(...(await definitions(daemon, folder)));
    await time(destroy(bench, program));
    const bare = await time(virsh(daemon, script.join("; ")));
    for (const name of namesOf(vms)) daemon.virsh(`destroy ${name}; undefine ${name}`);
    // The first fills caches of both, as any earlier use has.
    if (i === 0) continue;
    times.up.push(created);
    times.virsh.push(bare);
  }
  const ratios = times.up.map((ms, i) => ms / (times.virsh[i] as number));
  const detail = `${seconds(times.up)} against ${seconds(times.virsh)}`;
  return { name: FOUR_VMS, value: median(ratios), unit: "×", target: 2, runs: pairs, detail };
}

/** The arguments of the four Domains, on volumes that this makes. */
async function placedVms(daemon: PrivateLibvirtd): Promise<{ name: string }[]> {
  const fleet = requireFleet(numa);
  const [host] = fleet.hosts;
  if (!host) throw new BenchmarkError("the default stack has no host");
  for (const { name } of host.pools) {
    const path = join(daemon.folder, name);
    await mkdir(path);
    daemon.virsh("pool-create-as", name, "dir", "--target", path);
  }
  return fleet.vms.map((vm) => {
    const disks = planDisks(vm, host);
    for (const { volume } of disks) {
      execFileSync("qemu-img", [
        "create",
        "-q",
        "-f",
        "qcow2",
        join(daemon.folder, volume.pool, volume.name),
        "1G",
      ]);
      daemon.virsh("pool-refresh", volume.pool);
    }
    const args = domainArgs(vm, {
      host,
      type: "qemu",
      disks: disks.map((disk) => disk.device),
      seed: undefined,
      sharedCpus: [],
      rehearsal: MACHINE,
    });
    return { ...args, name: vm.name };
  });
}

/** virsh's commands that define and start what runs now. */
async function definitions(daemon: PrivateLibvirtd, folder: string): Promise<string[]> {
  const names = daemon.virsh("list", "--name").trim().split("\n");
  const commands: string[] = [];
  for (const name of names) {
    const file = join(folder, `${name}.xml`);
    await writeFile(file, daemon.virsh("dumpxml", name, "--inactive"));
    commands.push(`define ${file}`, `start ${name}`, `autostart ${name}`);
  }
  return commands;
}

const namesOf = (vms: readonly { readonly name: string }[]) => vms.map((vm) => vm.name);

function programOf({ daemon }: Bench, vms: readonly { readonly name: string }[]) {
  const provider = { uri: daemon.uri, stateDir: join(daemon.folder, "state") };
  return {
    "Pulumi.yaml": `${projectFile(vms[0]?.name ?? "none")}plugins:\n  providers:\n    - name: libvirt\n      path: ${join(ROOT, "libvirt", "plugin")}\n`,
    "package.json": EMPTY_PROGRAM["package.json"],
    "index.ts": [
      'import * as libvirt from "@pulumi/libvirt";',
      `const provider = new libvirt.Provider("host", ${JSON.stringify(provider)});`,
      ...vms.map(
        (vm) => `new libvirt.Domain(${JSON.stringify(vm.name)}, ${JSON.stringify(vm)}, { provider });`,
      ),
      "",
    ].join("\n"),
  };
}

function up({ command, env }: Bench, cwd: string): TimedCommand {
  const args = ["up", "--stack", STACK, "--yes", "--skip-preview", "--non-interactive"];
  return { name: `up in ${cwd}`, command, args, cwd, env };
}

function destroy({ command, env }: Bench, cwd: string): TimedCommand {
  const args = ["destroy", "--stack", STACK, "--yes", "--skip-preview", "--non-interactive"];
  return { name: `destroy in ${cwd}`, command, args, cwd, env };
}

function virsh({ uri, folder }: PrivateLibvirtd, ...args: string[]): TimedCommand {
  return {
    name: `virsh ${args[0]}`,
    command: "virsh",
    args: ["--quiet", "--connect", uri, ...args],
    cwd: folder,
  };
}

const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(2)} s`;
