import type { HardwareFacts } from "../../facts/hardware.ts";
import type { KernelSample } from "../../facts/hostFacts.ts";
import { type Plain, type PlainFacts, uuidOf } from "./soundFacts.ts";

/** Changes of a sound host's facts, and what a verification makes of each. */

export const SLM = { name: "k3s-worker-slm" };

type Kernel = Plain<KernelSample>;
export const domain = (facts: PlainFacts, name = SLM.name) => {
  const found = facts.domains.find((d) => d.name === name);
  if (!found) throw new Error(`no domain ${name}`);
  return found as Plain<Required<typeof found>>;
};
/** Facts of the sound host are known throughout; a test says so to the compiler. */
export const tuning = (facts: PlainFacts) => domain(facts).tuning as never as Record<string, never>;
export const definition = (facts: PlainFacts) => domain(facts).definition as never as Record<string, never>;
export const now = (facts: PlainFacts) => facts.sample.kernel as Kernel;
export const stats = (facts: PlainFacts) =>
  facts.sample.domains.get(uuidOf(SLM)) as never as Record<string, never>;
export const set = (target: object, values: object) => void Object.assign(target, values);

/** What is changed, which rows then are not in order, their status, and what they show. */
export const CASES: readonly [
  string,
  (facts: PlainFacts) => void,
  readonly [string, string, string, string][],
][] = [
  [
    "a vCPU that libvirt pins elsewhere",
    (f) => set(tuning(f).vcpuPins as never as number[][], { 3: [16] }),
    [["vcpu-pins", "VM k3s-worker-slm", "differs", "vCPU 3 on 16, not 61"]],
  ],
  [
    "vCPU threads that were moved past libvirt",
    (f) => set(tuning(f).vcpuAffinity as never as number[][], { 0: [0], 1: [0], 2: [0] }),
    [
      [
        "vcpu-affinity",
        "VM k3s-worker-slm",
        "differs",
        "vCPU 0 on 0, not 24, vCPU 1 on 0, not 60 and 1 more",
      ],
    ],
  ],
  [
    "a vCPU less",
    (f) => {
      (tuning(f).vcpuPins as never as number[][]).pop();
      set(definition(f), { vcpus: 7 });
    },
    [
      ["vcpus", "VM k3s-worker-slm", "differs", "7"],
      ["vcpu-pins", "VM k3s-worker-slm", "differs", "vCPU 7 is not there"],
    ],
  ],
  [
    "an emulator on vCPU cores",
    (f) => set(tuning(f), { emulatorPin: [24, 34] }),
    [
      ["emulator-apart", "host numa", "warn", "k3s-worker-slm on 24"],
      ["emulator-pin", "VM k3s-worker-slm", "differs", "24,34"],
    ],
  ],
  [
    "an emulator thread elsewhere",
    (f) => set(now(f).threads[2] as object, { cpus: [40] }),
    [["emulator-affinity", "VM k3s-worker-slm", "differs", "1 of 1 on 40"]],
  ],
  [
    "an iothread that nobody declared",
    (f) => set(tuning(f), { iothreadPins: new Map([[1, [34]]]) }),
    [["iothreads", "VM k3s-worker-slm", "differs", "1 on 34"]],
  ],
  [
    "memory that is bound otherwise",
    (f) => set(tuning(f), { numa: { mode: "preferred", nodeset: [1] } }),
    [["numa-binding", "VM k3s-worker-slm", "differs", "preferred 1"]],
  ],
  [
    "memory that is not bound",
    (f) => set(tuning(f), { numa: undefined }),
    [["numa-binding", "VM k3s-worker-slm", "differs", "none"]],
  ],
  [
    "a VM with less memory",
    (f) => set(definition(f), { memory: 2 ** 34 }),
    [["memory", "VM k3s-worker-slm", "differs", "16Gi"]],
  ],
  [
    "an inflated balloon",
    (f) => set(stats(f), { balloon: 2 ** 34 }),
    [["balloon", "VM k3s-worker-slm", "differs", "16Gi"]],
  ],
  [
    "hugepages that nobody declared",
    (f) => set(definition(f), { hugepages: [2 ** 30] }),
    [["hugepages", "VM k3s-worker-slm", "differs", "1Gi"]],
  ],
  [
    "another disk",
    (f) => set(definition(f), { disks: [{ target: "vda", source: "images/other.qcow2", device: "disk" }] }),
    [],
  ],
  [
    "a disk that is not there",
    (f) => {
      set(definition(f), { disks: [] });
      set(stats(f), { diskPath: new Map(), diskCapacity: new Map() });
    },
    [["disk", "VM k3s-worker-slm", "differs", "no such disk"]],
  ],
  [
    "a disk of another size",
    (f) => (stats(f).diskCapacity as never as Map<string, number>).set("vda", 50e9),
    [["disk", "VM k3s-worker-slm", "differs", "50 GB"]],
  ],
  [
    "an interface on another bridge",
    (f) => set(definition(f), { interfaces: [{ bridge: "br1", device: "vnet3" }] }),
    [["interface", "VM k3s-worker-slm", "differs", "br1"]],
  ],
  [
    "an interface that was taken off its bridge",
    (f) => {
      const port = f.kernel.interfaces.find(({ name }) => name === "vnet-k3s-worker-slm");
      set(port as object, { bridge: "" });
    },
    [["interface", "VM k3s-worker-slm", "differs", "br0, but vnet-k3s-worker-slm is not its port"]],
  ],
  [
    "a VM that waits for a restart",
    (f) => set(domain(f), { pendingRestart: ["memory", "disks"] }),
    [["pending-restart", "VM k3s-worker-slm", "differs", "memory, disks"]],
  ],
  [
    "a transient VM",
    (f) => set(domain(f), { persistent: false }),
    [["pending-restart", "VM k3s-worker-slm", "differs", "no persistent definition"]],
  ],
  [
    "a VM that does not come back",
    (f) => set(domain(f), { autostart: false }),
    [["autostart", "VM k3s-worker-slm", "differs", "no"]],
  ],
  [
    "a paused VM",
    (f) => set(domain(f), { state: "paused" }),
    [["state", "VM k3s-worker-slm", "differs", "paused"]],
  ],
  [
    "a VM that is gone",
    (f) => set(f, { domains: f.domains.filter(({ name }) => name !== SLM.name) }),
    [["state", "VM k3s-worker-slm", "differs", "no such domain"]],
  ],
  [
    "another VM on pinned CPUs",
    (f) => {
      const copy = structuredClone(domain(f));
      f.domains.push(Object.assign(copy, { name: "stranger", uuid: "x" }) as never);
    },
    [["undeclared-vms", "host numa", "differs", "stranger on 24-27,60-63"]],
  ],
  [
    "the emulator of another VM on pinned CPUs",
    (f) => {
      const copy = structuredClone(domain(f));
      const apart = { vcpuPins: [[16]], emulatorPin: [16, 24], iothreadPins: new Map() };
      f.domains.push(Object.assign(copy, { name: "stranger", uuid: "x", tuning: apart }) as never);
    },
    [["undeclared-vms", "host numa", "warn", "emulator of stranger on 24"]],
  ],
  [
    "a process with a name that a terminal would obey",
    (f) =>
      now(f).processes.push({
        pid: 7,
        started: 5,
        name: "\u001b[2J\u202ex",
        ticks: 0,
        lastCpu: 0,
        cpus: [3],
      }),
    [["other-processes", "host numa", "warn", "?[2J?x (7) bound to 3"]],
  ],
  [
    "an offline CPU",
    (f) => set(f, { onlineCpus: (f.onlineCpus as number[]).filter((cpu) => cpu !== 40) }),
    [["cpus-online", "cell numa/0", "differs", "0-17,36-39,41-53; offline 40"]],
  ],
  [
    "a cell with less memory",
    (f) => set((f.cells as object[])[1] as object, { memory: 2 ** 36 }),
    [["cell-memory", "cell numa/1", "differs", "64Gi"]],
  ],
  [
    "a cell that is gone",
    (f) => set(f, { cells: (f.cells as object[]).slice(0, 1) }),
    [["cell-cores", "cell numa/1", "differs", "no such cell"]],
  ],
  [
    "other siblings",
    (f) => set((f.cells as { cores: number[][] }[])[0]?.cores as number[][], { 0: [0, 1] }),
    [["cell-cores", "cell numa/0", "differs", "18 cores, 0-17,37-53; not a core: 0,36"]],
  ],
  [
    "hugepages that were not recorded",
    (f) => (f.cells as { hugepages: Map<number, number> }[])[0]?.hugepages.set(2 ** 30, 4),
    [["cell-hugepages", "cell numa/0", "differs", "4 pages"]],
  ],
  [
    "a pool that has shrunk, and one that is not active",
    (f) => {
      const [pool] = f.pools as { path: string }[];
      set((f.hardware as HardwareFacts).filesystems.get(pool?.path ?? "") as object, { capacity: 900e9 });
      set((f.pools as object[])[1] as object, { active: false });
    },
    [
      ["pool", "host numa", "differs", "900 GB, 60 GB less"],
      ["pool", "host numa", "differs", "not active"],
    ],
  ],
  [
    "a pool elsewhere, and one that is gone",
    (f) => {
      set((f.pools as object[])[0] as object, { path: "/srv" });
      (f.pools as object[]).pop();
    },
    [
      ["pool", "host numa", "differs", "path /srv"],
      ["pool", "host numa", "differs", "no such pool"],
    ],
  ],
  [
    "a bridge that is down",
    (f) => set(f.kernel.interfaces[0] as object, { state: "down" }),
    [["bridge", "host numa", "differs", "down"]],
  ],
  [
    "a governor on one CPU",
    (f) => f.kernel.governors.set(40, "powersave"),
    [["governor", "host numa", "differs", "performance on 0-39,41-71, powersave on 40"]],
  ],
  [
    "a machine without frequency scaling",
    (f) => f.kernel.governors.clear(),
    [["governor", "host numa", "differs", "the kernel has none"]],
  ],
  [
    "other settings of the kernel",
    (f) => set(f.kernel, { numaBalancing: "1", thp: "madvise", thpDefrag: "never" }),
    [
      ["numa-balancing", "host numa", "differs", "1"],
      ["transparent-hugepages", "host numa", "differs", "madvise"],
      ["thp-defrag", "host numa", "differs", "never"],
    ],
  ],
  [
    "an emulator set at its limit, and one above",
    (f) => {
      // 2 seconds at 100 ticks; sets of 4 CPUs.
      set(now(f).threads[0] as object, { ticks: 100 + 400 });
      set(now(f).threads[1] as object, { ticks: 100 + 300 });
      set(now(f).threads[2] as object, { ticks: 100 + 101 });
    },
    [["emulator-cpu", "host numa", "warn", "50.4 % by k3s-worker-data, k3s-worker-slm, k3s-server-tasks"]],
  ],
  [
    "a vCPU that waits",
    (f) => set((stats(f).vcpus as never as object[])[5] as object, { waitNs: 102e5 + 0.05e9 }),
    [["vcpu-wait", "VM k3s-worker-slm", "warn", "at most 2.51 %, vCPU 5"]],
  ],
  [
    "remote memory",
    (f) => (f.kernel.guests.get(uuidOf(SLM)) as { cells: Map<number, number> }).cells.set(0, 2 ** 29),
    [["remote-memory", "VM k3s-worker-slm", "warn", "1.54 %, 512Mi"]],
  ],
  [
    "a mapping that asks for another cell",
    (f) => set(f.kernel.guests.get(uuidOf(SLM)) as object, { policyCells: [0] }),
    [["memory-policy", "VM k3s-worker-slm", "warn", "asks for 0"]],
  ],
  [
    "foreign pages",
    (f) => set(now(f).numastat[1] as object, { foreign: 50 }),
    [["numa-foreign", "host numa", "warn", "1.25 % now, 0.02 % since the start"]],
  ],
  [
    "a process that is bound to pinned CPUs, and one that was seen on them",
    (f) => {
      const other = { pid: 7, started: 5, name: "backup (x)", ticks: 0, lastCpu: 16, cpus: [3, 4] };
      now(f).processes.push(other);
      const busy = { pid: 8, started: 6, name: "make", lastCpu: 5, cpus: [0, 5, 16] };
      now(f).processes.push({ ...busy, ticks: 200 });
      (f.previous.kernel as Kernel).processes.push({ ...busy, ticks: 100 });
    },
    [["other-processes", "host numa", "warn", "make (8) on 5, backup (x) (7) bound to 3-4"]],
  ],
];
