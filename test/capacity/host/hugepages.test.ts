import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, host, texts, vm } from "./fleet.ts";

const pages = host.cells.map((cell) => ({ ...cell, hugepages: { "1GiB": 6 } }));

const cases = [
  {
    name: "pages enough in the cell",
    fleet: fleetOf([vm("a", { memory: "6 GiB", hugepages: "1GiB" })], { cells: pages }),
    texts: [],
  },
  {
    name: "too few pages in the cell",
    fleet: fleetOf([vm("a", { memory: "8 GiB", hugepages: "1GiB" })], { cells: pages }),
    texts: [
      "refuse host/hugepages hosts[0].cells[0].hugepages: Cell 0 of host h cannot back the memory of VM a with 1GiB pages: requested 8, available 6, short by 2. | Reserve 2 more 1GiB pages there, or lower the memory of a VM by 2Gi.",
    ],
  },
  {
    name: "too few pages over both cells",
    fleet: fleetOf([vm("a", { memory: "13 GiB", hugepages: "1GiB", numa: { nodeset: "0-1" } })], {
      cells: pages,
    }),
    texts: [
      "refuse host/hugepages hosts[0].cells: Cells 0-1 of host h cannot back the memory of VM a with 1GiB pages: requested 13, available 12, short by 1. | Reserve 1 more 1GiB page there, or lower the memory of a VM by 1Gi.",
    ],
  },
  {
    name: "pages of both cells serve a VM over both",
    fleet: fleetOf([vm("a", { memory: "12 GiB", hugepages: "1GiB", numa: { nodeset: "0-1" } })], {
      cells: pages,
    }),
    texts: [],
  },
  {
    name: "pages of another size do not count",
    fleet: fleetOf([vm("a", { hugepages: "2MiB" })], { cells: pages }),
    texts: [
      "refuse host/hugepages hosts[0].cells[0].hugepages: Cell 0 of host h cannot back the memory of VM a with 2MiB pages: requested 2048, available 0, short by 2048. | Reserve 2048 more 2MiB pages there, or move the VM to cells that have them.",
    ],
  },
  {
    name: "an interleaved VM takes its pages evenly",
    fleet: fleetOf(
      [
        vm("a", { memory: "8 GiB", hugepages: "1GiB", numa: { nodeset: "0-1", mode: "interleave" } }),
        vm("b", { memory: "3 GiB", pins: ["1", "9"], hugepages: "1GiB" }),
      ],
      { cells: pages },
    ),
    texts: [
      "refuse host/hugepages hosts[0].cells[0].hugepages: Cell 0 of host h cannot back the memory of VMs a and b with 1GiB pages: requested 7, available 6, short by 1. | Reserve 1 more 1GiB page there, or lower the memory of a VM by 1Gi.",
    ],
  },
  {
    name: "memory that is no whole number of pages",
    fleet: fleetOf([vm("a", { memory: "1537 MiB", hugepages: "1GiB" })], { cells: pages }),
    texts: [
      "refuse host/hugepages vms[0].memory: VM a on host h asks for 1.50Gi of memory on 1GiB pages, which is no whole number of pages: 1611661312 bytes leave 537919488 over. | Ask for 1Gi or 2Gi.",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
