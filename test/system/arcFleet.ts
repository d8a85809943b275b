/** A cluster with two nodes and two scale sets, one of them an overflow lane. */
import type { FleetInput } from "../../model/fleet.ts";

export const kvm = { "capability.tinyland.dev/kvm": "true" };
export const expansion = {
  key: "dedicated.tinyland.dev/compute-expansion",
  value: "true",
  effect: "NoSchedule",
} as const;
const decided = { date: "2026-05-05", evidence: "for this test" };
const recorded = { source: "detected", date: "2026-05-05" } as const;
const figures = (cpu: string, memory: string, ephemeralStorage: string) => ({
  cpu,
  memory,
  ephemeralStorage,
});

/** honey with four burst runners, sting with the overflow of the lane. */
export const fleet = (isRolledBack: boolean, burst = 4, release = "arc"): FleetInput => ({
  clusters: [
    {
      name: "test",
      controller: {
        release,
        requests: { cpu: "100m", memory: "128Mi" },
        priorityClass: "runners",
        metrics: true,
      },
      priorityClasses: [{ name: "runners", value: 1000 }],
      admissionPolicy: true,
    },
  ],
  nodes: [
    {
      name: "honey",
      cluster: "test",
      recorded,
      managed: true,
      labels: kvm,
      allocatable: { ...figures("32", "219Gi", "1384Gi"), pods: 110 },
      running: { ...figures("1", "1Gi", "0"), pods: 3 },
    },
    {
      name: "sting",
      cluster: "test",
      recorded,
      managed: true,
      labels: kvm,
      taints: [expansion],
      allocatable: { ...figures("32", "54Gi", "66Gi"), pods: 110 },
      running: { ...figures("1", "1Gi", "0"), pods: 3 },
    },
  ],
  scaleSets: [
    {
      name: "burst",
      cluster: "test",
      scope: "tinyland-inc",
      labels: ["tinyland-nix-kvm"],
      selector: { ...kvm, "kubernetes.io/hostname": "honey" },
      priorityClass: "runners",
      maxRunners: burst,
      containers: [
        { name: "runner", requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "2", memory: "4Gi" } },
      ],
    },
    {
      name: "vm-test",
      cluster: "test",
      scope: "Someone/vm-test",
      labels: ["tinyland-nix-kvm"],
      selector: kvm,
      tolerations: [{ ...expansion, operator: "Equal" }],
      maxRunners: 2,
      githubSecret: "made-by-hand",
      containers: [
        {
          name: "runner",
          requests: figures("4", "32Gi", "24Gi"),
          limits: { cpu: "8", memory: "48Gi", ephemeralStorage: "40Gi" },
        },
      ],
    },
  ],
  policy: {
    labels: [{ label: "tinyland-nix-kvm", ceiling: 6, ...decided }],
    ownerBudgets: [
      { scaleSet: "burst", maximum: 4, ...decided },
      { scaleSet: "vm-test", maximum: 2, ...decided },
    ],
    overflow: [
      {
        node: "sting",
        taint: expansion,
        lanes: [
          {
            scaleSet: "vm-test",
            rollbackNode: "honey",
            rolledBack: isRolledBack,
            gates: (["toleration", "envelope", "imagefs", "prewarm", "label", "rollback"] as const).map(
              (gate) => ({
                gate,
                ...decided,
                ...(gate === "imagefs" ? { free: "60Gi" } : {}),
              }),
            ),
          },
        ],
      },
    ],
  },
});
