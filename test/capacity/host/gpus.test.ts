import { describe, expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { machines } from "../../../capacity/host/machine.ts";
import { overhead } from "../../../capacity/host/overhead.ts";
import { hostStatus, type Instance } from "../../../capacity/status/hostStatus.ts";
import { domainArgs } from "../../../components/domainArgs.ts";
import { parseFleet } from "../../../model/fleet.ts";
import { fleetOf, type HostInput, host, texts, type VmInput, vm } from "./fleet.ts";

type GpuInput = NonNullable<HostInput["gpus"]>[number];
const whole = (address: string, iommuGroup?: number): GpuInput => ({
  address,
  mode: "passthrough",
  ...(iommuGroup === undefined ? {} : { iommuGroup }),
});
const A = "0000:65:00.0";
const B = "0000:65:00.1";
const shared: GpuInput = {
  address: A,
  mode: "vgpu",
  profiles: [
    { type: "nvidia-474", instances: 2 },
    { type: "nvidia-471", instances: 4 },
  ],
};
const uuid = (n: number) => `83b8f4f2-509f-382f-3c1e-e6bfe0fa100${n}`;
const slice = (n: number, type = "nvidia-474") => ({ address: A, vgpu: { type, uuid: uuid(n) } });
/** Each on CPUs of its own. */
const PINS = [
  ["0", "8"],
  ["1", "9"],
  ["2", "10"],
];
const with_ = (i: number, ...gpus: NonNullable<VmInput["gpus"]>) =>
  vm(`v${i}`, { pins: PINS[i] ?? [], memory: "1 GiB", gpus });

const judged = (gpus: GpuInput[], vms: VmInput[]) => {
  const { hosts, findings } = judgeHosts(fleetOf(vms, { gpus }));
  return { slots: hosts[0]?.gpus.map((g) => [g.slots.committed, g.slots.capacity]), told: texts(findings) };
};

describe("GPU slots", () => {
  test("a GPU that is passed through is one VM's", () => {
    expect(judged([whole(A, 1)], [with_(0, { address: A })])).toEqual({ slots: [[1, 1]], told: [] });
    expect(judged([whole(A, 1)], [with_(0, { address: A }), with_(1, { address: A })])).toEqual({
      slots: [[2, 1]],
      told: [
        "refuse host/gpu-slots hosts[0].gpus[0]: GPU 0000:65:00.0 of host h (passthrough) has too few slots for VMs v0 and v1: requested 2, available 1, short by 1. | Take 1 slot back, or give a VM another GPU or host.",
      ],
    });
  });

  test("without an IOMMU nothing is passed through", () => {
    expect(judged([whole(A)], [with_(0, { address: A })]).told).toEqual([
      "refuse host/gpu-slots hosts[0].gpus[0]: GPU 0000:65:00.0 of host h (passthrough) has too few slots for VM v0: requested 1, available 0, short by 1. | Switch the host's IOMMU on and record the GPU anew, or take the GPU from the VM.",
    ]);
  });

  test("a shared GPU has as many as its kind allows, or as it has functions", () => {
    const two = [with_(0, slice(0)), with_(1, slice(1))];
    expect(judged([shared], two)).toEqual({ slots: [[2, 2]], told: [] });
    expect(judged([shared], [...two, with_(2, slice(2))]).slots).toEqual([[3, 2]]);
    const small = [
      with_(0, slice(0, "nvidia-471")),
      with_(1, slice(1, "nvidia-471"), slice(2, "nvidia-471")),
    ];
    expect(judged([shared], small)).toEqual({ slots: [[3, 4]], told: [] });
    expect(judged([{ ...shared, functions: 1 }], two).slots).toEqual([[2, 1]]);
    expect(judged([{ ...shared, functions: 16 }], two).slots).toEqual([[2, 2]]);
  });

  test("a vGPU is given once", () => {
    expect(judged([shared], [with_(0, slice(0)), with_(1, slice(0))]).told).toEqual([
      `refuse host/gpu-slots vms[1].gpus: vGPU ${uuid(0)} of host h is given 2 times, to VMs v0 and v1. | Give each a vGPU of its own.`,
    ]);
  });

  test("an IOMMU group goes to one VM", () => {
    const pair = [whole(A, 31), whole(B, 31)];
    expect(judged(pair, [with_(0, { address: A }, { address: B })]).told).toEqual([]);
    expect(judged(pair, [with_(0, { address: A }), with_(1, { address: B })]).told).toEqual([
      "refuse host/gpu-group hosts[0].gpus[0].iommuGroup: GPUs 0000:65:00.0 and 0000:65:00.1 of host h are one IOMMU group (31), which goes to one VM, but VMs v0 and v1 each have one. | Give all of the group to one VM.",
    ]);
    expect(
      judged([whole(A, 31), whole(B, 32)], [with_(0, { address: A }), with_(1, { address: B })]).told,
    ).toEqual([]);
  });
});

test.each<[string, GpuInput[], NonNullable<VmInput["gpus"]>[number], string]>([
  [
    "that the host has not",
    [whole(B, 1)],
    { address: A },
    '`vms[0].gpus[0].address` is "0000:65:00.0", but host h has no GPU there (recorded: 0000:65:00.1).',
  ],
  [
    "in a share, where it is passed through",
    [whole(A, 1)],
    slice(0),
    "`vms[0].gpus[0].vgpu` asks for a share of GPU 0000:65:00.0, which is passed through as a whole.",
  ],
  [
    "as a whole, where it is shared",
    [shared],
    { address: A },
    "`vms[0].gpus[0]` asks for GPU 0000:65:00.0 as a whole, which is shared in vGPUs.",
  ],
  [
    "of a kind that it does not offer",
    [shared],
    slice(0, "nvidia-1"),
    '`vms[0].gpus[0].vgpu.type` is "nvidia-1", which GPU 0000:65:00.0 does not offer (nvidia-474, nvidia-471).',
  ],
])("a GPU %s is refused", (_, gpus, want, message) => {
  const { findings } = parseFleet({ hosts: [{ ...host, gpus }], vms: [with_(0, want)] });
  expect(findings.map((f) => f.message)).toEqual([message]);
});

test("a VM without a host names no GPU", () => {
  const wanted = { name: "v", vcpus: 1, memory: "1 GiB", gpus: [{ address: A }] };
  const { findings } = parseFleet({ hosts: [{ ...host, gpus: [whole(A, 1)] }], vms: [wanted] });
  expect(findings.map((f) => f.message)).toEqual([
    "`vms[0].gpus` names devices of a host, but VM v names no host.",
  ]);
});

test("the domain has the function, or the vGPU by its UUID; its overhead a GiB more", () => {
  const { hosts, vms } = fleetOf([with_(0, { address: "0001:c5:1f.7" }), with_(1, slice(1))], {
    gpus: [whole("0001:c5:1f.7", 1), shared],
  });
  const args = vms.map((v) =>
    domainArgs(v, {
      host: hosts[0] as (typeof hosts)[number],
      type: "kvm",
      disks: [],
      seed: undefined,
      sharedCpus: [],
    }),
  );
  expect(args.map((a) => (a.devices as { hostdevs?: unknown }).hostdevs)).toEqual([
    [{ managed: true, subsysPci: { source: { address: { domain: 1, bus: 197, slot: 31, function: 7 } } } }],
    [{ subsysMDev: { model: "vfio-pci", source: { address: { uuid: uuid(1) } } } }],
  ]);
  const [first] = vms;
  if (!first) throw new Error("no VM");
  expect(overhead(first).bytes - overhead({ ...first, gpus: [] }).bytes).toBe(1024 ** 3);
});

const INSTANCE: Instance = {
  id: "id",
  name: "",
  state: "running",
  vcpus: 2,
  memory: 1024 ** 3,
  disk: 0,
  download: 0,
  upload: 0,
  diskIo: 0,
  hostdevs: [],
};

test("the status tells mode, slots, kinds and groups", () => {
  const report = {
    instances: [],
    disk: { images_bytes: 0, oci_cache_bytes: 0, volumes_bytes: 0, overlays_bytes: 0 },
    poolsFree: [],
  };
  const statusWith = (gpus: GpuInput[], vms: VmInput[], hostdevs: string[] = [], state = "running") => {
    const [machine] = machines(fleetOf(vms, { gpus }));
    if (!machine) throw new Error("no host");
    const instances = hostdevs.map((device, i) => ({
      ...INSTANCE,
      name: `v${i}`,
      state,
      hostdevs: [device],
    }));
    return hostStatus(machine, { ...report, instances }).gpu;
  };
  expect(statusWith([], [])).toBeNull();
  const one = { mode: "passthrough", total_slots: 1, profiles: [] };
  expect(statusWith([whole(A, 31)], [with_(0, { address: A })], [A])).toEqual({
    ...one,
    used_slots: 1,
    pending_slots: 0,
    devices: [{ address: A, iommu_group: 31, available: false }],
  });
  // A VM that is off has nothing; one that is not there yet will have it.
  const free = { ...one, used_slots: 0, devices: [{ address: A, iommu_group: 31, available: true }] };
  expect(statusWith([whole(A, 31)], [with_(0, { address: A })], [A], "shut off")).toEqual({
    ...free,
    pending_slots: 0,
  });
  expect(statusWith([whole(A, 31)], [with_(0, { address: A })])).toEqual({ ...free, pending_slots: 1 });
  // A VM that nobody declared has a slot all the same; a device that is no GPU is none.
  expect(statusWith([shared, whole(B, 3)], [], [uuid(0), "0000:01:00.0"])).toEqual({
    mode: "mixed",
    total_slots: 5,
    used_slots: 1,
    pending_slots: 0,
    profiles: [
      { gpu: A, type: "nvidia-474", name: "nvidia-474", instances: 2 },
      { gpu: A, type: "nvidia-471", name: "nvidia-471", instances: 4 },
    ],
    devices: [{ address: B, iommu_group: 3, available: true }],
  });
});
