import { describe, expect, it } from "vitest";
import { eligibility, exclusion } from "../../../capacity/runners/eligibility.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";

type SetInput = NonNullable<FleetInput["scaleSets"]>[number];
type NodeInput = NonNullable<FleetInput["nodes"]>[number];

const bare: Pick<NodeInput, "recorded" | "allocatable"> = {
  recorded: { source: "detected", date: "2026-05-03" },
  allocatable: { cpu: 4, memory: "8Gi", pods: 10 },
};
const set = (change: Partial<SetInput>): SetInput => ({
  name: "s",
  scope: "o/r",
  labels: ["l"],
  maxRunners: 1,
  containers: [{ name: "runner" }],
  ...change,
});

/** Names of the nodes that admit the scale set, and what the others are excluded by. */
function admitted(nodes: readonly Partial<NodeInput>[], change: Partial<SetInput>) {
  const fleet = requireFleet({
    nodes: nodes.map((node, i) => ({ ...bare, name: `n${i}`, ...node })),
    scaleSets: [set(change)],
  });
  const [judged] = fleet.scaleSets;
  if (judged === undefined) throw new Error("the fleet has a scale set");
  const eligible = eligibility(fleet.nodes).eligible(judged);
  return fleet.nodes.map((node, n) => (eligible.includes(n) ? node.name : exclusion(judged, node)));
}

describe("which nodes admit a scale set", () => {
  it("asks for selector and affinity both", () => {
    const nodes = [{ labels: { a: "1", b: "7" } }, { labels: { a: "1" } }, { labels: { b: "7" } }];
    const affinity: SetInput["affinity"] = {
      required: [
        {
          matchExpressions: [
            { key: "b", operator: "Gt", values: ["5"] },
            { key: "b", operator: "Exists" },
          ],
        },
      ],
    };
    expect(admitted(nodes, { selector: { a: "1" }, affinity })).toEqual([
      "n0",
      "does not meet b Gt (5) and does not meet b Exists",
      "lacks a=1",
    ]);
    const two = { required: [...affinity.required, ...affinity.required] };
    expect(admitted(nodes, { affinity: two })[1]).toBe("meets none of the 2 terms of its affinity");
  });

  it("keeps sets apart that differ in their affinity alone", () => {
    const zone = (value: string) => ({
      required: [{ matchExpressions: [{ key: "zone", operator: "In" as const, values: [value] }] }],
    });
    const fleet = requireFleet({
      nodes: ["a", "b"].map((value) => ({ ...bare, name: value, labels: { zone: value } })),
      scaleSets: ["a", "b"].map((value) => set({ name: `s-${value}`, affinity: zone(value) })),
    });
    const index = eligibility(fleet.nodes);
    expect(fleet.scaleSets.map((s) => index.eligible(s))).toEqual([[0], [1]]);
  });

  it("keeps off a cordoned node, but for those who tolerate its taint", () => {
    const nodes = [{ unschedulable: true }, {}];
    const key = "node.kubernetes.io/unschedulable";
    expect(admitted(nodes, {})).toEqual(["is cordoned", "n1"]);
    expect(admitted(nodes, { tolerations: [{ operator: "Exists" }] })).toEqual(["n0", "n1"]);
    expect(admitted(nodes, { tolerations: [{ key, effect: "NoSchedule" }] })).toEqual(["n0", "n1"]);
    expect(admitted(nodes, { tolerations: [{ key, effect: "NoExecute" }] })).toEqual(["is cordoned", "n1"]);
  });

  it("tolerates what the API server lets every pod tolerate, unless the pod says more of it", () => {
    const key = "node.kubernetes.io/not-ready";
    const nodes: Partial<NodeInput>[] = [
      { taints: [{ key, effect: "NoExecute" }] },
      { taints: [{ key, effect: "NoSchedule" }] },
    ];
    const kept = (effect: string) => `has the taint ${key}:${effect} that is not tolerated`;
    expect(admitted(nodes, {})).toEqual(["n0", kept("NoSchedule")]);
    expect(admitted(nodes, { tolerations: [{ key, value: "no" }] })).toEqual([
      kept("NoExecute"),
      kept("NoSchedule"),
    ]);
    expect(admitted(nodes, { tolerations: [{ key, value: "no", effect: "NoSchedule" }] })[0]).toBe("n0");
  });

  it("is not bothered by PreferNoSchedule, and is by the other two effects", () => {
    const nodes = (["PreferNoSchedule", "NoSchedule", "NoExecute"] as const).map((effect) => ({
      taints: [{ key: "k", effect }],
    }));
    expect(admitted(nodes, {})).toEqual([
      "n0",
      "has the taint k:NoSchedule that is not tolerated",
      "has the taint k:NoExecute that is not tolerated",
    ]);
  });
});
