import { expect, test } from "vitest";
import { parseFleet } from "../../model/fleet.ts";
import { gpuSlots } from "../../model/gpu.ts";
import { soundFleet } from "./fleets.ts";

const given = (gpu: object, ...others: object[]) => {
  const fleet = soundFleet();
  return parseFleet({ ...fleet, hosts: [{ ...fleet.hosts[0], gpus: [gpu, ...others] }] });
};
const messages = (gpu: object, ...others: object[]) => given(gpu, ...others).findings.map((f) => f.message);

test.each([
  ["a function for passthrough", { mode: "passthrough", iommuGroup: 17 }, 1],
  ["one without an IOMMU", { mode: "passthrough" }, 0],
  [
    "virtual functions",
    { mode: "vgpu", functions: 16, profiles: [{ type: "nvidia-474", instances: 4 }] },
    16,
  ],
  [
    "profiles without virtual functions",
    {
      mode: "vgpu",
      profiles: [
        { type: "i915-GVTg_V5_4", instances: 2 },
        { type: "i915-GVTg_V5_8", instances: 7 },
      ],
    },
    7,
  ],
  ["vGPUs without any kind", { mode: "vgpu" }, 0],
] as const)("slots of %s", (_, gpu, slots) => {
  const { fleet } = given({ address: "0000:65:00.0", ...gpu });
  expect(fleet?.hosts[0]?.gpus.map(gpuSlots)).toEqual([slots]);
});

test("mistakes are told", () => {
  expect(messages({ address: "65:00.0", mode: "mdev", model: "NVIDIA", functions: -1 })).toEqual([
    '`hosts[0].gpus[0].address` is "65:00.0"; expected a PCI address, like "0000:65:00.0".',
    "`hosts[0].gpus[0].functions` is -1; expected a whole number from 0.",
    '`hosts[0].gpus[0].mode` is "mdev"; expected the mode "passthrough" or "vgpu".',
    '`hosts[0].gpus[0].model` is "NVIDIA"; expected vendor and device as PCI has them, like "10de:20b5".',
  ]);
});

test("a GPU stands once, and in a cell that is there", () => {
  const gpu = { address: "0000:65:00.0", mode: "passthrough" };
  expect(messages(gpu, { ...gpu, cell: 3 })).toEqual([
    '`hosts[0].gpus[1].address` is "0000:65:00.0", which `hosts[0].gpus[0]` has already.',
    "`hosts[0].gpus[1].cell` is 3, but the host has only cells 0.",
  ]);
});
