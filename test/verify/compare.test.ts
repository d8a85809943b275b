import { describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import { requireFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { CHECKS } from "../../verify/checks.ts";
import { compareFleet, findingsOf, verdictOf } from "../../verify/compare.ts";
import type { Row } from "../../verify/row.ts";
import { CASES, definition, domain, now, SLM, set, stats, tuning } from "./changes.ts";
import { type PlainFacts, uuidOf, verify } from "./soundFacts.ts";

const fleet = requireFleet(defaultStack);

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

  it("has a row of every check but of figures that are not recorded, and of overcommit and virtio-mem, of which there is none", () => {
    const seen = new Set<string>(host.rows.map(({ check }) => check));
    expect(Object.keys(CHECKS).filter((check) => !seen.has(check))).toEqual([
      "cell-hugepages",
      "cell-distances",
      "sockets",
      "cgroup",
      "swap",
      "system-disk",
      "pool-filesystem",
      "gpu",
      "overcommit-swap",
      "overcommit-memory",
      "virtio-mem",
    ]);
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

  it("a thread of QEMU's that ended while it was looked at, or is the kernel's own, is no difference", () => {
    const host = verify(fleet, (f) => {
      const { threads } = now(f);
      const slm = threads.find(({ uuid }) => uuid === uuidOf(SLM)) as object;
      threads.push(
        { ...slm, tid: 7001, cpus: [] } as never,
        { ...slm, tid: 7002, kind: "kernel", cpus: [24] } as never,
      );
    });
    expect(trouble(host.rows).filter((r) => !isCache(r))).toEqual([]);
  });

  it("a balloon between a VM's floor and its memory is as declared, wherever the controller has moved it", () => {
    const [floor, whole] = [2 ** 34, 2 ** 35];
    const changed = {
      ...fleet,
      vms: fleet.vms.map((vm) =>
        vm.name === SLM.name ? { ...vm, memory: whole, minimumMemory: floor } : vm,
      ),
    };
    const row = (balloon: number) =>
      verify(changed, (f) => set(stats(f), { balloon })).rows.find(
        ({ check, subject }) => check === "balloon" && subject === `VM ${SLM.name}`,
      );
    for (const balloon of [floor, floor + 2 ** 30, whole]) {
      expect(row(balloon)).toMatchObject({ status: "ok", declared: "16Gi to 32Gi" });
    }
    expect(row(floor - 1024)).toMatchObject({ status: "differs" });
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
        ...[
          "interface",
          "bridge",
          "governor",
          "numa-balancing",
          "transparent-hugepages",
          "thp-defrag",
          "free-memory",
        ],
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
    ["what waits for a restart", (f) => set(domain(f), { pendingRestart: why }), ["pending-restart"]],
    ["the balloon", (f) => set(stats(f), { balloon: undefined }), ["balloon"]],
    ["the size of disks", (f) => set(stats(f), { diskCapacity: new Map() }), ["disk"]],
    ["counters of pages", (f) => set(now(f), { numastat: [] }), ["numa-foreign"]],
    ["processes of others", (f) => set(now(f), { processes: [] }), ["other-processes"]],
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

describe("a VM that others look after", () => {
  const theirs = {
    ...fleet,
    vms: fleet.vms.map((vm) => (vm.name === SLM.name ? { ...vm, managed: false } : vm)),
  };
  const of = (change: (facts: PlainFacts) => void) =>
    trouble(verify(theirs, change).rows)
      .filter((r) => !isCache(r))
      .map(({ check, status, remedy }) => [check, status, remedy]);

  it("is told where it takes what is promised to others, and no update mends that", () => {
    expect(of((f) => set(definition(f), { memory: 2 ** 40 }))).toEqual([
      [
        "memory",
        "differs",
        "Whoever looks after the VM has to change it; or record what it is now: fleet discover --into.",
      ],
    ]);
  });

  it("runs as they please otherwise", () => {
    expect(of((f) => set(domain(f), { autostart: false, pendingRestart: ["iothreads"] }))).toEqual([]);
    expect(of((f) => set(tuning(f), { weight: 7, iothreadPins: new Map([[1, [34]]]) }))).toEqual([]);
  });
});
