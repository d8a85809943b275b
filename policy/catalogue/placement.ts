import type { RuleArea } from "./entry.ts";

export const placementAreas: readonly RuleArea[] = [
  {
    name: "placement",
    intro: "VMs that name no host, or no CPUs of their own: where they go, and what was recorded of it.",
    rules: [
      {
        id: "placement/no-eligible-host",
        severity: "refuse",
        title: "Every VM has a place",
        why: "A VM that no host can hold with all that it asks for would start nowhere, or press others out.",
        example: "A VM of 24 dedicated vCPUs, where no cell of any host has 12 whole cores free.",
        fix: "Ask for less, free or add what is short, or uncordon a host; `node_utilization` tells of each host what is short.",
      },
      {
        id: "placement/kept-unfit",
        severity: "refuse",
        title: "A recorded placement still fits",
        why: "It is kept whatever comes, so that nothing moves unasked; where it no longer fits, somebody has to decide.",
        example: "A VM was placed on CPUs that another one has been pinned to by hand since.",
        fix: "`fleet place --again VM` and `fleet move`, or give it back what it had.",
      },
      {
        id: "placement/kept-cordoned",
        severity: "warn",
        title: "Who stays on a cordoned host is known",
        why: "A host is cordoned to be emptied, and recorded placements do not leave by themselves.",
        example: "`cordoned: true` on a host that an entry of `placements` names.",
        fix: "`fleet place --again VM`, or leave it there.",
      },
      {
        id: "placement/moves",
        severity: "warn",
        title: "A VM that moves is seen",
        why: "A host is a provider of its own: with another host a VM and its disks are made anew, unless they were moved there.",
        example: "A placement of `db` on host a at the last update, and `host: b` now.",
        fix: "Move it with `fleet move` before the update, or take the change back.",
      },
      {
        id: "placement/host-gone",
        severity: "refuse",
        title: "A host is taken out once no placed VM is on it",
        why: "Its VMs would be made anew elsewhere, with empty disks.",
        example: "Host a is removed while `db` is placed there.",
        fix: "Cordon the host, move its VMs with `fleet move`, and then remove it.",
      },
      {
        id: "placement/pool-gone",
        severity: "refuse",
        title: "A pool is taken out once no placed disk is in it",
        why: "The disk would be made anew in another pool, and be empty.",
        example: "Pool `fast` is removed from a host while disk `os` of `db` was placed in it.",
        fix: "Keep the pool declared until its disks are gone.",
      },
      {
        id: "placement/unread-record",
        severity: "refuse",
        title: "What the stack remembers of a VM's place can be read",
        why: "Without it the VM would be placed anew, and be made anew elsewhere with empty disks.",
        example:
          "The last update was made by a later version, whose records have a property that this one does not know; or the engine cannot read the stack's outputs at all.",
        fix: "Use that version, let the engine read the state, or record in `placements` where the VM is.",
      },
      {
        id: "placement/overcommit",
        severity: "warn",
        title: "Whoever promises more than there is, knows it",
        why: "Of overcommitted memory the kernel takes back by killing a QEMU process; a filled pool corrupts file systems.",
        example: "`placement.resources.memory.overcommitRatio: 1.5`.",
        fix: "Set the ratio to 1.0, or accept the warning, and watch what it is about.",
      },
      {
        id: "placement/swap",
        severity: "warn",
        title: "Overcommitted memory has swap behind it",
        why: "When guests use what they were promised, swap is what is left before the kernel ends QEMU. Rule of thumb: (ratio − 1) × memory.",
        example: "Memory ratio 1.5 on a host of 16 GiB with 4 GiB of swap: 8 GiB are wanted.",
        fix: "Add swap and record it, or lower the ratio.",
      },
      {
        id: "placement/nothing-counted",
        severity: "warn",
        title: "Something counts where a VM is placed",
        why: "With CPU, memory and disk disabled, VMs are merely spread by their number.",
        example: "`enabled: false` for all three.",
        fix: "Enable one of them, or name the algorithm `least_vm_count`.",
      },
      {
        id: "placement/outdated-record",
        severity: "refuse",
        title: "A recorded placement is of the VM as it is",
        why: "Pins for fewer vCPUs than the VM has leave some of them anywhere; cells for fewer than its guest has, memory.",
        example:
          "`vcpus: 8`, and a placement with four pins; `cpuPolicy: shared`, and a placement with pins.",
        fix: "Take `pins`, `cells`, `emulator` and `gpus` out of the record: they are chosen anew on its host.",
      },
    ],
  },
  {
    name: "pressure",
    intro:
      "Hosts and pools that `fleet watch` has found under pressure, by the state file that `numafleet:pressure` names.",
    rules: [
      {
        id: "pressure/asks-more",
        severity: "refuse",
        title: "Nothing new goes where there is pressure",
        why: "On a host without free memory the kernel kills a QEMU process; on a full disk guests' file systems break. No option overrides it.",
        example:
          "A new VM, also in place of an equal one, or more memory for one, on a host whose `memory_pressure` is set, or that the watch cannot see.",
        fix: "Free room there, or put what is new somewhere else.",
      },
      {
        id: "pressure/nothing-new",
        severity: "warn",
        title: "What is under pressure is told",
        why: "Placement passes over it until it is relieved.",
        example: "An update that changes nothing on a host whose system disk is nearly full.",
        fix: "Free room, or move VMs away; see `fleet watch --show`.",
      },
    ],
  },
];
