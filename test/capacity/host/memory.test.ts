import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, floating, host, texts, vm } from "./fleet.ts";

const pages = host.cells.map((cell) => ({ ...cell, hugepages: { "1GiB": 6 } }));

const cases = [
  {
    name: "a VM as large as what the cell has left, overhead included, passes",
    fleet: fleetOf([vm("a", { memory: "15224 MiB" })]),
    texts: [],
  },
  {
    name: "one MiB more does not",
    fleet: fleetOf([vm("a", { memory: "15225 MiB" })]),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 15.00Gi, available 15Gi (16Gi less 1Gi kept for the host), short by 754Ki. | Lower the memory that it has there by 1 MiB, or move it to another cell or host.",
    ],
  },
  {
    name: "a VM as large as the cell's raw memory",
    fleet: fleetOf([vm("a", { memory: "16 GiB" })]),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 16.13Gi, available 15Gi (16Gi less 1Gi kept for the host), short by 1.13Gi. | Lower the memory that it has there by 1162 MiB, or move it to another cell or host.",
    ],
  },
  {
    name: "two VMs that would fit into the host, but not into their cell",
    fleet: fleetOf([vm("a", { memory: "8 GiB" }), vm("b", { memory: "9 GiB", pins: ["1", "9"] })]),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VMs b and a with QEMU's overhead: requested 17.24Gi, available 15Gi (16Gi less 1Gi kept for the host), short by 2.24Gi. | Lower the memory that they have there by 2294 MiB in all, or move one of them to another cell or host.",
    ],
  },
  {
    name: "a VM over both cells and an unbound one make way for each other, up to the sum",
    fleet: fleetOf([
      vm("a", { memory: "20 GiB", numa: { nodeset: "0-1" } }),
      floating("b", { memory: "9 GiB" }),
    ]),
    texts: [],
  },
  {
    name: "cells that are short together are one finding",
    fleet: fleetOf([
      vm("a", { memory: "20 GiB", numa: { nodeset: "0-1" } }),
      floating("b", { memory: "12 GiB" }),
    ]),
    texts: [
      "refuse host/cell-memory hosts[0].cells: Cells 0-1 of host h cannot hold the memory of VMs a and b with QEMU's overhead: requested 32.27Gi, available 30Gi (32Gi less 2Gi kept for the host), short by 2.27Gi. | Lower the memory that they have there by 2324 MiB in all, or move one of them to another host.",
    ],
  },
  {
    name: "an interleaved VM needs its even part in each cell",
    fleet: fleetOf([
      vm("a", { memory: "20 GiB", numa: { nodeset: "0-1", mode: "interleave" } }),
      vm("b", { memory: "6 GiB", pins: ["1", "9"] }),
    ]),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VMs a and b with QEMU's overhead: requested 16.19Gi, available 15Gi (16Gi less 1Gi kept for the host), short by 1.19Gi. | Lower the memory that they have there by 1215 MiB in all, or move one of them to another cell or host.",
    ],
  },
  {
    name: "a VM that only prefers a cell may spill, with a warning",
    fleet: fleetOf([vm("a", { memory: "20 GiB", numa: { nodeset: "0", mode: "preferred" } })]),
    texts: [
      "warn host/cell-preferred hosts[0].cells[0].memory: Cell 0 of host h cannot hold all that prefers to lie there: requested 20.14Gi, available 15Gi, short by 5.14Gi; memory of VM a will lie in other cells. | Lower the memory of a VM there, or accept memory that is further away.",
    ],
  },
  {
    name: "a VM that prefers a cell must fit into the host",
    fleet: fleetOf([vm("a", { memory: "30 GiB", numa: { nodeset: "0", mode: "preferred" } })]),
    texts: [
      "refuse host/cell-memory hosts[0].cells: Cells 0-1 of host h cannot hold the memory of VM a with QEMU's overhead: requested 30.16Gi, available 30Gi (32Gi less 2Gi kept for the host), short by 166Mi. | Lower the memory that it has there by 166 MiB, or move it to another host.",
    ],
  },
  {
    name: "a restrictive binding is as hard as a strict one",
    fleet: fleetOf([vm("a", { memory: "20 GiB", numa: { nodeset: "0", mode: "restrictive" } })]),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 20.14Gi, available 15Gi (16Gi less 1Gi kept for the host), short by 5.14Gi. | Lower the memory that it has there by 5266 MiB, or move it to another cell or host.",
    ],
  },
  {
    name: "a pinned VM whose memory may lie in the other cell is warned",
    fleet: fleetOf([{ ...floating("a"), pins: ["0", "8"], emulator: "3" }]),
    texts: [
      'warn host/memory-unbound vms[0].numa: VM a is pinned to CPUs of cell 0 of host h, but its memory is bound to no cell and may lie in another. | Bind its memory to cell 0: numa.nodeset "0".',
    ],
  },
  {
    name: "a VM that is pinned in every cell may have its memory anywhere",
    fleet: fleetOf([{ ...floating("a"), vcpus: 4, pins: ["0", "8", "4", "12"], emulator: "3" }]),
    texts: [],
  },
  {
    name: "a nodeset with a cell that the host lacks",
    fleet: fleetOf([vm("a", { numa: { nodeset: "0,7" } })]),
    texts: [
      "refuse host/cell-missing vms[0].numa.nodeset: The memory of VM a is bound to cell 7, but host h has only cells 0-1: requested 2 cells, available 1, short by 1. | Bind it to cells of host h, or record the missing cells.",
    ],
  },
  {
    name: "hugepages are no ordinary memory",
    fleet: fleetOf([vm("a", { memory: "10 GiB" })], { cells: pages }),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 10.12Gi, available 9Gi (16Gi less 1Gi kept for the host and 6Gi of hugepages), short by 1.12Gi. | Lower the memory that it has there by 1150 MiB, reserve fewer hugepages there, or move it to another cell or host.",
    ],
  },
  {
    name: "the overhead of a VM on hugepages comes from ordinary memory",
    fleet: fleetOf(
      [vm("a", { memory: "6 GiB", hugepages: "1GiB" }), vm("b", { memory: "9 GiB", pins: ["1", "9"] })],
      { cells: pages },
    ),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VMs b and a with QEMU's overhead: requested 9.24Gi, available 9Gi (16Gi less 1Gi kept for the host and 6Gi of hugepages), short by 242Mi. | Lower the memory that they have there by 242 MiB in all, reserve fewer hugepages there, or move one of them to another cell or host.",
    ],
  },
  {
    name: "what cannot be lowered is not said to be: only overhead of a VM on hugepages lies in the cell",
    fleet: fleetOf([vm("a", { memory: "6 GiB", hugepages: "1GiB" })], {
      cells: host.cells.map((cell, i) => (i === 0 ? { ...cell, hugepages: { "1GiB": 15 } } : cell)),
    }),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 118Mi, available 0 (16Gi less 1Gi kept for the host and 15Gi of hugepages), short by 118Mi. | Reserve fewer hugepages there, or move it to another cell or host.",
    ],
  },
  {
    name: "a VM that would have to give up all its memory is moved",
    fleet: fleetOf([vm("a")], { reserved: { cpus: "3", memoryPerCell: "16 GiB" } }),
    texts: [
      "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host h cannot hold the memory of VM a with QEMU's overhead: requested 4.11Gi, available 0 (16Gi less 16Gi kept for the host), short by 4.11Gi. | Move it to another cell or host.",
    ],
  },
  {
    name: "a cell that cannot hold what is kept back",
    fleet: fleetOf([], {
      cells: [{ id: 0, cores: ["0,1"], memory: "16 GiB", hugepages: { "1GiB": 16 } }],
      reserved: { memoryPerCell: "1 GiB" },
    }),
    texts: [
      "refuse host/cell-reserve hosts[0].cells[0].memory: Cell 0 of host h cannot hold what is kept back: requested 17Gi (1Gi kept for the host and 16Gi of hugepages), available 16Gi, short by 1Gi. | Reserve fewer hugepages or less memory for the host, or correct the cell's memory.",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
