import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, texts, vm } from "./fleet.ts";

const cases = [
  {
    name: "another VM on the sibling of an exclusive VM's CPU",
    fleet: fleetOf([
      vm("b", { vcpus: 1, pins: ["0"] }),
      vm("a", { vcpus: 1, pins: ["8"], exclusiveCores: false }),
    ]),
    texts: [
      "refuse host/sibling-shared vms[0].pins[0]: VMs a and b are pinned to sibling threads of the same cores of host h (CPUs 0,8), but VM b must have its cores alone: requested 2 cores, available 1, short by 1. | Move one of them to other cores, or set exclusiveCores to false for all of them.",
    ],
  },
  {
    name: "two exclusive VMs on one core are one finding",
    fleet: fleetOf([vm("b", { vcpus: 1, pins: ["0"] }), vm("a", { vcpus: 1, pins: ["8"] })]),
    texts: [
      "refuse host/sibling-shared vms[0].pins[0]: VMs a and b are pinned to sibling threads of the same cores of host h (CPUs 0,8), but VMs a and b must have their cores alone: requested 2 cores, available 1, short by 1. | Move one of them to other cores, or set exclusiveCores to false for all of them.",
    ],
  },
  {
    name: "VMs that do not mind may share a core",
    fleet: fleetOf([
      vm("b", { vcpus: 1, pins: ["0"], exclusiveCores: false }),
      vm("a", { vcpus: 1, pins: ["8"], exclusiveCores: false }),
    ]),
    texts: [],
  },
  {
    name: "another VM's emulator set on the sibling of an exclusive VM's CPU",
    fleet: fleetOf([vm("b", { vcpus: 1, pins: ["0"] }), vm("a", { pins: ["1", "9"], emulator: "8" })]),
    texts: [
      "refuse host/sibling-shared vms[1].emulator: The emulator set of VM a takes CPU 8 of host h, on cores that VM b must have alone: requested 1 CPU, available 0, short by 1. | Take the set off the siblings of b.",
    ],
  },
  {
    name: "another VM's iothread on the sibling of an exclusive VM's CPU",
    fleet: fleetOf([
      vm("b", { vcpus: 1, pins: ["0"] }),
      vm("a", { pins: ["1", "9"], iothreads: [{ cpus: "8" }] }),
    ]),
    texts: [
      "refuse host/sibling-shared vms[1].iothreads[0].cpus: The set of iothread 1 of VM a takes CPU 8 of host h, on cores that VM b must have alone: requested 1 CPU, available 0, short by 1. | Take the set off the siblings of b.",
    ],
  },
  {
    name: "a VM's own emulator may run beside its vCPUs",
    fleet: fleetOf([vm("a", { vcpus: 1, pins: ["0"], emulator: "8" })]),
    texts: [],
  },
  {
    name: "an exclusive VM that leaves siblings idle is warned",
    fleet: fleetOf([vm("a", { pins: ["0", "1"] })]),
    texts: [
      "warn host/sibling-split vms[0].pins[0]: VM a has its cores alone and is pinned to CPUs 0-1 of host h; the sibling CPUs 8-9 can be used by nobody. | Pin vCPUs in whole cores, or set exclusiveCores to false to let other VMs use the siblings.",
    ],
  },
  {
    name: "an exclusive VM whose sibling belongs to the host is warned",
    fleet: fleetOf([vm("a", { vcpus: 1, pins: ["0"], emulator: "3" })], {
      reserved: { cpus: "8", memoryPerCell: "1 GiB" },
    }),
    texts: [
      "warn host/sibling-split vms[0].pins[0]: VM a has its cores alone and is pinned to CPU 0 of host h; the sibling CPU 8 is kept for the host, whose processes will share those cores. | Reserve whole cores for the host, or set exclusiveCores to false.",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
