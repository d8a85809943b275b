import type { OverflowNode } from "../../model/policy.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "./survey.ts";

/** A lane that the policy admits to an overflow node, found in the fleet. */
export interface AdmittedLane {
  readonly lane: OverflowNode["lanes"][number];
  readonly path: string;
  /** Index of the scale set. */
  readonly set: number;
  /** Index of the node it is put back on; -1 if its cluster has none of that name. */
  readonly rollbackNode: number;
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
}

/** Every overflow node of the policy; one case per cluster that has a node of that name. */
export function overflowCases({ fleet, sets, nodes }: Survey): OverflowCase[] {
  return fleet.policy.overflow.flatMap((overflow, i) =>
    nodes.flatMap((surveyed, node): OverflowCase[] => {
      if (surveyed.node.name !== overflow.node) return [];
      const path = `policy.overflow[${i}]`;
      const { cluster } = surveyed.node;
      const lanes = overflow.lanes.flatMap((lane, k) =>
        sets.flatMap(({ set }, s): AdmittedLane[] =>
          set.name === lane.scaleSet && set.cluster === cluster
            ? [
                {
                  lane,
                  path: `${path}.lanes[${k}]`,
                  set: s,
                  rollbackNode: nodes.findIndex(
                    (n) => n.node.name === lane.rollbackNode && n.node.cluster === cluster,
                  ),
                },
              ]
            : [],
        ),
      );
      const tenants = [...sets.keys()].filter((s) => {
        const { active, eligible } = sets[s] as SurveyedSet;
        return active && (eligible.includes(node) || lanes.some((l) => l.set === s));
      });
      return [{ overflow, path, node, surveyed, tenants, lanes }];
    }),
  );
}
