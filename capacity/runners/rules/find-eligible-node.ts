import { type Finding, finding } from "../../../model/finding.ts";
import type { ScaleSet } from "../../../model/scaleset.ts";
import { exclusion } from "../eligibility.ts";
import type { Survey, SurveyedNode } from "../survey.ts";

/** Nodes that one message tells of. */
const MOST_NODES = 5;

/** Every scale set that may run something has a node whose labels and taints admit its pods. */
export function findEligibleNode(survey: Survey): Finding[] {
  return survey.sets.flatMap(({ set, path, active, eligible }) => {
    if (!active || eligible.length > 0) return [];
    const there = survey.nodes.filter((n) => n.node.cluster === set.cluster);
    const why = there.length === 0 ? `cluster ${set.cluster} has no declared node` : exclusions(there, set);
    return [
      finding({
        rule: "runners/no-eligible-node",
        path: `${path}.selector`,
        subject: `scale set ${set.name}`,
        need: set.maxRunners,
        have: 0,
        unit: "runners",
        message: `No node admits the runners of scale set ${set.name}: ${why}.`,
        remedy: "Correct its selector, affinity or tolerations, or declare a node that admits it.",
      }),
    ];
  });
}

function exclusions(nodes: readonly SurveyedNode[], set: ScaleSet): string {
  const shown = nodes.slice(0, MOST_NODES).map(({ node }) => `${node.name} ${exclusion(set, node)}`);
  const more = nodes.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more likewise`] : [])].join("; ");
}
