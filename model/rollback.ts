import type { Fleet } from "./fleet.ts";
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
  const back = fleet.policy.overflow.flatMap(({ taint, lanes }) =>
    lanes.filter((lane) => lane.rolledBack).map((lane) => ({ ...lane, taint })),
  );
  if (back.length === 0) return fleet;
  return {
    ...fleet,
    scaleSets: fleet.scaleSets.map((set) =>
      back
        .filter((lane) => lane.scaleSet === set.name)
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
