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
