import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, floating, texts, vm } from "./fleet.ts";

const cases = [
  {
    name: "unpinned VMs fit on the shared CPUs to the last",
    fleet: fleetOf([floating("a", { vcpus: 10 }), vm("c")]),
    texts: [],
  },
  {
    name: "more vCPUs than shared CPUs",
    fleet: fleetOf([floating("a", { vcpus: 8 }), floating("b", { vcpus: 6 }), vm("c")]),
    texts: [
      "refuse host/shared-cpus hosts[0]: Host h has 10 shared CPUs (1-2,4-6,9-10,12-14) for unpinned VMs a and b: at 1 vCPU per CPU requested 14, available 10, short by 4. | Take 4 vCPUs from these VMs, move one to another host, or raise the host's ratio in policy.oversubscription to 1.4.",
    ],
  },
  {
    name: "no shared CPU at all",
    fleet: fleetOf([floating("a")], { reserved: { cpus: "0-15", memoryPerCell: "1 GiB" } }),
    texts: [
      "refuse host/shared-cpus hosts[0]: Host h has no shared CPU for unpinned VM a: at 1 vCPU per CPU requested 2, available 0, short by 2. | Pin these VMs, move one to another host, or leave CPUs to share.",
    ],
  },
  {
    name: "the policy's ratio stretches the shared CPUs",
    fleet: fleetOf([floating("a", { vcpus: 18 })], {}, { policy: { oversubscription: { h: 1.5 } } }),
    texts: [],
  },
  {
    name: "and no further",
    fleet: fleetOf([floating("a", { vcpus: 19 })], {}, { policy: { oversubscription: { h: 1.5 } } }),
    texts: [
      "refuse host/shared-cpus hosts[0]: Host h has 12 shared CPUs (0-2,4-6,8-10,12-14) for unpinned VM a: at 1.5 vCPU per CPU requested 19, available 18, short by 1. | Take 1 vCPU from these VMs, move one to another host, or raise the host's ratio in policy.oversubscription to 1.59.",
    ],
  },
  {
    name: "the ratio never applies to pinned CPUs",
    fleet: fleetOf(
      [vm("a", { vcpus: 3, pins: ["0,8", "0,8", "0,8"] })],
      {},
      { policy: { oversubscription: { h: 4 } } },
    ),
    texts: [
      "refuse host/pin-oversubscribed vms[0].pins[0]: VM a pins 3 vCPUs to CPUs 0,8 of host h (cell 0): requested 3 CPUs, available 2, short by 1. | Give these vCPUs 1 more CPU; a pinned CPU is never oversubscribed.",
    ],
  },
  {
    name: "the idle sibling of an exclusive VM is not shared",
    fleet: fleetOf([floating("a", { vcpus: 11 }), vm("c", { vcpus: 1, pins: ["0"], emulator: "3" })]),
    texts: [
      "warn host/sibling-split vms[1].pins[0]: VM c has its cores alone and is pinned to CPU 0 of host h; the sibling CPU 8 can be used by nobody. | Pin vCPUs in whole cores, or set exclusiveCores to false to let other VMs use the siblings.",
      "refuse host/shared-cpus hosts[0]: Host h has 10 shared CPUs (1-2,4-6,9-10,12-14) for unpinned VM a: at 1 vCPU per CPU requested 11, available 10, short by 1. | Take 1 vCPU from these VMs, move one to another host, or raise the host's ratio in policy.oversubscription to 1.1.",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
