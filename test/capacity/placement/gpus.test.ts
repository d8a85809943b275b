import { describe, expect, it } from "vitest";
import { judge } from "../../../capacity/judge.ts";
import { recallPlacements } from "../../../capacity/placement/recall.ts";
import { type FleetInput, parseFleet, requireFleet } from "../../../model/fleet.ts";
import { type HostInput, texts, type VmInput } from "../host/fleet.ts";
import { host, place, vm } from "./small.ts";

type GpuInput = NonNullable<HostInput["gpus"]>[number];
const whole = (bus: number, facts: Partial<GpuInput> = {}): GpuInput => ({
  address: `0000:0${bus}:00.0`,
  mode: "passthrough",
  iommuGroup: bus,
  ...facts,
});
const shared = (bus: number, facts: Partial<GpuInput> = {}): GpuInput => ({
  address: `0000:0${bus}:00.0`,
  mode: "vgpu",
  profiles: [
    { type: "small", instances: 3 },
    { type: "large", instances: 1 },
  ],
  ...facts,
});
const vgpu = (type: string, n: number) => ({
  vgpu: { type, uuid: `83b8f4f2-509f-382f-3c1e-e6bfe0fa100${n}` },
});
const small = (name: string, gpus: VmInput["gpus"]) =>
  vm(name, { cpuPolicy: "shared", vcpus: 1, memory: "1 GiB", gpus: gpus ?? [] });

/** VM: host and GPUs; for one without a place, what each host lacks. */
function placed(input: FleetInput): string[] {
  const { records, refusals, fleet } = place(input);
  const { findings } = judge(requireFleet(input), { today: "2026-05-06" });
  const refused = findings.filter((f) => f.severity === "refuse");
  expect(refused.every((f) => f.rule === "placement/no-eligible-host")).toBe(true);
  for (const { vm: name, gpus } of records) {
    expect(fleet.vms.find((each) => each.name === name)?.gpus.map((gpu) => gpu.address)).toEqual(gpus ?? []);
  }
  return [
    ...records.map((r) => [r.vm, r.host, ...(r.gpus ?? [])].join(" ")),
    ...refusals.map(({ vm: name, details }) =>
      [name, ...details.node_utilization.map((host) => `${host.node} ${host.why}`)].join("; "),
    ),
  ];
}

describe("a VM that asks for a GPU and names no host", () => {
  it("goes where one is free, of the model that it asks for", () => {
    const hosts = [
      host("a"),
      host("b", { gpus: [whole(1, { model: "10de:1eb8" })] }),
      host("c", { gpus: [whole(1, { model: "10de:20b5" }), whole(2, { model: "10de:20b5" })] }),
    ];
    const ask = { model: "10de:20b5" };
    expect(
      placed({ hosts, vms: [small("p", [ask]), small("q", [{}]), small("r", [ask]), small("s", [ask])] }),
    ).toEqual([
      "p c 0000:01:00.0",
      "q b 0000:01:00.0",
      "r c 0000:02:00.0",
      "s; a has no GPU for passthrough of model 10de:20b5; b has no GPU for passthrough of model 10de:20b5; c has too few free slots of its GPUs: 1 wanted, GPU for passthrough of model 10de:20b5",
    ]);
  });

  it("gets a slot of a shared one, as many as its kinds allow, those of a kind together", () => {
    const hosts = [host("h", { gpus: [shared(1), shared(2)] })];
    const vms = ["small", "large", "small", "small", "small"].map((type, i) =>
      small(`v${i}`, [vgpu(type, i)]),
    );
    expect(placed({ hosts, vms })).toEqual([
      "v0 h 0000:01:00.0",
      "v1 h 0000:02:00.0",
      "v2 h 0000:01:00.0",
      "v3 h 0000:01:00.0",
      "v4; h has too few free slots of its GPUs: 1 wanted, vGPU of type small",
    ]);
    const { refusals } = place({ hosts, vms });
    expect(refusals[0]?.details.node_utilization).toMatchObject([{ gpu_slots_used: 4, gpu_slots_total: 6 }]);
  });

  it("is the only one of an IOMMU group, and leaves groups of several to those who ask for several", () => {
    const group = [whole(1, { iommuGroup: 1 }), whole(2, { iommuGroup: 1 }), whole(3)];
    expect(
      placed({
        hosts: [host("h", { gpus: group })],
        vms: [small("p", [{}]), small("q", [{}, {}]), small("r", [{}])],
      }),
    ).toEqual([
      "p h 0000:03:00.0",
      "q h 0000:01:00.0 0000:02:00.0",
      "r; h has too few free slots of its GPUs: 1 wanted, GPU for passthrough",
    ]);
  });

  it("gets no function without an IOMMU, and no vGPU that another VM has", () => {
    const gpus = [{ address: "0000:01:00.0", mode: "passthrough" as const }, shared(2)];
    const vms = [small("p", [{}]), small("q", [vgpu("small", 1)]), small("r", [vgpu("small", 1)])];
    expect(placed({ hosts: [host("h", { gpus })], vms })).toEqual([
      "q h 0000:02:00.0",
      "p; h has too few free slots of its GPUs: 1 wanted, GPU for passthrough",
      "r; h has given its vGPU 83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 to another VM",
    ]);
  });

  it("lies in the cell that its GPU is attached to, if that holds it, and else has the nearest GPU", () => {
    const gpus = [whole(1, { cell: 1 })];
    const [record] = place({ hosts: [host("h", { gpus })], vms: [vm("p", { gpus: [{}] })] }).records;
    expect(record).toMatchObject({ cells: [1], gpus: ["0000:01:00.0"] });
    const full: VmInput = {
      ...vm("x"),
      host: "h",
      vcpus: 1,
      pins: ["4"],
      emulator: "3",
      memory: "14 GiB",
      numa: { nodeset: "1" },
    };
    const [beside] = place({ hosts: [host("h", { gpus })], vms: [full, vm("p", { gpus: [{}] })] }).records;
    expect(beside).toMatchObject({ cells: [0], gpus: ["0000:01:00.0"] });
    const both = [whole(1, { cell: 1 }), whole(2, { cell: 0 })];
    const [near] = place({
      hosts: [host("h", { gpus: both })],
      vms: [full, vm("p", { gpus: [{}] })],
    }).records;
    expect(near).toMatchObject({ cells: [0], gpus: ["0000:02:00.0"] });
  });

  it("keeps it, whatever comes, and gets another one where the record is of one that is gone", () => {
    const hosts = [host("h", { gpus: [whole(1), whole(2)] }), host("i", { gpus: [whole(1)] })];
    const p = vm("p", { gpus: [{}] });
    const record = { vm: "p", host: "h", cells: "1", pins: ["4", "12", "5", "13"], emulator: "7,15" };
    const kept = { ...record, gpus: ["0000:02:00.0"] };
    expect(placed({ hosts, vms: [vm("a", { gpus: [{}] }), p], placements: [kept] })).toEqual([
      "a i 0000:01:00.0",
      "p h 0000:02:00.0",
    ]);
    const remedy =
      "Take `pins`, `cells`, `emulator` and `gpus` out of the entry, so that they are chosen anew on its host.";
    const told = (placement: NonNullable<FleetInput["placements"]>[number]) =>
      texts(parseFleet({ hosts, vms: [p], placements: [placement] }).findings);
    expect(told({ ...record, gpus: ["0000:03:00.0"] })).toEqual([
      `refuse placement/outdated-record placements[0]: The placement of VM p has GPU 0000:03:00.0, which host h does not have, or not as the VM wants it. | ${remedy}`,
    ]);
    expect(told(record)).toEqual([
      `refuse placement/outdated-record placements[0]: The placement of VM p has 0 GPUs, but the VM asks for 1. | ${remedy}`,
    ]);
    const remembered = {
      ...kept,
      gpus: ["0000:03:00.0"],
      cells: [1],
      pins: [[4], [12], [5], [13]],
      emulator: [7, 15],
      pools: {},
    };
    const { fleet } = recallPlacements(requireFleet({ hosts, vms: [p] }), [remembered]);
    expect(place({ hosts, vms: [p] }).records[0]?.host).toBe("h");
    expect(judge(fleet, { today: "2026-05-06" }).placements).toMatchObject([
      { vm: "p", host: "h", gpus: ["0000:01:00.0"], made: true },
    ]);
  });

  it("is refused on its record's host where another VM has been given its GPU since", () => {
    const hosts = [host("h", { gpus: [whole(1)] })];
    const taker = vm("x", { host: "h", cpuPolicy: "shared", gpus: [{ address: "0000:01:00.0" }] });
    const placements = [
      {
        vm: "p",
        host: "h",
        cells: "0",
        pins: ["0", "8", "1", "9"],
        emulator: "3,11",
        gpus: ["0000:01:00.0"],
      },
    ];
    const { findings } = judge(requireFleet({ hosts, vms: [vm("p", { gpus: [{}] }), taker], placements }), {
      today: "2026-05-06",
    });
    expect(findings.map((f) => f.message)).toContain(
      "The recorded placement of VM p no longer fits host h: GPU 0000:01:00.0 has no free slot for it.",
    );
  });
});

describe("what a fleet may say of GPUs", () => {
  const hosts = [host("h", { gpus: [whole(1, { model: "10de:20b5" })] })];
  it.each<[string, Partial<VmInput>, string[]]>([
    ["a named one on a named host", { host: "h", gpus: [{ address: "0000:01:00.0" }] }, []],
    ["one to be chosen on a named host", { host: "h", cpuPolicy: "shared", gpus: [{}] }, []],
    [
      "none that could be chosen, where nothing is",
      { host: "h", gpus: [{}] },
      [
        "vms[0].gpus: `vms[0].gpus` names no address, but VM p names its host, and placement has nothing to choose for it. | Name the GPU's address, or give the VM a cpuPolicy and no pins: then it gets one.",
      ],
    ],
    [
      "no address without a host",
      { gpus: [{ address: "0000:01:00.0" }] },
      [
        "vms[0].gpus: `vms[0].gpus` names devices of a host, but VM p names no host. | Name the host, or remove the addresses: a placed VM gets them.",
      ],
    ],
    [
      "no other model than the one at the address",
      { host: "h", gpus: [{ address: "0000:01:00.0", model: "10de:1eb8" }] },
      [
        "vms[0].gpus[0]: `vms[0].gpus[0].model` is 10de:1eb8, but GPU 0000:01:00.0 of host h is 10de:20b5. | Correct one of the two, or remove the model: the address is enough.",
      ],
    ],
  ])("%s", (_, facts, expected) => {
    const { findings } = parseFleet({ hosts, vms: [vm("p", facts)] });
    expect(findings.map((f) => `${f.path}: ${f.message} | ${f.remedy}`)).toEqual(expected);
  });
});
