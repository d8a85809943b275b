import { type Finding, finding } from "../../../model/finding.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** Shorter node names count only as whole words of a label. */
const SHORT_NAME = 4;

/**
 * A lane keeps the capability label that it had: it advertises no label that names the overflow node, since
 * workflows that ask for one could not follow a rollback.
 */
export function keepLaneLabel({ sets }: Survey, { overflow, lanes }: OverflowCase): Finding[] {
  return lanes.flatMap(({ set: s }) => {
    const { set, path, active } = sets[s] as SurveyedSet;
    if (!active) return [];
    return set.labels.flatMap((label, i) => {
      if (!names(label.toLowerCase(), overflow.node.toLowerCase())) return [];
      return [
        finding({
          rule: "overflow/lane-label",
          path: `${path}.labels[${i}]`,
          subject: `scale set ${set.name}`,
          message: `Lane ${set.name} advertises ${JSON.stringify(label)}, which names the overflow node ${overflow.node}: workflows that ask for it cannot follow the lane back.`,
          remedy: "Advertise the capability's label alone.",
        }),
      ];
    });
  });
}

function names(label: string, node: string): boolean {
  return node.length < SHORT_NAME ? label.split(/[^a-z0-9]+/).includes(node) : label.includes(node);
}
