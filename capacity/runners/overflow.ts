import type { OverflowNode } from "../../model/policy.ts";
import { putBack } from "../../model/rollback.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import type { Survey, SurveyedNode } from "./survey.ts";

/** A lane that the policy admits to an overflow node, found in the fleet. */
export interface AdmittedLane {
  readonly lane: OverflowNode["lanes"][number];
  readonly path: string;
  /** Index of the scale set. */
  readonly set: number;
  /** Index of the node it is put back on; -1 if its cluster has none of that name. */
  readonly rollbackNode: number;
  /** The scale set as it is placed after a rollback. */
  readonly back: ScaleSet;
}

/** An overflow node of the policy, found in the fleet. */
export interface OverflowCase {
  readonly overflow: OverflowNode;
  readonly path: string;
  /** Index of the node. */
  readonly node: number;
  readonly surveyed: SurveyedNode;
  /** Active scale sets of its cluster that are admitted by the policy or by selector and tolerations. */
  readonly tenants: readonly number[];
  readonly lanes: readonly AdmittedLane[];
  /** Lanes that were put back, and so are no lanes of this node for now. */
  readonly rolledBack: readonly AdmittedLane[];
}

/** Every overflow node of the policy; one case per cluster that has a node of that name. */
export function overflowCases(survey: Survey): OverflowCase[] {
  const { fleet, sets, nodes } = survey;
  const setsByName = indicesByName(sets.map((s) => s.set));
  const nodesByName = indicesByName(nodes.map((n) => n.node));
  const landing = landingOnOverflow(survey);
  return fleet.policy.overflow.flatMap((overflow, i) =>
    (nodesByName.get(overflow.node) ?? []).map((node): OverflowCase => {
      const surveyed = nodes[node] as SurveyedNode;
      const path = `policy.overflow[${i}]`;
      const { cluster } = surveyed.node;
      const listed = overflow.lanes.flatMap((lane, k) =>
        (setsByName.get(lane.scaleSet) ?? []).flatMap((set): AdmittedLane[] => {
          if (sets[set]?.set.cluster !== cluster) return [];
          const named = nodesByName.get(lane.rollbackNode) ?? [];
          const rollbackNode = named.find((n) => nodes[n]?.node.cluster === cluster) ?? -1;
          const back = putBack(fleet, sets[set].set, overflow.taint, lane.rollbackNode);
          return [{ lane, path: `${path}.lanes[${k}]`, set, rollbackNode, back }];
        }),
      );
      const lanes = listed.filter(({ lane }) => !lane.rolledBack);
      const rolledBack = listed.filter(({ lane }) => lane.rolledBack);
      const here = new Set([...(landing.get(node) ?? []), ...lanes.map((l) => l.set)]);
      const tenants = [...here].filter((s) => sets[s]?.active).sort((a, b) => a - b);
      return { overflow, path, node, surveyed, tenants, lanes, rolledBack };
    }),
  );
}

/** Scale sets by the overflow nodes whose labels and taints admit them. */
function landingOnOverflow({ sets, nodes }: Survey): Map<number, number[]> {
  const landing = new Map<number, number[]>();
  nodes.forEach(({ overflow }, n) => {
    if (overflow) landing.set(n, []);
  });
  sets.forEach(({ eligible }, s) => {
    for (const n of eligible) landing.get(n)?.push(s);
  });
  return landing;
}

function indicesByName(named: readonly { readonly name: string }[]): Map<string, number[]> {
  const indices = new Map<string, number[]>();
  named.forEach(({ name }, i) => {
    const list = indices.get(name);
    if (list) list.push(i);
    else indices.set(name, [i]);
  });
  return indices;
}
