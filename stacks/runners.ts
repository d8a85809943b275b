import { defineFleet, type FleetInput } from "../model/fleet.ts";

/**
 * The three scale sets and three nodes of the KVM capacity policy, as its audits of May 2026 recorded them.
 *
 * The page records no pods that run besides the runners; `running` says so with zeroes, so that a fresh
 * audit has a place to put what it finds.
 */

type ScaleSet = NonNullable<FleetInput["scaleSets"]>[number];
type Node = NonNullable<FleetInput["nodes"]>[number];

const kvm = { "capability.tinyland.dev/kvm": "true" };
const honeyKvm = { ...kvm, "kubernetes.io/hostname": "honey" };
const expansion = {
  key: "dedicated.tinyland.dev/compute-expansion",
  value: "true",
  effect: "NoSchedule",
} as const;
const nothingRecorded = { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 };
const cluster = "honey";

const node = (name: string, facts: Partial<Node>, allocatable: Node["allocatable"]): Node => ({
  name,
  cluster,
  recorded: { source: "detected", date: "2026-05-03", note: "Live node budget, normalised to GiB." },
  allocatable,
  running: nothingRecorded,
  ...facts,
});

const smallRunner = {
  name: "runner",
  requests: { cpu: "2", memory: "8Gi" },
  limits: { cpu: "8", memory: "16Gi" },
} satisfies ScaleSet["containers"][number];

export const runners = defineFleet({
  nodes: [
    node(
      "honey",
      { labels: kvm },
      { cpu: "32", memory: "219.81Gi", ephemeralStorage: "1384.60Gi", pods: 110 },
    ),
    node(
      "sting",
      { labels: kvm, taints: [expansion] },
      { cpu: "32", memory: "54.68Gi", ephemeralStorage: "66.32Gi", pods: 110 },
    ),
    node("bumble", {}, { cpu: "4", memory: "15.06Gi", ephemeralStorage: "66.44Gi", pods: 110 }),
  ],
  scaleSets: [
    {
      name: "tinyland-nix-kvm",
      cluster,
      scope: "tinyland-inc",
      labels: ["tinyland-nix-kvm"],
      selector: honeyKvm,
      minRunners: 0,
      maxRunners: 1,
      containers: [smallRunner],
    },
    {
      name: "jesssullivan-nix-kvm",
      cluster,
      scope: "Jesssullivan/jesssullivan-infra",
      labels: ["tinyland-nix-kvm"],
      selector: honeyKvm,
      minRunners: 0,
      maxRunners: 1,
      containers: [smallRunner],
    },
    {
      name: "jesssullivan-nix-vm-test-kvm",
      cluster,
      scope: "Jesssullivan/nix-vm-test",
      labels: ["tinyland-nix-kvm"],
      selector: kvm,
      tolerations: [{ ...expansion, operator: "Equal" }],
      minRunners: 0,
      maxRunners: 2,
      containers: [
        {
          name: "runner",
          requests: { cpu: "4", memory: "32Gi", ephemeralStorage: "24Gi" },
          limits: { cpu: "8", memory: "64Gi", ephemeralStorage: "40Gi" },
        },
      ],
    },
  ],
  policy: {
    labels: [
      {
        label: "tinyland-nix-kvm",
        ceiling: 4,
        date: "2026-05-05",
        evidence: "TIN-912: audit of 2026-05-05, three scale sets, aggregate maximum 4.",
      },
    ],
    newOwnerMaximum: 1,
    ownerBudgets: [
      {
        scaleSet: "jesssullivan-nix-vm-test-kvm",
        maximum: 2,
        date: "2026-05-05",
        evidence: "TIN-912: the proven 4 CPU / 32Gi VM-test envelope, budgeted at two runners.",
      },
    ],
    labelPattern: "^tinyland-[a-z0-9]+(-[a-z0-9]+)*$",
    overflow: [
      {
        node: "sting",
        taint: expansion,
        oneAtATime: true,
        lanes: [
          {
            scaleSet: "jesssullivan-nix-vm-test-kvm",
            rollbackNode: "honey",
            gates: [
              {
                gate: "toleration",
                date: "2026-05-05",
                evidence: "TIN-912: explicit toleration in the lane's values.",
              },
              { gate: "envelope", date: "2026-05-03", evidence: "TIN-912: 32Gi request in 54.68Gi." },
              {
                gate: "imagefs",
                date: "2026-05-03",
                evidence: "TIN-912: kubelet root/imagefs audit, 66.32Gi.",
                free: "66.32Gi",
              },
              {
                gate: "prewarm",
                date: "2026-05-03",
                evidence: "TIN-908: trusted cache prewarm and publication.",
              },
              { gate: "label", date: "2026-05-05", evidence: "TIN-912: the lane keeps tinyland-nix-kvm." },
              { gate: "rollback", date: "2026-05-05", evidence: "TIN-912: back to honey-only placement." },
            ],
          },
        ],
      },
    ],
    recordAge: { warnDays: 90, refuseDays: 365 },
  },
});
