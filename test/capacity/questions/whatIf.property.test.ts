import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../../capacity/judge.ts";
import { applyChanges, type Change, pressureTaint } from "../../../capacity/questions/change.ts";
import { askLosses } from "../../../capacity/questions/losses.ts";
import { askWhatIf } from "../../../capacity/questions/whatIf.ts";
import { type Fleet, type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { allSeated, mostRunners } from "../runners/bruteforce.ts";
import { sharedFleet } from "./arbitrary.ts";
import { holds } from "./seed.ts";

const options = { today: "2026-05-06" };
const plain = { tolerationRestriction: false };
const cluster = "default";

type NodeInput = NonNullable<FleetInput["nodes"]>[number];
type SetInput = NonNullable<FleetInput["scaleSets"]>[number];
interface Input {
  readonly nodes: NodeInput[];
  readonly scaleSets: SetInput[];
  readonly policy: NonNullable<FleetInput["policy"]>;
}

/** A change, and the same made by hand in the fleet as it is written. */
interface Edit {
  readonly change: Change;
  readonly byHand: (input: Input) => Input;
}

const node = fc.nat(2).map((n) => `node-${n}`);
const set = fc.nat(2).map((n) => `set-${n}`);
const editNode = (input: Input, name: string, edit: (n: NodeInput) => NodeInput): Input => ({
  ...input,
  nodes: input.nodes.map((n) => (n.name === name ? edit(n) : n)),
});
const editSet = (input: Input, name: string, edit: (s: SetInput) => SetInput): Input => ({
  ...input,
  scaleSets: input.scaleSets.map((s) => (s.name === name ? edit(s) : s)),
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
  node.map(
    (name): Edit => ({
      change: { kind: "drop", node: { cluster, name } },
      byHand: (input) => ({ ...input, nodes: input.nodes.filter((n) => n.name !== name) }),
    }),
  ),
  node.map(
    (name): Edit => ({
      change: { kind: "cordon", node: { cluster, name } },
      byHand: (input) => editNode(input, name, (n) => ({ ...n, unschedulable: true })),
    }),
  ),
  fc.tuple(node, fc.constantFrom("memory", "disk", "pid")).map(
    ([name, of]): Edit => ({
      change: { kind: "pressure", of, node: { cluster, name } },
      byHand: (input) =>
        editNode(input, name, (n) => ({ ...n, taints: [...(n.taints ?? []), pressureTaint(of)] })),
    }),
  ),
  fc.tuple(set, fc.integer({ min: 1, max: 6 })).map(
    ([name, memory]): Edit => ({
      change: {
        kind: "requests",
        scaleSet: { cluster, name },
        container: "runner",
        figures: { memory: memory * 1024 ** 3 },
      },
      byHand: (input) =>
        editSet(input, name, (s) => ({
          ...s,
          containers: s.containers.map((c) =>
            c.name === "runner" ? { ...c, requests: { ...c.requests, memory: `${memory}Gi` } } : c,
          ),
        })),
    }),
  ),
  fc.tuple(set, fc.nat(6)).map(
    ([name, maximum]): Edit => ({
      change: { kind: "max-runners", scaleSet: { cluster, name }, maximum },
      byHand: (input) => editSet(input, name, (s) => ({ ...s, maxRunners: maximum })),
    }),
  ),
  fc.nat(12).map(
    (ceiling): Edit => ({
      change: { kind: "ceiling", label: "small", ceiling },
      byHand: (input) => ({
        ...input,
        policy: { ...input.policy, labels: (input.policy.labels ?? []).map((l) => ({ ...l, ceiling })) },
      }),
    }),
  ),
  fc.constantFrom(0.5, 2).map(
    (limitRatio): Edit => ({
      change: { kind: "limit-ratio", ratio: limitRatio },
      byHand: (input) => ({ ...input, policy: { ...input.policy, limitRatio } }),
    }),
  ),
  node.map((name): Edit => {
    const added = {
      name: "added",
      recorded: { source: "configured", date: "2026-05-03" },
      allocatable: { cpu: 4, memory: "8Gi", ephemeralStorage: "4Gi", pods: 3 },
      running: { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 },
      labels: { zone: name === "node-0" ? "a" : "b" },
    } as const;
    const [parsed] = requireFleet({ nodes: [added] }).nodes;
    return {
      change: { kind: "add", node: parsed as Fleet["nodes"][number] },
      byHand: (input) => ({ ...input, nodes: [...input.nodes, added] }),
    };
  }),
);

/** A fleet that names what is gone is no mistake here: its references are not checked. */
const parsed = (input: Input): Fleet => {
  const { nodes } = requireFleet({ nodes: input.nodes });
  const { scaleSets } = requireFleet({ scaleSets: input.scaleSets });
  const { overflow, ...rest } = input.policy;
  const { policy } = requireFleet({ policy: rest });
  const named = requireFleet({
    nodes: [0, 1, 2].map((n) => ({
      name: `node-${n}`,
      recorded: { source: "detected", date: "2026-05-03" },
      allocatable: {},
    })),
    scaleSets: input.scaleSets,
    policy: { overflow },
  });
  return {
    ...requireFleet({}),
    nodes,
    scaleSets,
    policy: { ...policy, overflow: named.policy.overflow },
  };
};

describe("what-if", () => {
  it("equals judging the fleet that was edited by hand, for several changes at once", () => {
    let moved = 0;
    holds(
      "what-if",
      300,
      fc.property(sharedFleet(), fc.array(edit, { minLength: 1, maxLength: 3 }), (input, edits) => {
        const once = edits.filter((e, i) => edits.findIndex((o) => o.change.kind === e.change.kind) === i);
        const before = parsed(input as Input);
        const after = applyChanges(
          before,
          once.map((e) => e.change),
          plain,
        );
        const byHand = parsed(once.reduce((at, e) => e.byHand(at), input as Input));
        const answer = askWhatIf(before, after, options);
        const [old, now] = [judge(before, options), judge(byHand, options)];
        expect(answer.before.placement).toEqual(old.placement);
        expect(answer.after.placement).toEqual(now.placement);
        expect(answer.before.findings).toEqual(old.findings);
        expect(answer.after.findings).toEqual(now.findings);
        if (answer.moved.length > 0) moved++;
        for (const m of answer.moved) {
          const seats = (side: typeof old) =>
            side.placement.seats.find((s) => s.scaleSet === m.scaleSet && s.node === m.node)?.runners ?? 0;
          expect([m.before, m.after]).toEqual([seats(old), seats(now)]);
        }
      }),
    );
    expect(moved).toBeGreaterThan(30);
  });

  it("changes nothing of the fleet that is asked about", () => {
    holds(
      "untouched",
      100,
      fc.property(sharedFleet(), fc.array(edit, { maxLength: 3 }), (input, edits) => {
        const fleet = parsed(input as Input);
        const copy = structuredClone(fleet);
        applyChanges(
          fleet,
          edits.map((e) => e.change),
          plain,
        );
        expect(fleet).toEqual(copy);
      }),
    );
  });
});

describe("the loss of each node against trying everything", () => {
  const withoutNode = (fleet: Fleet, n: number): Fleet => ({
    ...fleet,
    nodes: fleet.nodes.filter((_, i) => i !== n),
  });
  const withoutOverflow = (fleet: Fleet): Fleet => ({ ...fleet, policy: { ...fleet.policy, overflow: [] } });

  it("tells whether all have a seat, and how many have none", () => {
    let harmful = 0;
    let sound = 0;
    holds(
      "losses",
      250,
      fc.property(sharedFleet(), (input) => {
        const fleet = parsed(input as Input);
        const maxima = fleet.scaleSets.map((s) => s.maxRunners);
        const asked = maxima.reduce((sum, n) => sum + n, 0);
        const onePod = fleet.scaleSets.every((s) => s.containerMode === "none");
        askLosses(fleet, options).losses.forEach(({ requests, limits }, n) => {
          const rest = withoutNode(fleet, n);
          const byRequests = { fleet: withoutOverflow(rest), limits: false, maxima };
          const byLimits = { fleet: rest, limits: true, maxima };
          for (const [loss, brute] of [
            [requests, byRequests],
            [limits, byLimits],
          ] as const) {
            const seated = mostRunners(brute);
            expect(loss.verdict).toBe(allSeated(brute) ? "placed" : "impossible");
            if (seated < asked) harmful++;
            else sound++;
            const { atLeast, atMost, exact } = loss.unseated;
            expect(atLeast).toBeLessThanOrEqual(asked - seated);
            expect(atMost).toBeGreaterThanOrEqual(asked - seated);
            if (exact || onePod)
              expect({ atLeast, atMost }).toEqual({ atLeast: asked - seated, atMost: asked - seated });
            expect(loss.scaleSets.reduce((sum, s) => sum + s.runners, 0)).toBe(atMost);
          }
        });
      }),
    );
    expect(Math.min(harmful, sound)).toBeGreaterThan(100);
  });
});

describe("pressure", () => {
  const fleetOf = (scaleSet: Partial<SetInput>): Fleet =>
    requireFleet({
      nodes: [
        {
          name: "n",
          recorded: { source: "detected", date: "2026-05-03" },
          allocatable: { cpu: 8, memory: "16Gi", ephemeralStorage: "16Gi", pods: 10 },
          running: { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 2 },
        },
      ],
      scaleSets: [
        {
          name: "s",
          scope: "owner",
          labels: ["big"],
          maxRunners: 1,
          containers: [
            { name: "runner", requests: { cpu: 1, memory: "1Gi" }, limits: { cpu: 1, memory: "1Gi" } },
          ],
          ...scaleSet,
        },
      ],
    });
  const pressed = (of: "memory" | "disk" | "pid", fleet: Fleet, tolerationRestriction = false) => {
    const change = { kind: "pressure", of, node: { cluster, name: "n" } } as const;
    return judge(applyChanges(fleet, [change], { tolerationRestriction }), options).placement.verdict;
  };
  const everything = { tolerations: [{ operator: "Exists" as const }] };
  const bestEffort = {
    containers: [{ name: "runner" as const, requests: { cpu: 0, memory: 0 }, limits: { cpu: 0, memory: 0 } }],
  };

  // The verdicts are those of Kubernetes 1.36: nodelifecycle's taints, the TaintToleration filter, the admission
  // plugin PodTolerationRestriction, and the eviction manager's Admit.
  it.each([
    ["memory", {}, false, "impossible", "the taint keeps every pod away that does not tolerate it"],
    ["memory", {}, true, "placed", "with PodTolerationRestriction a Burstable pod tolerates it"],
    ["memory", bestEffort, true, "impossible", "a BestEffort pod gets no toleration"],
    [
      "memory",
      { ...bestEffort, ...everything },
      false,
      "placed",
      "who tolerates it is admitted, BestEffort or not",
    ],
    ["disk", {}, false, "impossible", "the taint keeps it away"],
    ["disk", {}, true, "impossible", "the plugin adds no toleration of disk pressure"],
    ["disk", everything, false, "impossible", "the kubelet refuses what the scheduler binds there"],
    ["pid", everything, false, "impossible", "so it does under PID pressure"],
  ] as const)("%s pressure, %j, plugin %s: %s, since %s", (of, set, plugin, verdict, _) => {
    expect(pressed(of, fleetOf(set as Partial<SetInput>), plugin)).toBe(verdict);
  });
});
