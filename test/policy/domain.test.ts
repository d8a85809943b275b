import { describe, expect, it } from "vitest";
import { requireFleet } from "../../model/fleet.ts";
import { Facts } from "../../policy/facts.ts";
import { plainObject } from "../../policy/plain.ts";
import { vmFromDomain } from "../../policy/resources/domain.ts";
import defaultStack from "../../stacks/default.ts";
import { DATA, FOUR_DOMAINS, SLM } from "./resources.ts";

const MIB = 1024 ** 2;
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function read(inputs: object) {
  const facts = new Facts("VM test");
  const { vm, floatsOver } = vmFromDomain(facts, plainObject(inputs), "test", "numa");
  return {
    vm,
    floatsOver,
    findings: facts.findings,
    messages: facts.findings.map((f) => `${f.rule}: ${f.message}`),
  };
}

describe("vmFromDomain", () => {
  it("reads the four specified VMs as the default stack declares them", () => {
    const declared = requireFleet(defaultStack).vms;
    for (const inputs of FOUR_DOMAINS) {
      const facts = new Facts(inputs.name);
      const { vm } = vmFromDomain(facts, plainObject(inputs), inputs.name, "numa");
      const expected = declared.find((d) => d.name === inputs.name);
      expect(facts.findings).toEqual([]);
      for (const key of [
        "vcpus",
        "pins",
        "emulator",
        "iothreads",
        "numa",
        "memory",
        "exclusiveCores",
      ] as const) {
        expect(vm[key], `${inputs.name} ${key}`).toEqual(expected?.[key]);
      }
    }
  });

  it.each([
    ["KiB", 1024],
    ["k", 1024],
    ["KB", 1000],
    ["MiB", MIB],
    ["M", MIB],
    ["MB", 1e6],
    ["GiB", 1024 * MIB],
    ["TiB", MIB * MIB],
    ["b", 1],
    ["bytes", 1],
  ])("counts memory in %s", (memoryUnit, factor) => {
    const { vm, findings } = read({ ...SLM, memory: 3, memoryUnit });
    expect(findings).toEqual([]);
    expect(vm.memory).toBe(3 * factor);
  });

  it("takes KiB without a unit, as libvirt does", () => {
    const { memoryUnit: _, ...bare } = SLM;
    expect(read({ ...bare, memory: 1024 }).vm.memory).toBe(MIB);
  });

  it("refuses a unit that libvirt does not know", () => {
    expect(read({ ...SLM, memoryUnit: "Gi" }).messages).toEqual([
      'resource/invalid-figure: `memoryUnit` of VM test is "Gi"; expected a unit of libvirt, like KiB, MiB or GiB.',
    ]);
  });

  it("counts guest cells and memory devices if they are more than the memory at boot", () => {
    const cells = [
      { memory: 16, unit: "GiB" },
      { memory: 16, unit: "GiB" },
    ];
    const memorydevs = [{ model: "dimm", target: { size: 4, sizeUnit: "GiB" } }];
    const { vm } = read({ ...SLM, cpu: { numa: { cells } }, devices: { memorydevs } });
    expect(vm.memory).toBe(36 * 1024 * MIB);
  });

  it("reads a balloon's floor, iothreads with their CPUs, and hugepages", () => {
    const { vm, findings } = read({
      ...SLM,
      currentMemory: 16,
      currentMemoryUnit: "GiB",
      ioThreads: 2,
      cpuTune: { ...SLM.cpuTune, ioThreadPins: [{ ioThread: 2, cpuSet: "34" }] },
      memoryBacking: { memoryHugePages: { hugepages: [{ size: 1, unit: "GiB" }] } },
    });
    expect(findings).toEqual([]);
    expect(vm.minimumMemory).toBe(16 * 1024 * MIB);
    expect(vm.iothreads).toEqual([{}, { cpus: [34] }]);
    expect(vm.hugepages).toBe("1GiB");
  });

  it("reads the floor that a NumaDomain notes, and refuses what forbids ballooning", () => {
    const xml = '<numafleet:vm xmlns:numafleet="urn:numafleet:vm:1" minimumMemory="1073741824"/>';
    const noted = { ...SLM, metadata: { xml } };
    expect(read(noted).vm.minimumMemory).toBe(1024 * MIB);
    expect(read(noted).findings).toEqual([]);
    const { messages } = read({
      ...noted,
      devices: { hostdevs: [{ managed: true }] },
      cpuTune: { ...SLM.cpuTune, vcpuScheds: [{ vcpus: "0", scheduler: "fifo", priority: 1 }] },
      memoryBacking: { memoryLocked: true },
    });
    expect(messages).toEqual([
      "host/balloon-forbidden: VM test has a floor for its balloon, but it has a passed-through device and vCPUs with realtime scheduling and memory that is locked in RAM: its memory cannot be moved.",
    ]);
    expect(read({ ...SLM, devices: { hostdevs: [{ managed: true }] } }).messages).toEqual([]);
    expect(read({ ...noted, devices: { memBalloon: { model: "none" } } }).messages).toEqual([
      "host/balloon-forbidden: VM test has a floor for its balloon, but it has no balloon device: its memory cannot be moved.",
    ]);
    // These leave its memory where a balloon can take it.
    const harmless = {
      ...noted,
      devices: { hostdevs: [{ subsysUsb: {} }, { subsysScsi: {} }], memBalloon: { model: "virtio" } },
      cpuTune: { ...SLM.cpuTune, vcpuScheds: [{ vcpus: "0", scheduler: "batch" }] },
    };
    expect(read(harmless).messages).toEqual([]);
  });

  it("lets a VM without pins float", () => {
    const { vm, floatsOver, findings } = read({ ...DATA, cpuTune: {} });
    expect(findings).toEqual([]);
    expect(vm.pins).toBeUndefined();
    expect(floatsOver).toBe("all");
    expect(read({ ...DATA, cpuTune: {}, vcpuCpuset: "4-5" }).floatsOver).toEqual([4, 5]);
  });

  it("takes vcpuCpuset for a vCPU without a pin of its own", () => {
    const { vm } = read({
      memory: 1,
      vcpu: 3,
      vcpuCpuset: "4-5",
      cpuTune: { vcpuPins: [{ vcpu: 1, cpuSet: "9" }] },
    });
    expect(vm.pins).toEqual([[4, 5], [9], [4, 5]]);
  });

  it("leaves out the pin that is missing, so that capacity misses it", () => {
    const { vm } = read({ memory: 1, vcpu: 3, cpuTune: { vcpuPins: [{ vcpu: 1, cpuSet: "9" }] } });
    expect(vm.pins).toEqual([[9]]);
  });

  it.each([
    ["a pin of a vCPU that there is not", { vcpu: 8, cpuSet: "24" }, "each vCPU from 0 to 7 once"],
    ["two pins of one vCPU", { vcpu: 0, cpuSet: "24" }, "each vCPU from 0 to 7 once"],
  ])("refuses %s", (_, pin, expected) => {
    const cpuTune = { ...SLM.cpuTune, vcpuPins: [...SLM.cpuTune.vcpuPins, pin] };
    expect(read({ ...SLM, cpuTune }).messages).toEqual([
      `resource/invalid-figure: \`cpuTune.vcpuPins[8].vcpu\` of VM test is ${pin.vcpu}; expected ${expected}.`,
    ]);
  });

  it("refuses missing figures, all at once", () => {
    expect(read({ type: "kvm" }).messages).toEqual([
      "resource/missing-figure: `vcpu` of VM test is missing: it cannot be proven that it fits.",
      "resource/missing-figure: `memory` of VM test is missing: it cannot be proven that it fits.",
    ]);
  });

  it("refuses figures that are not known before the update, each once", () => {
    const vcpuPins = [{ vcpu: 0, cpuSet: UNKNOWN_TEXT }];
    expect(read({ memory: UNKNOWN_TEXT, vcpu: 1, cpuTune: { vcpuPins } }).messages).toEqual([
      "resource/unknown-figure: `cpuTune.vcpuPins[0].cpuSet` of VM test is not known before the update: it cannot be proven that it fits.",
      "resource/unknown-figure: `memory` of VM test is not known before the update: it cannot be proven that it fits.",
    ]);
  });

  it.each([
    ["numaTune.memNodes", { numaTune: { memNodes: [{ cellId: 0, mode: "strict", nodeset: "0" }] } }],
    ["memoryBacking.memoryHugePages", { memoryBacking: { memoryHugePages: {} } }],
  ])("refuses %s, which it cannot judge", (path, inputs) => {
    expect(read({ ...SLM, ...inputs }).findings).toMatchObject([
      { rule: "resource/unsupported-constraint", path, severity: "refuse" },
    ]);
  });

  it("tells a missing memory beside a wrong property whose name begins alike", () => {
    const { findings } = read({ vcpu: 1, memoryBacking: { memoryHugePages: {} } });
    expect(findings.map((f) => f.path)).toEqual(["memoryBacking.memoryHugePages", "memory"]);
  });

  it("reads what a program without types gives: numbers as texts, and single CPUs as numbers", () => {
    const loose = {
      memory: "4294967296",
      memoryUnit: "bytes",
      vcpu: "2",
      cpuTune: { vcpuPins: [18, 54].map((cpuSet, vcpu) => ({ vcpu: `${vcpu}`, cpuSet })) },
      numaTune: { memory: { mode: "strict", nodeset: 1 } },
    };
    const { vm, findings } = read(loose);
    expect(findings).toEqual([]);
    expect(vm).toMatchObject({ vcpus: 2, memory: 4 * 1024 ** 3, pins: [[18], [54]], numa: { nodeset: [1] } });
  });

  it.each([
    ["vcpu", { vcpu: 1.5 }, "1.5", "a whole number from 1"],
    ["vcpu", { vcpu: 0 }, "0", "a whole number from 1"],
    ["memory", { memory: -1 }, "-1", "a whole number, with its unit in `memoryUnit`"],
    ["memory", { memory: "8 GiB" }, '"8 GiB"', "a whole number, with its unit in `memoryUnit`"],
    ["memory", { memory: 0 }, "0", "a size above 0"],
    ["cpuTune", { cpuTune: [] }, "[]", "an object"],
    [
      "numaTune.memory.nodeset",
      { numaTune: { memory: { nodeset: "x" } } },
      '"x"',
      'a CPU set, like "16-17,52-53"',
    ],
  ])("refuses a wrong %s", (path, inputs, given, expected) => {
    const { messages } = read({ ...SLM, cpuTune: {}, ...inputs });
    expect(messages).toContain(
      `resource/invalid-figure: \`${path}\` of VM test is ${given}; expected ${expected}.`,
    );
  });
});
