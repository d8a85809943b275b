import { describe, expect, it } from "vitest";
import { judgeRunners } from "../../../capacity/runners/runners.ts";
import { requireFleet } from "../../../model/fleet.ts";
import {
  container,
  type Draft,
  judged,
  line,
  mutate,
  type Node,
  node,
  type Row,
  set,
  sting,
} from "./recorded.ts";

const envelope: readonly Row[] = [
  [
    "a missing memory request",
    (f) => {
      container(f, 0).requests = { cpu: "2" };
    },
    [
      "refuse runners/missing-figure scaleSets[0].containers: Scale set tinyland-nix-kvm (container mode none) states no memory request of container runner: cannot prove that its runners fit. State cpu and memory requests and a memory limit for every container that the mode runs.",
    ],
  ],
  [
    "a mode whose second container is not listed",
    (f) => {
      set(f, 0).containerMode = "dind";
    },
    [
      "refuse runners/missing-figure scaleSets[0].containers: Scale set tinyland-nix-kvm (container mode dind) states no container dind: cannot prove that its runners fit. State cpu and memory requests and a memory limit for every container that the mode runs.",
    ],
  ],
  [
    "a missing cpu limit",
    (f) => {
      container(f, 1).limits = { memory: "16Gi" };
    },
    [
      "warn runners/no-cpu-limit scaleSets[1].containers: Scale set jesssullivan-nix-kvm states no cpu limit of container runner: one job may take every CPU of its node. State a cpu limit, or accept it for a node that runs nothing else.",
    ],
  ],
  [
    "a limit below its request",
    (f) => {
      container(f, 1).limits = { cpu: "8", memory: "4Gi" };
    },
    [
      "refuse runners/limit-below-request scaleSets[1].containers[0].limits.memory: Container runner of scale set jesssullivan-nix-kvm requests 8Gi memory and limits it to 4Gi; Kubernetes rejects a pod with a limit below its request. Raise the limit to 8Gi, or lower the request.",
    ],
  ],
];

const nodes: readonly Row[] = [
  [
    "a selector that no node has",
    (f) => {
      set(f, 0).selector = { "capability.tinyland.dev/kvm": "true", disk: "nvme" };
    },
    [
      "refuse runners/no-eligible-node scaleSets[0].selector: No node admits the runners of scale set tinyland-nix-kvm: honey lacks disk=nvme; sting lacks disk=nvme and has the taint dedicated.tinyland.dev/compute-expansion=true:NoSchedule that is not tolerated; bumble lacks capability.tinyland.dev/kvm=true and lacks disk=nvme. Correct its selector, affinity or tolerations, or declare a node that admits it.",
    ],
  ],
  [
    "a cluster without nodes",
    (f) => {
      set(f, 0).cluster = "elsewhere";
    },
    [
      "refuse runners/no-eligible-node scaleSets[0].selector: No node admits the runners of scale set tinyland-nix-kvm: cluster elsewhere has no declared node. Correct its selector, affinity or tolerations, or declare a node that admits it.",
    ],
  ],
  [
    "a node whose record does not tell what runs there",
    (f) => {
      delete node(f, 1).running;
    },
    [
      "refuse runners/unknown-node-budget nodes[1].running: The record of node sting lacks running pods: cannot prove that jesssullivan-nix-vm-test-kvm fits there. Audit the node and record the figures, or keep runners off it.",
    ],
  ],
  [
    "a node without storage figure that a runner with storage may land on",
    (f) => {
      node(f, 1).allocatable = { cpu: "32", memory: "54.68Gi", pods: 110 };
    },
    [
      "refuse runners/unknown-node-budget nodes[1].allocatable: The record of node sting lacks allocatable ephemeral storage: cannot prove that jesssullivan-nix-vm-test-kvm fits there. Audit the node and record the figures, or keep runners off it.",
    ],
  ],
  [
    "a node without figures that no runner may land on",
    (f) => {
      node(f, 2).allocatable = {};
    },
    [],
  ],
];

const policy: readonly Row[] = [
  [
    "a minimum without a warm pool",
    (f) => {
      set(f, 0).minRunners = 1;
    },
    [
      "refuse runners/minimum-without-warm-pool scaleSets[0].minRunners: Scale set tinyland-nix-kvm keeps at least 1 runners, but no warm pool was decided for it. Set minRunners to 0, or record the decision in policy.warmPools.",
    ],
  ],
  [
    "a minimum with a warm pool",
    (f) => {
      set(f, 0).minRunners = 1;
      f.policy.warmPools = [
        { scaleSet: "tinyland-nix-kvm", minRunners: 1, date: "2026-05-05", evidence: "TIN-1: decided." },
      ];
    },
    [],
  ],
  [
    "a label of another shape",
    (f) => {
      set(f, 0).labels = ["tinyland-nix-kvm", "Linux"];
    },
    [
      'refuse runners/label-shape scaleSets[0].labels[1]: Scale set tinyland-nix-kvm advertises "Linux", which has not the shape of a capability label (^tinyland-[a-z0-9]+(-[a-z0-9]+)*$). Advertise the capability\'s label, or change policy.labelPattern.',
    ],
  ],
  [
    "a label with an owner's name",
    (f) => {
      set(f, 0).labels = ["tinyland-nix-kvm", "tinyland-jesssullivan-kvm"];
    },
    [
      'refuse runners/label-names-owner scaleSets[0].labels[1]: Scale set tinyland-nix-kvm advertises "tinyland-jesssullivan-kvm", which holds "jesssullivan", the name of an owner or repository. Name the capability in the label; keep owners and repositories in scope and name.',
    ],
  ],
  [
    "one label twice",
    (f) => {
      set(f, 0).labels = ["tinyland-nix-kvm", "tinyland-nix-kvm"];
    },
    [
      'refuse runners/duplicate-label scaleSets[0].labels[1]: Scale set tinyland-nix-kvm advertises "tinyland-nix-kvm" twice (GitHub compares labels without case). Remove one of them.',
    ],
  ],
  [
    "a label without a ceiling on a KVM node",
    (f) => {
      set(f, 0).labels = ["tinyland-fast"];
    },
    [
      "refuse runners/no-ceiling scaleSets[0].labels: Scale set tinyland-nix-kvm may run on the KVM node honey, but no ceiling is recorded for tinyland-fast: cannot prove that the aggregate is bounded. Record a ceiling with its audit in policy.labels, or select other nodes.",
    ],
  ],
  [
    "a fourth owner with a maximum of 2",
    (f) => {
      f.scaleSets.push({ ...set(f, 0), name: "fourth-nix-kvm", scope: "fourth", maxRunners: 2 });
    },
    [
      "refuse runners/label-ceiling policy.labels[0].ceiling: Label tinyland-nix-kvm: the maxima sum up to 6 runners (tinyland-nix-kvm 1, jesssullivan-nix-kvm 1, jesssullivan-nix-vm-test-kvm 2 and fourth-nix-kvm 2), above the ceiling of 4 by 2 (TIN-912: audit of 2026-05-05, three scale sets, aggregate maximum 4). Leave out one of the scale sets jesssullivan-nix-vm-test-kvm and fourth-nix-kvm, or budget for it: beside the others no maxRunners above 0 passes.",
      "refuse runners/new-owner-maximum scaleSets[3].maxRunners: Scale set fourth-nix-kvm has a maximum of 2 runners, the default of a scale set without a budget of its own is 1: short by 1. Leave out scale set fourth-nix-kvm, or budget for it: beside the others no maxRunners above 0 passes.",
    ],
  ],
  [
    "a KVM label without the KVM node label in the selector",
    (f) => {
      set(f, 0).selector = { "kubernetes.io/hostname": "honey" };
    },
    [
      "refuse runners/kvm-selector scaleSets[0].selector: Scale set tinyland-nix-kvm advertises the KVM label tinyland-nix-kvm but does not select capability.tinyland.dev/kvm=true: its jobs may land where there is no KVM. Add capability.tinyland.dev/kvm=true to its selector, or advertise another label.",
    ],
  ],
  [
    "one name in one runner group from two clusters",
    (f) => {
      f.nodes.push({ ...node(f, 0), cluster: "comb" });
      f.scaleSets.push({ ...set(f, 0), cluster: "comb", scope: "Tinyland-Inc", maxRunners: 0 });
    },
    [
      "refuse runners/duplicate-name scaleSets[3].name: Scale set tinyland-nix-kvm of cluster comb registers at Tinyland-Inc in runner group default, where cluster honey registers the same name: their sessions lock each other out. Give one of them another name or runner group.",
    ],
  ],
  [
    "one name of one owner on two servers",
    (f) => {
      f.nodes.push({ ...node(f, 0), cluster: "comb" });
      f.scaleSets.push({
        ...set(f, 0),
        cluster: "comb",
        githubServer: "https://github.example.org",
        maxRunners: 0,
      });
    },
    [],
  ],
];

const overflow: readonly Row[] = [
  [
    "a wildcard toleration",
    (f) => {
      set(f, 2).tolerations = [{ operator: "Exists" }];
    },
    [
      "refuse overflow/explicit-toleration scaleSets[2].tolerations: Scale set jesssullivan-nix-vm-test-kvm does not tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule of sting explicitly (operator Equal with key and value). Tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule by key and value, or keep the scale set off sting.",
    ],
  ],
  [
    "an overflow node without its taint",
    (f) => {
      node(f, 1).taints = [];
    },
    [
      "refuse overflow/taint-missing nodes[1].taints: Node sting does not carry dedicated.tinyland.dev/compute-expansion=true:NoSchedule, which the policy rests its overflow on. Taint the node with dedicated.tinyland.dev/compute-expansion=true:NoSchedule, or correct policy.overflow.",
    ],
  ],
  [
    "a scale set that tolerates sting without being admitted, and without storage figures",
    (f) => {
      set(f, 1).selector = { "capability.tinyland.dev/kvm": "true" };
      set(f, 1).tolerations = structuredClone(set(f, 2).tolerations ?? []);
      container(f, 1).requests = { cpu: "2", memory: "30Gi" };
      container(f, 1).limits = { cpu: "8", memory: "30Gi" };
    },
    [
      "refuse overflow/not-admitted scaleSets[1].tolerations: Scale set jesssullivan-nix-kvm may land on sting, but policy.overflow[0].lanes does not admit it. Remove its toleration, or admit it in policy.overflow[0].lanes with evidence for every gate.",
      "refuse overflow/ephemeral scaleSets[1].containers: Scale set jesssullivan-nix-kvm may land on sting but states no ephemeral-storage request of container runner and limit of container runner: cannot prove that it fits there. State ephemeral-storage requests and limits, or keep the scale set off sting.",
    ],
  ],
  [
    "a memory request above the overflow node",
    (f) => {
      container(f, 2).requests = { cpu: "4", memory: "60Gi", ephemeralStorage: "24Gi" };
    },
    [
      "refuse overflow/memory scaleSets[2].containers: A runner of scale set jesssullivan-nix-vm-test-kvm requests 60Gi of memory, sting has 54.68Gi free: short by 5.32Gi. Lower the request, or keep the scale set off sting.",
    ],
  ],
  [
    "an ephemeral limit above the overflow node",
    (f) => {
      container(f, 2).limits = { cpu: "8", memory: "64Gi", ephemeralStorage: "80Gi" };
    },
    [
      "refuse overflow/ephemeral scaleSets[2].containers: A runner of scale set jesssullivan-nix-vm-test-kvm has an ephemeral-storage limit of 80Gi, sting has 66.32Gi free: short by 13.68Gi. Lower the limit, or keep the scale set off sting.",
      "refuse overflow/imagefs policy.overflow[0].lanes[0].gates[2].free: Lane jesssullivan-nix-vm-test-kvm may write 80Gi of ephemeral storage on sting, the image file system audit of 2026-05-03 found 66.32Gi free: short by 13.68Gi. Lower the limit, make room and audit again, or take the lane out of sting.",
    ],
  ],
  [
    "requests that let two runners onto the overflow node",
    (f) => {
      container(f, 2).requests = { cpu: "4", memory: "16Gi", ephemeralStorage: "24Gi" };
    },
    [
      "refuse overflow/one-at-a-time policy.overflow[0].oneAtATime: Node sting takes one runner at a time, but by their requests the scheduler can put two there: two of jesssullivan-nix-vm-test-kvm. Request more than half of what the node has free, or lower the maximum to 1.",
    ],
  ],
  [
    "a limit within the overflow node, but not beside what runs there",
    (f) => {
      node(f, 1).running = {
        cpu: "0",
        memory: "1Gi",
        memoryLimit: "20Gi",
        ephemeralStorage: "0",
        pods: 1,
      };
      container(f, 2).limits = { cpu: "8", memory: "40Gi", ephemeralStorage: "40Gi" };
    },
    [
      "warn runners/limit-above-node scaleSets[2].containers: Scale set jesssullivan-nix-vm-test-kvm limits a runner's memory to 40Gi, but beside the limits of what already runs there sting has 34.68Gi left: short by 5.32Gi. Lower the limit to what is left, or move pods off the node.",
    ],
  ],
  [
    "a gate without evidence",
    (f) => {
      const { lane } = sting(f);
      lane.gates = lane.gates.filter((g) => g.gate !== "prewarm");
    },
    [
      "refuse overflow/gate-missing policy.overflow[0].lanes[0].gates: Lane jesssullivan-nix-vm-test-kvm has no evidence for the gate prewarm of sting. Check the gate and record date and evidence, or take the lane out of sting.",
    ],
  ],
  [
    "outdated evidence",
    (f) => {
      const gate = sting(f).lane.gates.find((g) => g.gate === "prewarm");
      if (gate) gate.date = "2025-05-05";
    },
    [
      "refuse overflow/gate-outdated policy.overflow[0].lanes[0].gates[3].date: Evidence of lane jesssullivan-nix-vm-test-kvm on sting for prewarm: recorded on 2025-05-05, 366 days before 2026-05-06; records warn after 90 days and refuse after 365. Check the gates again and record date and evidence.",
    ],
  ],
  [
    "a rollback node that is too full",
    (f) => {
      node(f, 0).running = { cpu: "0", memory: "100Gi", ephemeralStorage: "0", pods: 5 };
    },
    [
      "warn runners/limits-worst-case nodes[0]: The scheduler places by requests and may put runners with 160Gi of memory limits on honey, which has 119.81Gi for them. Bring requests nearer to limits, or spread the runners by selector.",
      "refuse overflow/rollback policy.overflow[0].lanes[0].rollbackNode: Lane jesssullivan-nix-vm-test-kvm cannot go back from sting to honey alone with its 2 runners: at most 3 of the 4 runners that share its nodes fit by requests and memory limits, short by 1. Lower scale set jesssullivan-nix-vm-test-kvm: the largest maxRunners that passes is 1.",
    ],
  ],
  [
    "a rollback node that does not admit the lane",
    (f) => {
      sting(f).lane.rollbackNode = "bumble";
    },
    [
      "refuse overflow/rollback policy.overflow[0].lanes[0].rollbackNode: Lane jesssullivan-nix-vm-test-kvm cannot go back from sting to bumble: bumble lacks capability.tinyland.dev/kvm=true. Name a rollback node that selector and tolerations admit.",
    ],
  ],
];

describe.each([
  ["envelope", envelope],
  ["nodes", nodes],
  ["policy", policy],
  ["overflow", overflow],
])("%s", (_, rows) => {
  it.each(rows)("%s", (_name, change, expected) => {
    expect(judged(change).map(line)).toEqual(expected);
  });
});

describe("many overflow nodes", () => {
  const twins = mutate((f) => {
    const { overflow } = sting(f);
    f.nodes.push({ ...node(f, 1), name: "wasp" });
    f.policy.overflow?.push({ ...overflow, node: "wasp" });
    set(f, 1).selector = { "capability.tinyland.dev/kvm": "true" };
    set(f, 1).tolerations = [{ operator: "Exists" }];
  });

  it("give one finding for each scale set, not one for each pair", () => {
    const { findings } = judgeRunners(requireFleet(twins), { today: "2026-05-06" });
    const messages = (rule: string) => findings.filter((f) => f.rule === rule).map((f) => f.message);
    expect(messages("overflow/not-admitted")).toEqual([
      "Scale set jesssullivan-nix-kvm may land on sting and wasp, but policy.overflow[0].lanes and policy.overflow[1].lanes do not admit it.",
    ]);
    expect(messages("overflow/explicit-toleration")).toEqual([
      "Scale set jesssullivan-nix-kvm does not tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule of sting and wasp explicitly (operator Equal with key and value).",
    ]);
  });

  it("judge a rollback to one node once, and refuse it for each of them", () => {
    const fleet = structuredClone(twins);
    node(fleet, 0).running = { cpu: "0", memory: "100Gi", ephemeralStorage: "0", pods: 5 };
    const { findings } = judgeRunners(requireFleet(fleet), { today: "2026-05-06" });
    expect(findings.filter((f) => f.rule === "overflow/rollback").map((f) => f.path)).toEqual([
      "policy.overflow[0].lanes[0].rollbackNode",
      "policy.overflow[1].lanes[0].rollbackNode",
    ]);
  });
});

describe("one runner at a time", () => {
  const lanes = (first: string, second: string, maximum: number) =>
    mutate((f) => {
      set(f, 1).selector = { "capability.tinyland.dev/kvm": "true" };
      set(f, 1).tolerations = set(f, 2).tolerations ?? [];
      set(f, 1).maxRunners = maximum;
      container(f, 1).requests = { cpu: "2", memory: first, ephemeralStorage: "1Gi" };
      container(f, 2).requests = { cpu: "4", memory: second, ephemeralStorage: "1Gi" };
    });
  const largest = (fleet: Draft) => {
    const { scaleSets } = judgeRunners(requireFleet(fleet), { today: "2026-05-06" });
    return scaleSets.map((s) => s.largest).map(({ passes, binds }) => `${passes}: ${binds}`);
  };

  it("leaves neither of two lanes that fit side by side", () => {
    expect(largest(lanes("20Gi", "30Gi", 1)).slice(1)).toEqual([
      "0: one runner at a time on sting",
      "0: one runner at a time on sting",
    ]);
  });

  it("leaves no maximum to a third that is not concerned", () => {
    expect(largest(lanes("20Gi", "30Gi", 1))[0]).toBe(
      "null: none passes while the others stay as declared: one runner at a time on sting",
    );
  });

  it("leaves one of a lane of which two fit, if the other may run nothing", () => {
    expect(largest(lanes("20Gi", "20Gi", 0))[2]).toBe("1: one runner at a time on sting");
  });
});

describe("what is unknown", () => {
  it("is never placed, and never counted as impossible either", () => {
    const fleet = requireFleet(
      mutate((f) => {
        container(f, 0).requests = { cpu: "2" };
      }),
    );
    const { placement, scaleSets, labels, nodes: capacities } = judgeRunners(fleet, { today: "2026-05-06" });
    expect(placement.verdict).toBe("undecided");
    expect(placement.unseated).toEqual([{ cluster: "honey", scaleSet: "tinyland-nix-kvm", runners: 1 }]);
    expect(scaleSets[0]?.requests).toEqual({ cpu: 2000, memory: null, ephemeralStorage: null });
    expect(scaleSets[0]?.largest).toMatchObject({ byRequests: null, passes: null });
    expect(labels[0]?.requests.memory).toBeNull();
    expect(capacities[0]?.pods?.committed).toBe(3);
  });

  it("of a node's ephemeral storage stands against no runner that requests some", () => {
    const judge = (allocatable: Node["allocatable"]) =>
      judgeRunners(
        requireFleet(
          mutate((f) => {
            set(f, 2).maxRunners = 8;
            node(f, 1).allocatable = allocatable;
          }),
        ),
        { today: "2026-05-06" },
      );
    const { placement, findings } = judge({ cpu: "32", memory: "54.68Gi", pods: 110 });
    expect(placement).toMatchObject({ verdict: "undecided", bound: 10, asked: 10 });
    expect(findings.find((f) => f.rule === "runners/unplaceable")?.message).toMatch(
      /: honey seats at most 6 \(memory, 219.81Gi free\)\. Not counted, since the record lacks figures: sting\.$/,
    );
    expect(findings.filter((f) => f.rule === "runners/unknown-node-budget")).toHaveLength(1);
  });

  it("is null in a node's figures", () => {
    const fleet = requireFleet(
      mutate((f) => {
        delete node(f, 1).running;
        node(f, 2).allocatable = { cpu: "4" };
      }),
    );
    const { nodes: capacities } = judgeRunners(fleet, { today: "2026-05-06" });
    expect(capacities[1]).toMatchObject({ cpu: null, memory: null, pods: null, memoryLimits: null });
    expect(capacities[2]).toMatchObject({ cpu: { capacity: 4000 }, memory: null, memoryLimits: null });
  });
});

describe("every container counts", () => {
  it("runner and dind together, the workflow pod on the runner's node, or a pod of its own", () => {
    const modes = ["dind", "kubernetes", "kubernetes-novolume"] as const;
    const [dind, kubernetes, apart] = modes.map((mode) => {
      const fleet = mutate((f) => {
        const second = {
          ...container(f, 0),
          name: mode === "dind" ? ("dind" as const) : ("workflow" as const),
        };
        set(f, 0).containerMode = mode;
        set(f, 0).containers.push(second);
      });
      return judgeRunners(requireFleet(fleet), { today: "2026-05-06" });
    });
    for (const judgement of [dind, kubernetes, apart]) {
      expect(judgement?.scaleSets[0]?.requests.cpu).toBe(4000);
      expect(judgement?.scaleSets[0]?.limits.memory).toBe(32 * 1024 ** 3);
      expect(judgement?.placement.verdict).toBe("placed");
    }
    expect([dind, kubernetes, apart].map((j) => j?.nodes[0]?.pods?.committed)).toEqual([4, 5, 5]);
  });
});
