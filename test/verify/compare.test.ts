import { describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import type { KernelSample } from "../../facts/hostFacts.ts";
import { requireFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { CHECKS } from "../../verify/checks.ts";
import { compareFleet, findingsOf, verdictOf } from "../../verify/compare.ts";
import type { Row } from "../../verify/row.ts";
import { type Plain, type PlainFacts, uuidOf, verify } from "./soundFacts.ts";

const fleet = requireFleet(defaultStack);
const SLM = { name: "k3s-worker-slm" };

type Kernel = Plain<KernelSample>;
const domain = (facts: PlainFacts, name = SLM.name) => {
  const found = facts.domains.find((d) => d.name === name);
  if (!found) throw new Error(`no domain ${name}`);
  return found as Plain<Required<typeof found>>;
};
/** Facts of the sound host are known throughout; a test says so to the compiler. */
const tuning = (facts: PlainFacts) => domain(facts).tuning as never as Record<string, never>;
const definition = (facts: PlainFacts) => domain(facts).definition as never as Record<string, never>;
const now = (facts: PlainFacts) => facts.sample.kernel as Kernel;
const stats = (facts: PlainFacts) => facts.sample.domains.get(uuidOf(SLM)) as never as Record<string, never>;
const set = (target: object, values: object) => void Object.assign(target, values);

const trouble = (rows: readonly Row[]) => rows.filter(({ status }) => !["ok", "info"].includes(status));
const isCache = ({ check }: Row) => check === "cache-misses";

describe("a host on which all is as declared", () => {
  const host = verify(fleet);

  it("has no row that is not in order, but cache misses that nobody counted", () => {
    expect(trouble(host.rows).filter((r) => !isCache(r))).toEqual([]);
    expect(host.rows.filter(isCache).map(({ status }) => status)).toEqual(Array(4).fill("unknown"));
    expect(verdictOf([host])).toBe("as-declared");
    expect(findingsOf([host])).toEqual([]);
  });

  it("has a row of every check but hugepages, of which none are declared", () => {
    const seen = new Set<string>(host.rows.map(({ check }) => check));
    expect(Object.keys(CHECKS).filter((check) => !seen.has(check))).toEqual(["cell-hugepages"]);
  });

  it("shows the rows of a subject together", () => {
    const subjects = host.rows.map(({ subject }) => subject);
    expect(subjects.filter((s, i) => s !== subjects[i - 1])).toEqual([
      "host numa",
      "cell numa/0",
      "cell numa/1",
      "VM k3s-worker-slm-heavy",
      "VM k3s-worker-data",
      "VM k3s-worker-slm",
      "VM k3s-server-tasks",
    ]);
  });
});

/** What is changed, which rows then are not in order, their status, and what they show. */
const CASES: readonly [string, (facts: PlainFacts) => void, readonly [string, string, string, string][]][] = [
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
    "an offline CPU",
    (f) => set(f, { onlineCpus: (f.onlineCpus as number[]).filter((cpu) => cpu !== 40) }),
    [["cpus-online", "host numa", "differs", "0-39,41-71; offline 40"]],
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
      set((f.pools as object[])[0] as object, { capacity: 900e9 });
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

describe("a host on which one thing is otherwise", () => {
  it.each(CASES.filter(([, , rows]) => rows.length > 0))("%s", (_, change, expected) => {
    const host = verify(fleet, change);
    const found = trouble(host.rows).filter((r) => !isCache(r));
    expect(found.map((r) => [r.check, r.subject, r.status, r.live])).toEqual(expected);
    expect(found.filter((r) => r.remedy === "" || r.path === "")).toEqual([]);
    const differs = expected.some(([, , status]) => status === "differs");
    expect(verdictOf([host])).toBe(differs ? "differs" : "as-declared");
    expect(findingsOf([host])).toHaveLength(expected.length);
  });

  it("a disk of another file is told by the path that the host resolves", () => {
    const host = verify(fleet, (f) => {
      set(definition(f), { disks: [{ target: "vda", source: "/srv/slm.qcow2", device: "disk" }] });
      (stats(f).diskPath as never as Map<string, string>).set("vda", "/srv/slm.qcow2");
    });
    expect(trouble(host.rows).filter((r) => !isCache(r))).toMatchObject([
      { check: "disk", item: "os (vda)", live: "/srv/slm.qcow2", status: "differs" },
    ]);
  });

  it("a stopped VM is one difference, and what only runs with it is not held against it", () => {
    const host = verify(fleet, (f) => {
      set(domain(f), { state: "shut off" });
      f.sample.domains.delete(uuidOf(SLM));
      set(tuning(f), { vcpuAffinity: [] });
    });
    expect(trouble(host.rows).filter((r) => !isCache(r))).toMatchObject([
      { check: "state", live: "shut off", status: "differs" },
    ]);
    expect(verdictOf([host])).toBe("differs");
  });
});

describe("a host's tuning", () => {
  const rows = (tuning: object | undefined, kernel: object) => {
    const [numa] = defaultStack.hosts ?? [];
    const host = verify(requireFleet({ ...defaultStack, hosts: [{ ...numa, tuning }] }), (f) =>
      set(f.kernel, kernel),
    );
    const checks = ["governor", "numa-balancing", "transparent-hugepages", "thp-defrag"];
    return checks.map((check) => {
      const found = host.rows.find((r) => r.check === check);
      return [found?.status, found?.declared, found?.live];
    });
  };

  it("that is not declared is shown beside what the specification asks for", () => {
    expect(rows(undefined, { governors: new Map(), numaBalancing: "1", thp: "never" })).toEqual([
      ["info", "not declared (specified: performance)", "the kernel has none"],
      ["info", "not declared (specified: 0)", "1"],
      ["info", "not declared (specified: always)", "never"],
      ["info", "not declared (specified: always)", "always"],
    ]);
  });

  it("that a kernel lacks counts as off", () => {
    const off = { numaBalancing: 0, transparentHugepages: { enabled: "never" } };
    const none = { numaBalancing: undefined, thp: undefined };
    expect(rows(off, none).slice(1, 3)).toEqual([
      ["ok", "0", "the kernel has none"],
      ["ok", "never", "the kernel has none"],
    ]);
  });
});

describe("a rehearsal", () => {
  const machine = { cpus: 2, memory: 2 * 2 ** 30 };

  it("compares VMs with what it makes of them, and the machine with itself", () => {
    const host = verify(fleet, () => undefined, machine);
    // VMs share CPUs there, and emulators share theirs: that much is said, and passes.
    expect(new Set(trouble(host.rows).map(({ check }) => check))).toEqual(
      new Set(["cache-misses", "emulator-apart"]),
    );
    expect(verdictOf([host])).toBe("as-declared");
    const shown = host.rows.find((r) => r.check === "vcpu-pins" && r.subject === "VM k3s-worker-slm");
    expect(shown).toMatchObject({ declared: "8 on 0-1", live: "8 as declared" });
    expect(host.rows.find((r) => r.check === "governor")?.status).toBe("info");
  });

  it("still sees a pin that was moved", () => {
    const host = verify(fleet, (f) => set(tuning(f).vcpuPins as never as number[][], { 0: [1] }), machine);
    expect(trouble(host.rows).filter(({ status }) => status === "differs")).toMatchObject([
      { check: "vcpu-pins", live: "vCPU 0 on 1, not 0" },
    ]);
  });
});

describe("what could not be asked", () => {
  const why = unknown("the cable is cut", "Mend the cable.");

  it("is unknown for the whole host, whatever else there is", () => {
    const [host] = compareFleet(fleet, new Map([["numa", { facts: why, previous: undefined }]]));
    expect(host).toEqual({
      host: "numa",
      reached: false,
      rows: [
        {
          check: "reachable",
          subject: "host numa",
          item: "",
          declared: "reachable",
          live: "unknown: the cable is cut",
          status: "unknown",
          remedy: "Mend the cable.",
          path: "hosts[0].uri",
        },
      ],
    });
    expect(verdictOf(host ? [host] : [])).toBe("unknown");
  });

  it.each<[string, (facts: PlainFacts) => void, readonly string[]]>([
    [
      "the kernel's files",
      (f) => set(f, { kernel: why }),
      [
        ...["bridge", "governor", "numa-balancing", "transparent-hugepages", "thp-defrag", "free-memory"],
        ...["memory-per-cell", "remote-memory", "memory-policy"],
      ],
    ],
    [
      "its processes",
      (f) => set(f.sample, { kernel: why }),
      ["numa-foreign", "other-processes", "emulator-affinity"],
    ],
    ["cells", (f) => set(f, { cells: why }), ["cell-cores", "cell-memory"]],
    ["CPUs", (f) => set(f, { onlineCpus: why }), ["cpus-online"]],
    ["pools", (f) => set(f, { pools: why }), ["pool"]],
    [
      "a domain's pins",
      (f) => set(domain(f), { tuning: why }),
      ["vcpu-pins", "vcpu-affinity", "emulator-pin", "iothreads", "numa-binding", "weight"],
    ],
    [
      "a domain's definition",
      (f) => set(domain(f), { definition: why }),
      ["vcpus", "memory", "hugepages", "disk", "interface"],
    ],
    [
      "its memory",
      (f) => f.kernel.guests.delete(uuidOf(SLM)),
      ["memory-per-cell", "remote-memory", "memory-policy"],
    ],
    ["an earlier sample", (f) => set(f, { previous: undefined }), ["emulator-cpu", "cpu-use", "vcpu-wait"]],
    [
      "a wait that the kernel does not count",
      (f) => {
        for (const sample of [f.sample, f.previous])
          for (const { vcpus } of sample.domains.values()) for (const vcpu of vcpus) vcpu.waitNs = 0;
      },
      ["vcpu-wait"],
    ],
    [
      "counters of a VM that was restarted",
      (f) => set((stats(f).vcpus as never as object[])[0] as object, { timeNs: 5 }),
      ["cpu-use", "vcpu-wait"],
    ],
  ])("%s: nothing of it passes for sound", (_, change, checks) => {
    const host = verify(fleet, change);
    const found = trouble(host.rows).filter((r) => !isCache(r));
    expect(new Set(found.map(({ check }) => check))).toEqual(new Set(checks));
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(["unknown"]));
    expect(found.every(({ remedy }) => remedy !== "")).toBe(true);
    expect(verdictOf([host])).toBe("unknown");
  });

  it("wins over what differs: not all of the answer is there", () => {
    const host = verify(fleet, (f) => {
      set(f, { pools: why });
      set(domain(f), { autostart: false });
    });
    expect(verdictOf([host])).toBe("unknown");
    expect(findingsOf([host]).map(({ severity }) => severity)).toContain("refuse");
  });

  it("without a look at threads, libvirt's own counters tell the emulator's share", () => {
    const host = verify(fleet, (f) => {
      set(f.sample, { kernel: why });
      // All that QEMU used less its vCPUs: 2 s less 8 × 0.2 s, of a second each.
      set(stats(f), { cpuTimeNs: 100e9 + 12e9 });
    });
    const rows = host.rows.filter(({ check }) => check === "emulator-cpu");
    expect(rows.map(({ status, live }) => [status, live])).toEqual([
      ["ok", "0 % by k3s-worker-slm-heavy"],
      ["warn", "130 % by k3s-worker-data, k3s-worker-slm, k3s-server-tasks"],
    ]);
  });
});
