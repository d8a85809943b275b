import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, floating, texts, vm } from "./fleet.ts";

const cases = [
  {
    name: "VMs may share an emulator set, also on the host's own CPUs",
    fleet: fleetOf([vm("a"), vm("b", { pins: ["1", "9"] })]),
    texts: [],
  },
  {
    name: "an emulator set on pinned vCPUs, another's and its own",
    fleet: fleetOf([vm("a", { emulator: "0-1,3" }), vm("b", { pins: ["1", "9"] })]),
    texts: [
      "refuse host/emulator-on-pinned vms[0].emulator: The emulator set of VM a takes CPUs 0-1 of host h, to which vCPUs of VMs a and b are pinned: requested 3 CPUs, available 1, short by 2. | Choose CPUs to which no vCPU is pinned, such as those kept for the host.",
    ],
  },
  {
    name: "an emulator set off the host",
    fleet: fleetOf([vm("a", { emulator: "3,99" })]),
    texts: [
      "refuse host/emulator-outside-host vms[0].emulator: The emulator set of VM a takes CPU 99, but host h has only CPUs 0-15: requested 2 CPUs, available 1, short by 1. | Choose CPUs of host h, or record the missing CPUs in the host's cells.",
    ],
  },
  {
    name: "an iothread on pinned vCPUs",
    fleet: fleetOf([vm("a"), vm("b", { pins: ["1", "9"], iothreads: [{ cpus: "3" }, { cpus: "0,8" }] })]),
    texts: [
      "refuse host/iothread-on-pinned vms[1].iothreads[1].cpus: The set of iothread 2 of VM b takes CPUs 0,8 of host h, to which vCPUs of VM a are pinned: requested 2 CPUs, available 0, short by 2. | Choose CPUs to which no vCPU is pinned, such as those kept for the host.",
    ],
  },
  {
    name: "an iothread off the host",
    fleet: fleetOf([vm("a", { iothreads: [{ cpus: "70-71" }] })]),
    texts: [
      "refuse host/iothread-outside-host vms[0].iothreads[0].cpus: The set of iothread 1 of VM a takes CPUs 70-71, but host h has only CPUs 0-15: requested 2 CPUs, available 0, short by 2. | Choose CPUs of host h, or record the missing CPUs in the host's cells.",
    ],
  },
  {
    name: "a pinned VM whose emulator and iothread may run anywhere is warned",
    fleet: fleetOf([vm("a", { emulator: undefined, iothreads: [{}] })]),
    texts: [
      "warn host/emulator-unset vms[0].emulator: VM a on host h is pinned, but its emulator threads have no CPU set and may run on every CPU, pinned ones too. | Choose a CPU set off the pinned CPUs, such as the CPUs kept for the host.",
      "warn host/iothread-unset vms[0].iothreads[0].cpus: VM a on host h is pinned, but its iothread 1 has no CPU set and may run on every CPU, pinned ones too. | Choose a CPU set off the pinned CPUs, such as the CPUs kept for the host.",
    ],
  },
  {
    name: "a floating VM needs no emulator set",
    fleet: fleetOf([floating("a")]),
    texts: [],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
