import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { eachSound, type Outline } from "./outline.ts";
import type { ScaleSet } from "./scaleset.ts";
import { type Taint, tolerates } from "./taint.ts";

/**
 * The one switch of a rollback: with `rolledBack: true` on a lane, its scale set is placed on the lane's rollback
 * node alone. Done once, where a fleet is read, so that judgement, release, quota, audit and policy pack all see the
 * same lane.
 */

const HOSTNAME = "kubernetes.io/hostname";

/** The fleet with its rolled-back lanes where they went back to. */
export function withRollbacks(fleet: Fleet): Fleet {
  const back = fleet.policy.overflow.flatMap(({ node, taint, lanes }) =>
    lanes.filter((lane) => lane.rolledBack).map((lane) => ({ ...lane, node, taint })),
  );
  if (back.length === 0) return fleet;
  // Of two scale sets of one name the lane is the one in the cluster of the overflow node.
  const isThere = (node: string, cluster: string) =>
    fleet.nodes.some((n) => n.name === node && n.cluster === cluster);
  return {
    ...fleet,
    scaleSets: fleet.scaleSets.map((set) =>
      back
        .filter((lane) => lane.scaleSet === set.name && isThere(lane.node, set.cluster))
        .reduce((placed, { taint, rollbackNode }) => putBack(fleet, placed, taint, rollbackNode), set),
    ),
  };
}

/** Nothing that admits it to the overflow node is left, and its selector holds it on the rollback node. */
export function putBack(
  { nodes }: Pick<Fleet, "nodes">,
  set: ScaleSet,
  taint: Taint,
  node: string,
): ScaleSet {
  const target = nodes.find((n) => n.name === node && n.cluster === set.cluster);
  return {
    ...set,
    selector: { ...set.selector, [HOSTNAME]: target?.labels[HOSTNAME] ?? node },
    tolerations: set.tolerations.filter((toleration) => !tolerates(toleration, taint)),
  };
}

/** A scale set goes back to one node; lanes of several overflow nodes have to agree on it. */
export function checkRollbacks(policy: Outline<Fleet["policy"]> | undefined): Finding[] {
  const first = new Map<string, { node: string; path: string }>();
  return eachSound(policy?.overflow, "policy.overflow", (overflow, at) =>
    eachSound(overflow.lanes, `${at}.lanes`, ({ scaleSet, rollbackNode, rolledBack }, path) => {
      if (rolledBack !== true || scaleSet === undefined || rollbackNode === undefined) return [];
      const earlier = first.get(scaleSet);
      if (earlier === undefined) first.set(scaleSet, { node: rollbackNode, path });
      if (earlier === undefined || earlier.node === rollbackNode) return [];
      return [
        finding({
          rule: "model/invalid-value",
          path: `${path}.rollbackNode`,
          subject: `scale set ${scaleSet}`,
          message: `\`${path}.rollbackNode\` is ${JSON.stringify(rollbackNode)}, but \`${earlier.path}\` puts ${scaleSet} back on ${JSON.stringify(earlier.node)}.`,
          remedy: "Give both lanes one rollback node, or roll back one of them.",
        }),
      ];
    }),
  );
}
