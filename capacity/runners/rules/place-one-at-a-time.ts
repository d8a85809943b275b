import { type Finding, finding } from "../../../model/finding.ts";
import { listNames } from "../../host/names.ts";
import type { Neighbours } from "../neighbours.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** On a one-at-a-time node the requests are so large that the scheduler cannot put two runners there. */
export function placeOneAtATime(
  { sets }: Survey,
  { overflow, path, node }: OverflowCase,
  neighbours: readonly Neighbours[],
): Finding[] {
  const name = (s: number) => (sets[s] as SurveyedSet).set.name;
  const pairs = neighbours
    .filter((p) => p.node === node && p.live)
    .map(({ sets: [a, b] }) => (a === b ? `two of ${name(a)}` : `${name(a)} beside ${name(b)}`));
  if (pairs.length === 0) return [];
  return [
    finding({
      rule: "overflow/one-at-a-time",
      path: `${path}.oneAtATime`,
      subject: `node ${overflow.node}`,
      have: 2,
      limit: 1,
      unit: "runners",
      message: `Node ${overflow.node} takes one runner at a time, but by their requests the scheduler can put two there: ${listNames(pairs)}.`,
      remedy: "Request more than half of what the node has free, or lower the maxima to 1 in all.",
    }),
  ];
}
