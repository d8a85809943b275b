import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, texts, vm } from "./fleet.ts";

const cases = [
  {
    name: "a VM pinned to whole cores beside its memory passes",
    fleet: fleetOf([vm("a")]),
    texts: [],
  },
  {
    name: "a pin off the host names the CPU, the host and its CPUs",
    fleet: fleetOf([vm("a"), vm("b", { pins: ["1", "99"] })]),
    texts: [
      "refuse host/pin-outside-host vms[1].pins[1]: VM b is pinned to CPU 99, but host h has only CPUs 0-15: requested 2 CPUs, available 1, short by 1. | Pin it to CPUs of host h (free: CPUs 2,9-10), or record the missing CPUs in the host's cells.",
    ],
  },
  {
    name: "pins in another cell than the memory",
    fleet: fleetOf([vm("a", { pins: ["4", "12"] })]),
    texts: [
      "refuse host/pin-outside-cell vms[0].pins[0]: VM a is pinned to CPUs 4,12 in cell 1 of host h, but its memory lies in cell 0 (CPUs 0-3,8-11): requested 2 CPUs, available 0, short by 2. | Pin it beside its memory (free: CPUs 0-2,8-10), or bind its memory to cell 1 too.",
    ],
  },
  {
    name: "memory over both cells allows pins in both",
    fleet: fleetOf([vm("a", { pins: ["0", "8", "4", "12"], vcpus: 4, numa: { nodeset: "0-1" } })]),
    texts: [],
  },
  {
    name: "free CPUs are named to a VM whose memory is bound to a cell that is not there",
    fleet: fleetOf([
      vm("a", { pins: ["0", "3"], numa: { nodeset: "4" }, emulator: "11", exclusiveCores: false }),
    ]),
    texts: [
      "refuse host/pin-reserved vms[0].pins[1]: VM a is pinned to CPU 3, but host h keeps CPUs 3,7,11,15 for itself: requested 2 CPUs, available 1, short by 1. | Pin its vCPUs to other CPUs (free: CPUs 1-2,4-6,8-10,12-14); emulator and iothread sets may use the reserved ones.",
      "refuse host/cell-missing vms[0].numa.nodeset: The memory of VM a is bound to cell 4, but host h has only cells 0-1: requested 1 cell, available 0, short by 1. | Bind it to cells of host h, or record the missing cells.",
    ],
  },
  {
    name: "too few pins",
    fleet: fleetOf([vm("a", { pins: ["0,8"] })]),
    texts: [
      "refuse host/pin-count vms[0].pins: VM a on host h has 2 vCPUs and 1 pin, short by 1; there must be one pin per vCPU. | Add 1 pin, in the order of the vCPUs.",
    ],
  },
  {
    name: "too many pins",
    fleet: fleetOf([vm("a", { pins: ["0", "8", "1", "9"] })]),
    texts: [
      "refuse host/pin-count vms[0].pins: VM a on host h has 2 vCPUs and 4 pins, 2 too many; there must be one pin per vCPU. | Remove 2 pins, or raise vcpus to 4.",
    ],
  },
  {
    name: "pins on CPUs that the host keeps",
    fleet: fleetOf([vm("a", { pins: ["3", "11"], emulator: "2,10" })]),
    texts: [
      "refuse host/pin-reserved vms[0].pins[0]: VM a is pinned to CPUs 3,11, but host h keeps CPUs 3,7,11,15 for itself: requested 2 CPUs, available 0, short by 2. | Pin its vCPUs to other CPUs (free: CPUs 0-1,8-9); emulator and iothread sets may use the reserved ones.",
    ],
  },
  {
    name: "two VMs on the same CPUs: one finding for the pair",
    fleet: fleetOf([vm("b"), vm("a", { pins: ["8", "0"] })]),
    texts: [
      "refuse host/pin-twice vms[0].pins[0]: VMs a and b are both pinned to CPUs 0,8 of host h (cell 0); a pinned CPU belongs to one VM: requested 4 CPUs, available 2, short by 2. | Move one of them to CPUs that no VM is pinned to (free: CPUs 1-2,9-10).",
    ],
  },
  {
    name: "three VMs on the same CPUs: one finding for all of them",
    fleet: fleetOf([vm("b"), vm("a"), vm("c")]),
    texts: [
      "refuse host/pin-twice vms[2].pins[0]: VMs a, b and c are all pinned to CPUs 0,8 of host h (cell 0); a pinned CPU belongs to one VM: requested 6 CPUs, available 2, short by 4. | Move all but one of them to CPUs that no VM is pinned to (free: CPUs 1-2,9-10).",
    ],
  },
  {
    name: "a partial overlap names only the CPUs in common",
    fleet: fleetOf([vm("a", { pins: ["0", "8", "1", "9"], vcpus: 4 }), vm("b", { pins: ["1", "9"] })]),
    texts: [
      "refuse host/pin-twice vms[1].pins[0]: VMs a and b are both pinned to CPUs 1,9 of host h (cell 0); a pinned CPU belongs to one VM: requested 4 CPUs, available 2, short by 2. | Move one of them to CPUs that no VM is pinned to (free: CPUs 2,10).",
    ],
  },
  {
    name: "two vCPUs of one VM on one CPU",
    fleet: fleetOf([vm("a", { pins: ["0", "0"], exclusiveCores: false })]),
    texts: [
      "refuse host/pin-twice vms[0].pins[0]: VM a pins more than one vCPU to CPU 0 of host h (cell 0); a pinned CPU carries one vCPU: requested 2 CPUs, available 1, short by 1. | Pin each vCPU to a CPU of its own.",
    ],
  },
  {
    name: "vCPUs may float over a set of the VM's own that is large enough",
    fleet: fleetOf([vm("a", { pins: ["0-1,8-9", "0-1,8-9"] })]),
    texts: [],
  },
  {
    name: "sets that overlap pass if each vCPU finds a CPU of its own",
    fleet: fleetOf([vm("a", { vcpus: 3, pins: ["0", "0,8", "0,8-9"], exclusiveCores: false })]),
    texts: [],
  },
  {
    name: "more vCPUs than CPUs in their sets",
    fleet: fleetOf([vm("a", { vcpus: 3, pins: ["0,8", "0,8", "0,8"] })]),
    texts: [
      "refuse host/pin-oversubscribed vms[0].pins[0]: VM a pins 3 vCPUs to CPUs 0,8 of host h (cell 0): requested 3 CPUs, available 2, short by 1. | Give these vCPUs 1 more CPU; a pinned CPU is never oversubscribed.",
    ],
  },
  {
    name: "enough CPUs in all do not help the vCPUs that cannot reach them",
    fleet: fleetOf([vm("a", { vcpus: 4, pins: ["1-2,9-10", "0,8", "0,8", "0,8"] })]),
    texts: [
      "refuse host/pin-oversubscribed vms[0].pins[1]: VM a pins 3 vCPUs to CPUs 0,8 of host h (cell 0): requested 3 CPUs, available 2, short by 1. | Give these vCPUs 1 more CPU; a pinned CPU is never oversubscribed.",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
