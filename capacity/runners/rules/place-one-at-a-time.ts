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
  const here = neighbours.find((n) => n.node === node);
  if (!here || here.live === 0) return [];
  const pairs = here.shown.map(([a, b]) => (a === b ? `two of ${name(a)}` : `${name(a)} beside ${name(b)}`));
  const more = here.live - pairs.length;
  const listed = more > 0 ? `${pairs.join(", ")} and ${more} more` : listNames(pairs);
  return [
    finding({
      rule: "overflow/one-at-a-time",
      path: `${path}.oneAtATime`,
      subject: `node ${overflow.node}`,
      have: 2,
      limit: 1,
      unit: "runners",
      message: `Node ${overflow.node} takes one runner at a time, but by their requests the scheduler can put two there: ${listed}.`,
      remedy: `Request more than half of what the node has free, or ${otherWay(here)}.`,
    }),
  ];
}

/** Never a maximum of 0: of several scale sets only one can stay. */
function otherWay({ shown, live }: Neighbours): string {
  const sets = new Set(shown.flat());
  if (sets.size === 1 && live === shown.length) return "lower the maximum to 1";
  return "let one scale set alone land there, with a maximum of 1";
}
