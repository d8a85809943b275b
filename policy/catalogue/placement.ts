import type { RuleArea } from "./entry.ts";

export const placementAreas: readonly RuleArea[] = [
  {
    name: "placement",
    intro: "VMs that name no host, or no CPUs of their own: where they go, and what was recorded of it.",
    rules: [
      {
        id: "placement/unplaced",
        severity: "refuse",
        title: "Every VM has its place",
        why: "What a VM without a place takes is counted nowhere.",
        example: "A VM without `host` that no entry of `placements` names.",
        fix: "Name its host and its pins, or record a placement.",
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
        why: "Pins for fewer vCPUs than the VM has leave some of them anywhere.",
        example: "`vcpus: 8`, and a placement with four pins.",
        fix: "Place the VM anew, or take the record out.",
      },
    ],
  },
];
