import type { Fleet } from "../../model/fleet.ts";
import type { Node } from "../../model/node.ts";
import type { OverflowNode } from "../../model/policy.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import { selects } from "../../model/taint.ts";
import type { JudgeOptions } from "../capacity.ts";
import { effectiveTaints, eligibility } from "./eligibility.ts";
import { type RunnerEnvelope, runnerEnvelope } from "./envelope.ts";

/** A scale set with everything that rules and placement ask of it. */
export interface SurveyedSet {
  readonly set: ScaleSet;
  /** Its path in the fleet: `scaleSets[2]`. */
  readonly path: string;
  readonly envelope: RunnerEnvelope;
  /** Indices of the nodes that admit its pods, in declaration order. */
  readonly eligible: readonly number[];
  /** Those of them whose record has every figure that its pods ask for, so that they may be counted on. */
  readonly known: readonly number[];
  /** True if it may run anything: its maximum is above 0. */
  readonly active: boolean;
}

/** A node with what it has left for runners. */
export interface SurveyedNode {
  readonly node: Node;
  /** Its path in the fleet: `nodes[0]`. */
  readonly path: string;
  readonly kvm: boolean;
  /** The policy's entry for it, if it is an overflow node. */
  readonly overflow: OverflowNode | undefined;
  readonly oneAtATime: boolean;
  /** `allocatable cpu`, `running`: what the record lacks for any runner. Empty: it may be counted on. */
  readonly missing: readonly string[];
  /** True if some taint keeps pods off that do not tolerate it. */
  readonly tainted: boolean;
}

/** The fleet as the rules of the runners see it. */
export interface Survey {
  readonly fleet: Fleet;
  readonly options: JudgeOptions;
  readonly sets: readonly SurveyedSet[];
  readonly nodes: readonly SurveyedNode[];
}

export function surveyRunners(fleet: Fleet, options: JudgeOptions): Survey {
  const { kvm, overflow } = fleet.policy;
  const index = eligibility(fleet.nodes);
  const overflowByNode = new Map(overflow.map((o) => [o.node, o]));
  const missing = fleet.nodes.map(missingFacts);
  const known = knownNodes(fleet.nodes, missing);
  return {
    fleet,
    options,
    sets: fleet.scaleSets.map((set, i) => {
      const envelope = runnerEnvelope(set);
      const eligible = index.eligible(set);
      return {
        set,
        path: `scaleSets[${i}]`,
        envelope,
        eligible,
        known: known(eligible, (envelope.requests.ephemeralStorage ?? 0) > 0),
        active: set.maxRunners > 0,
      };
    }),
    nodes: fleet.nodes.map((node, i) => ({
      node,
      path: `nodes[${i}]`,
      kvm: selects({ [kvm.key]: kvm.value }, node.labels),
      overflow: overflowByNode.get(node.name),
      oneAtATime: overflowByNode.get(node.name)?.oneAtATime ?? false,
      missing: missing[i] ?? [],
      tainted: effectiveTaints(node).some((t) => t.effect !== "PreferNoSchedule"),
    })),
  };
}

/**
 * Picks the nodes whose records are complete: for runners that request ephemeral storage, that figure too.
 * Scale sets of the same nodes get one shared list.
 */
function knownNodes(nodes: readonly Node[], missing: readonly (readonly string[])[]) {
  const lists = [new Map<readonly number[], readonly number[]>(), new Map()] as const;
  return (eligible: readonly number[], stores: boolean): readonly number[] => {
    const cache = lists[stores ? 1 : 0];
    const complete = (n: number) =>
      missing[n]?.length === 0 && (!stores || nodes[n]?.allocatable.ephemeralStorage !== undefined);
    const found = cache.get(eligible) ?? (eligible.every(complete) ? eligible : eligible.filter(complete));
    cache.set(eligible, found);
    return found;
  };
}

function missingFacts({ allocatable, running }: Node): string[] {
  return [
    ...(allocatable.cpu === undefined ? ["allocatable cpu"] : []),
    ...(allocatable.memory === undefined ? ["allocatable memory"] : []),
    ...(allocatable.pods === undefined ? ["allocatable pods"] : []),
    ...(running === undefined ? ["running pods"] : []),
  ];
}

/** Memory limits that a node may hold: allocatable × the policy's ratio, less what runs there. */
export function limitsLeft({ node }: SurveyedNode, limitRatio: number): number {
  const { allocatable, running } = node;
  return Math.floor((allocatable.memory ?? 0) * limitRatio) - (running?.memoryLimit ?? running?.memory ?? 0);
}
