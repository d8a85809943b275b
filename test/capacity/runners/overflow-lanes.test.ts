import { expect, it } from "vitest";
import { judged, line, node, type Row, set, sting } from "./recorded.ts";

/** Admission of an overflow lane, and its way back: one row for each thing that the policy page asks for. */
const rows: readonly Row[] = [
  [
    "a rollback node with the taint that the lane will not tolerate then",
    (f) => {
      node(f, 0).taints = [sting(f).overflow.taint];
      for (const other of [set(f, 0), set(f, 1)]) other.maxRunners = 0;
    },
    [
      "refuse overflow/rollback policy.overflow[0].lanes[0].rollbackNode: Lane jesssullivan-nix-vm-test-kvm cannot go back from sting to honey: honey has the taint dedicated.tinyland.dev/compute-expansion=true:NoSchedule that is not tolerated. Name a rollback node that selector and tolerations admit.",
    ],
  ],
  [
    "an image file system audit without a figure",
    (f) => {
      const gate = sting(f).lane.gates.find((g) => g.gate === "imagefs");
      if (gate) delete gate.free;
    },
    [
      "refuse overflow/imagefs policy.overflow[0].lanes[0].gates[2].free: The image file system audit of 2026-05-03 on sting states no figure: cannot prove that it holds what lane jesssullivan-nix-vm-test-kvm writes. Record in `free` what the audit found free on the kubelet's root and image file system.",
    ],
  ],
  [
    "an image file system with less than one runner may write",
    (f) => {
      const gate = sting(f).lane.gates.find((g) => g.gate === "imagefs");
      if (gate) gate.free = "39Gi";
    },
    [
      "refuse overflow/imagefs policy.overflow[0].lanes[0].gates[2].free: Lane jesssullivan-nix-vm-test-kvm may write 40Gi of ephemeral storage on sting, the image file system audit of 2026-05-03 found 39Gi free: short by 1Gi. Lower the limit, make room and audit again, or take the lane out of sting.",
    ],
  ],
  [
    "an image file system for several runners at once, of two lanes that it holds one by one",
    (f) => {
      const { overflow, lane } = sting(f);
      overflow.oneAtATime = false;
      node(f, 1).allocatable = { cpu: 64, memory: "400Gi", ephemeralStorage: "400Gi", pods: 110 };
      set(f, 2).maxRunners = 1;
      f.scaleSets.push({ ...set(f, 2), name: "second-nix-kvm" });
      overflow.lanes?.push({ ...lane, scaleSet: "second-nix-kvm" });
    },
    [
      "refuse overflow/imagefs policy.overflow[0].lanes[0].gates[2].free: Lanes jesssullivan-nix-vm-test-kvm and second-nix-kvm together may write 80Gi of ephemeral storage on sting, the image file system audit of 2026-05-03 found 66.32Gi free: short by 13.68Gi. Lower the limit, make room and audit again, or take the lane out of sting.",
      "refuse overflow/imagefs policy.overflow[0].lanes[1].gates[2].free: Lanes jesssullivan-nix-vm-test-kvm and second-nix-kvm together may write 80Gi of ephemeral storage on sting, the image file system audit of 2026-05-03 found 66.32Gi free: short by 13.68Gi. Lower the limit, make room and audit again, or take the lane out of sting.",
    ],
  ],
  [
    "an image file system that holds exactly one runner",
    (f) => {
      const gate = sting(f).lane.gates.find((g) => g.gate === "imagefs");
      if (gate) gate.free = "40Gi";
    },
    [],
  ],
  [
    "a lane's label with the overflow node's name",
    (f) => {
      set(f, 2).labels = ["tinyland-nix-kvm", "tinyland-sting-kvm"];
    },
    [
      'refuse overflow/lane-label scaleSets[2].labels[1]: Lane jesssullivan-nix-vm-test-kvm advertises "tinyland-sting-kvm", which names the overflow node sting: workflows that ask for it cannot follow the lane back. Advertise the capability\'s label alone.',
    ],
  ],
  [
    "a lane that is rolled back, whatever its gates say",
    (f) => {
      sting(f).lane.rolledBack = true;
      sting(f).lane.gates = [];
    },
    [
      "warn overflow/rolled-back policy.overflow[0].lanes[0].rolledBack: Lane jesssullivan-nix-vm-test-kvm is rolled back from sting to honey alone: it does not tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule, and 2 of its 2 runners have a seat on honey. Set rolledBack to false to admit it to sting again; its gates are judged then.",
    ],
  ],
  [
    "a lane that is rolled back to where it has no room",
    (f) => {
      sting(f).lane.rolledBack = true;
      node(f, 0).running = { cpu: "0", memory: "150Gi", ephemeralStorage: "0", pods: 5 };
    },
    [
      "refuse runners/unplaceable scaleSets[0].maxRunners: Cluster honey cannot seat its 4 runners at maximum at once by requests: at most 3, short by 1. tinyland-nix-kvm and jesssullivan-nix-kvm ask for 2 of 2 CPU, 8Gi memory: honey seats at most 8 (memory, 69.81Gi free). jesssullivan-nix-vm-test-kvm asks for 2 of 4 CPU, 32Gi memory, 24Gi ephemeral storage: honey seats at most 2 (memory, 69.81Gi free). Together these nodes seat at most 3 of their 4 pods (memory: 80Gi asked, 69.81Gi free). Leave out scale set jesssullivan-nix-vm-test-kvm, or budget for it: beside the others no maxRunners above 0 passes.",
      "warn overflow/rolled-back policy.overflow[0].lanes[0].rolledBack: Lane jesssullivan-nix-vm-test-kvm is rolled back from sting to honey alone: it does not tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule, and by requests alone, without memory limits, 1 of its 2 runners has a seat on honey. Set rolledBack to false to admit it to sting again; its gates are judged then.",
    ],
  ],
  [
    "a lane that is rolled back to where its memory limits have no room",
    (f) => {
      sting(f).lane.rolledBack = true;
      node(f, 0).running = { cpu: "0", memory: "100Gi", ephemeralStorage: "0", pods: 5 };
    },
    [
      "refuse runners/limits-exceed-node scaleSets[2].maxRunners: Cluster honey seats its 4 runners at maximum by requests, but not within its nodes' memory limits: at most 3, short by 1. jesssullivan-nix-vm-test-kvm asks for 2 of 4 CPU, 32Gi memory, 24Gi ephemeral storage with a memory limit of 64Gi: honey seats at most 1 (memory limits, 119.81Gi free). Lower scale set jesssullivan-nix-vm-test-kvm: the largest maxRunners that passes is 1.",
      "warn overflow/rolled-back policy.overflow[0].lanes[0].rolledBack: Lane jesssullivan-nix-vm-test-kvm is rolled back from sting to honey alone: it does not tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule, and by requests alone, without memory limits, 2 of its 2 runners have a seat on honey. Set rolledBack to false to admit it to sting again; its gates are judged then.",
    ],
  ],
];

it.each(rows)("%s", (_name, change, expected) => {
  expect(judged(change).map(line)).toEqual(expected);
});
