import { expect, test } from "vitest";
import { overhead } from "../../../capacity/host/overhead.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

test("the light SLM VM: 64 + 50 + 64 + 8 + 32 MiB, as KubeVirt's figures add up by hand", () => {
  expect(overhead({ memory: 32 * GIB, vcpus: 8, iothreads: [] })).toEqual({
    bytes: 218 * MIB,
    parts: [
      { name: "page tables", formula: "34359738368 / 512, rounded up", bytes: 64 * MIB },
      { name: "QEMU process", formula: "50 MiB", bytes: 50 * MIB },
      { name: "vCPU threads", formula: "8 × 8 MiB", bytes: 64 * MIB },
      { name: "iothreads", formula: "1 × 8 MiB", bytes: 8 * MIB },
      { name: "video memory", formula: "32 MiB", bytes: 32 * MIB },
    ],
  });
});

test("a VM of 1 GiB and 1 vCPU takes KubeVirt's 290 MiB less the 190 MiB of its pod's own processes", () => {
  // KubeVirt's own test: 7 + 243 (static) + 32 (video) + 8 (vCPU) = 290 MiB; launcher, monitor and daemons
  // are 100 + 25 + 25 + 40 of them.
  expect(overhead({ memory: GIB, vcpus: 1, iothreads: [] }).bytes).toBe((290 - 190) * MIB);
});

test("iothreads count one by one, the first is always there", () => {
  const bytes = (n: number) =>
    overhead({ memory: GIB, vcpus: 1, iothreads: Array.from({ length: n }, () => ({})) }).bytes;
  expect([bytes(0), bytes(1), bytes(3)]).toEqual([100 * MIB, 100 * MIB, 116 * MIB]);
});

test("page tables of a size that 512 does not divide are rounded up", () => {
  expect(overhead({ memory: 513, vcpus: 1, iothreads: [] }).parts[0]?.bytes).toBe(2);
});
