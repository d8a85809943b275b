import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, floating, host, vm } from "./fleet.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

test("a VM over both cells fills the first and then the second; its overhead is booked first", () => {
  const fleet = fleetOf([vm("a", { memory: "20 GiB", numa: { nodeset: "0-1" } })]);
  const overhead = (40 + 106) * MIB;
  expect(judgeHosts(fleet).hosts[0]?.cells.map((c) => c.vms)).toEqual([
    [{ name: "a", memory: 15 * GIB - overhead, overhead }],
    [{ name: "a", memory: 5 * GIB + overhead, overhead: 0 }],
  ]);
});

test("what does not fit is booked where it is bound, and shows as negative", () => {
  const fleet = fleetOf([vm("a", { memory: "16 GiB" })]);
  const [host] = judgeHosts(fleet).hosts;
  const committed = 16 * GIB + (32 + 106) * MIB;
  expect(host?.cells[0]?.memory).toEqual({
    capacity: 16 * GIB,
    reserved: GIB,
    committed,
    free: 15 * GIB - committed,
  });
  expect(host?.cells[1]?.memory.committed).toBe(0);
});

test("a balloon's minimum is no budget: the guest may take all of its memory", () => {
  const committed = (facts: Parameters<typeof vm>[1]) =>
    judgeHosts(fleetOf([vm("a", facts)])).hosts[0]?.memory.committed;
  expect(committed({ minimumMemory: "1 GiB" })).toBe(committed({}));
});

test("hugepages are kept back from memory, used pages are counted apart", () => {
  const cells = host.cells.map((cell) => ({ ...cell, hugepages: { "1GiB": 6 } }));
  const fleet = fleetOf([vm("a", { memory: "5 GiB", hugepages: "1GiB" })], { cells });
  const [cell, other] = judgeHosts(fleet).hosts[0]?.cells ?? [];
  const overhead = (10 + 106) * MIB;
  expect(cell?.memory).toEqual({
    capacity: 16 * GIB,
    reserved: 7 * GIB,
    committed: overhead,
    free: 9 * GIB - overhead,
  });
  expect(cell?.hugepages).toEqual({ "1GiB": { capacity: 6, reserved: 0, committed: 5, free: 1 } });
  expect(cell?.vms).toEqual([{ name: "a", memory: 5 * GIB, overhead }]);
  expect(other?.hugepages).toEqual({ "1GiB": { capacity: 6, reserved: 0, committed: 0, free: 6 } });
});

test("pages that a VM asks for in vain have a row too", () => {
  const fleet = fleetOf([vm("a", { hugepages: "2MiB" })]);
  expect(judgeHosts(fleet).hosts[0]?.cells.map((c) => c.hugepages)).toEqual([
    { "2MiB": { capacity: 0, reserved: 0, committed: 2048, free: -2048 } },
    {},
  ]);
});

test("a VM in a cell that the host lacks takes nothing from the others", () => {
  const fleet = fleetOf([vm("a", { numa: { nodeset: "7" } }), vm("b", { pins: ["1", "9"] })]);
  expect(judgeHosts(fleet).hosts[0]?.cells.map((c) => c.vms.map((v) => v.name))).toEqual([["b"], []]);
});

test("dedicated CPUs: pins, idle siblings of exclusive cores, emulator CPUs once; not the host's own", () => {
  const fleet = fleetOf([
    vm("a", { vcpus: 1, pins: ["0"], emulator: "2,3" }),
    vm("b", { vcpus: 1, pins: ["1"], emulator: "2,3", exclusiveCores: false }),
    floating("c", { emulator: "10" }),
  ]);
  const [h] = judgeHosts(fleet).hosts;
  // 0 and its sibling 8, 1, and the emulators' 2; 3 is reserved, and a floating VM dedicates nothing.
  expect(h?.cells[0]?.cpus).toEqual({ capacity: 8, reserved: 2, committed: 4, free: 2 });
  // Shared: 2, 9, 10 in cell 0 and 4-6, 12-14 in cell 1.
  expect(h?.sharedVcpus).toEqual({ capacity: 9, reserved: 0, committed: 2, free: 7 });
});

test("an emulator on the idle sibling of its own VM takes no further CPU", () => {
  const fleet = fleetOf([vm("a", { vcpus: 1, pins: ["0"], emulator: "8" })]);
  expect(judgeHosts(fleet).hosts[0]?.cells[0]?.cpus.committed).toBe(2);
});

test("a ratio is a decimal figure: 100 shared CPUs at 1.15 carry 115 vCPUs", () => {
  const cells = [{ id: 0, cores: Array.from({ length: 100 }, (_, i) => `${i}`), memory: "1024 GiB" }];
  const fleet = fleetOf(
    [],
    { cells, reserved: { memoryPerCell: "1 GiB" } },
    {
      policy: { oversubscription: { h: 1.15 } },
    },
  );
  expect(judgeHosts(fleet).hosts[0]?.sharedVcpus.capacity).toBe(115);
});

test("disks count against their pool only", () => {
  const fleet = fleetOf([
    vm("a", {
      disks: [
        { name: "os", class: "ssd", size: "40 GB" },
        { name: "cold", class: "hdd", size: "500 GB" },
      ],
    }),
  ]);
  expect(
    judgeHosts(fleet).hosts[0]?.pools.map((p) => [p.name, p.class, p.storage.committed, p.storage.free]),
  ).toEqual([
    ["fast", "ssd", 40e9, 60e9],
    ["slow", "hdd", 500e9, 500e9],
  ]);
});
