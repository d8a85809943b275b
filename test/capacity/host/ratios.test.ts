import fc from "fast-check";
import { expect, test } from "vitest";
import { effective } from "../../../capacity/host/effective.ts";
import { judgeHosts } from "../../../capacity/host/host.ts";
import type { FleetInput } from "../../../model/fleet.ts";
import { fleetOf, floating, texts, vm } from "./fleet.ts";

const GIB = 1024 ** 3;

/** Two cells of 16 GiB less 1 GiB each; a VM of 15 GiB with its overhead is above one cell by 136 MiB. */
const big = vm("a", { memory: "15 GiB" });
const placed = (resources: NonNullable<NonNullable<FleetInput["placement"]>["resources"]>) => ({
  placement: { resources },
});

const cases = [
  {
    name: "memory at ratio 1.0 is what there is",
    fleet: fleetOf([big]),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 15.13Gi, available 15Gi (16Gi less 1Gi kept for the host), short by 136Mi. | Lower the memory that it has there by 136 MiB, or move it to another cell or host.",
    ],
  },
  {
    name: "memory at ratio 1.1 is promised beyond it",
    fleet: fleetOf([big], {}, placed({ memory: { overcommitRatio: 1.1 } })),
    texts: [],
  },
  {
    name: "and no further",
    fleet: fleetOf([vm("a", { memory: "17 GiB" })], {}, placed({ memory: { overcommitRatio: 1.1 } })),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 17.14Gi, available 16.60Gi (16Gi, at ratio 1.1 17.60Gi, less 1Gi kept for the host), short by 549.60Mi. | Lower the memory that it has there by 550 MiB, or move it to another cell or host.",
    ],
  },
  {
    name: "below 1.0 keeps memory back",
    fleet: fleetOf([vm("a", { memory: "14 GiB" })], {}, placed({ memory: { overcommitRatio: 0.9 } })),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 14.13Gi, available 13.40Gi (16Gi, at ratio 0.9 14.40Gi, less 1Gi kept for the host), short by 748.40Mi. | Lower the memory that it has there by 749 MiB, or move it to another cell or host.",
    ],
  },
  {
    name: "no ratio makes more of hugepages",
    fleet: fleetOf(
      [vm("a", { memory: "5 GiB", hugepages: "1GiB" })],
      {
        cells: [
          { id: 0, cores: ["0,8", "1,9", "2,10", "3,11"], memory: "16 GiB", hugepages: { "1GiB": 4 } },
          { id: 1, cores: ["4,12", "5,13", "6,14", "7,15"], memory: "16 GiB" },
        ],
      },
      placed({ memory: { overcommitRatio: 2 } }),
    ),
    texts: [
      "refuse host/hugepages hosts[0].cells[0].hugepages: Cell 0 of host h cannot back the memory of VM a with 1GiB pages: requested 5, available 4, short by 1. | Reserve 1 more 1GiB page there, or lower the memory of a VM by 1Gi.",
    ],
  },
  {
    name: "disk by its ratio",
    fleet: fleetOf(
      [vm("a", { disks: [{ name: "os", class: "ssd", size: "120 GB" }] })],
      {},
      placed({ disk: { overcommitRatio: 1.1 } }),
    ),
    texts: [
      "refuse host/pool-capacity hosts[0].pools[0].capacity: Pool fast (ssd) of host h cannot hold the disks of VM a at full size: requested 120 GB, available 110 GB (100 GB at ratio 1.1), short by 10 GB. | Make the disks smaller by 10 GB in all, move one to another ssd pool, or enlarge the pool.",
    ],
  },
  {
    name: "the configured disk limit by the same ratio",
    fleet: fleetOf(
      [vm("a", { disks: [{ name: "os", class: "ssd", size: "100 GB" }] })],
      { limits: { disk: "80 GB" } },
      placed({ disk: { overcommitRatio: 1.1 } }),
    ),
    texts: [
      "refuse host/disk-limit hosts[0].limits.disk: Host h may not hold the disks of all its VMs at full size, by its limits.disk: requested 100 GB, available 88 GB (80 GB at ratio 1.1), short by 12 GB. | Make the disks smaller by 12 GB in all, move a VM to another host, or raise limits.disk.",
    ],
  },
  {
    name: "the preset's ratio stretches shared CPUs, and a host's own one wins",
    fleet: fleetOf(
      [floating("a", { vcpus: 19 })],
      {},
      { placement: { preset: "scratch" }, policy: { oversubscription: { h: 1.5 } } },
    ),
    texts: [
      "refuse host/shared-cpus hosts[0]: Host h has 12 shared CPUs (0-2,4-6,8-10,12-14) for unpinned VM a: at 1.5 vCPU per CPU requested 19, available 18, short by 1. | Take 1 vCPU from these VMs, move one to another host, or raise the host's ratio in policy.oversubscription to 1.59.",
    ],
  },
  {
    name: "dedicated CPUs stay dedicated under every preset",
    fleet: fleetOf([vm("a"), vm("b", { pins: ["0", "8"] })], {}, { placement: { preset: "scratch" } }),
    texts: [
      "refuse host/pin-twice vms[1].pins[0]: VMs a and b are both pinned to CPUs 0,8 of host h (cell 0); a pinned CPU belongs to one VM: requested 4 CPUs, available 2, short by 2. | Move one of them to CPUs that no VM is pinned to (free: CPUs 1-2,9-10).",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});

test("effective_limit = capacity × ratio, available = effective_limit − allocated: 64 CPUs at 2.0 are 128 vCPUs", () => {
  const fleet = fleetOf(
    [floating("a", { vcpus: 48 })],
    {
      cells: [{ id: 0, cores: Array.from({ length: 64 }, (_, i) => `${i}`), memory: "64 GiB" }],
      reserved: { memoryPerCell: "1 GiB" },
    },
    { placement: { resources: { cpu: { overcommitRatio: 2 } } } },
  );
  const [host] = judgeHosts(fleet).hosts;
  expect(host?.sharedVcpus).toMatchObject({ capacity: 128, committed: 48, free: 80 });
});

test("the amounts tell what there is and what may be promised", () => {
  const fleet = fleetOf(
    [big],
    {},
    placed({ memory: { overcommitRatio: 1.5 }, disk: { overcommitRatio: 1.1 } }),
  );
  const [host] = judgeHosts(fleet).hosts;
  expect(host?.cells[1]?.memory).toEqual({
    capacity: 16 * GIB,
    effective: 24 * GIB,
    reserved: GIB,
    committed: 0,
    free: 23 * GIB,
  });
  expect(host?.pools[0]?.storage).toEqual({
    capacity: 100e9,
    effective: 110e9,
    reserved: 0,
    committed: 0,
    free: 110e9,
  });
});

test("effective limits are exact decimals, rounded down", () => {
  expect(effective(100, 1.15)).toBe(115);
  expect(effective(10, 0.05)).toBe(0);
  expect(effective(Number.MAX_SAFE_INTEGER, 4)).toBe(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.integer({ min: 1, max: 1000 }),
      (capacity, hundredths) => {
        const expected = (BigInt(capacity) * BigInt(hundredths)) / 100n;
        expect(effective(capacity, hundredths / 100)).toBe(Number(expected));
      },
    ),
  );
});
