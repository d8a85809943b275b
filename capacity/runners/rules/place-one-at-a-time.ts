import { type Finding, finding } from "../../../model/finding.ts";
import { listNames } from "../../host/names.ts";
import type { PodDemand } from "../envelope.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "../survey.ts";

/**
 * Scale sets with a runner that the scheduler could put on a node beside one of `set`, by requests; the set
 * itself if two of its own fit. Nothing in Kubernetes keeps runners apart but their requests.
 */
export function neighboursOnOneAtATime(survey: Survey, node: number, set: number): number[] {
  const mine = survey.sets[set] as SurveyedSet;
  const surveyed = survey.nodes[node] as SurveyedNode;
  if (!mine.envelope.pods || surveyed.missing.length > 0) return [];
  const own = mine.envelope.pods;
  return [...survey.sets.keys()].filter((s) => {
    const other = survey.sets[s] as SurveyedSet;
    if (s !== set && (!other.active || !other.eligible.includes(node))) return false;
    return other.envelope.pods?.some((b) => own.some((a) => fitTogether(surveyed, a, b))) ?? false;
  });
}

function fitTogether({ node: { allocatable, running } }: SurveyedNode, a: PodDemand, b: PodDemand): boolean {
  const fits = (have: number | undefined, used: number | undefined, need: number) =>
    need <= (have ?? 0) - (used ?? 0);
  return (
    fits(allocatable.cpu, running?.cpu, a.cpu + b.cpu) &&
    fits(allocatable.memory, running?.memory, a.memory + b.memory) &&
    (a.ephemeralStorage + b.ephemeralStorage === 0 ||
      fits(
        allocatable.ephemeralStorage,
        running?.ephemeralStorage,
        a.ephemeralStorage + b.ephemeralStorage,
      )) &&
    fits(allocatable.pods, running?.pods, a.pods + b.pods)
  );
}

/** On a one-at-a-time node the requests are so large that the scheduler cannot put two runners there. */
export function placeOneAtATime(survey: Survey, { overflow, path, node, tenants }: OverflowCase): Finding[] {
  if (!overflow.oneAtATime) return [];
  const pairs = tenants.flatMap((s) => {
    const { set, eligible } = survey.sets[s] as SurveyedSet;
    if (!eligible.includes(node)) return [];
    return neighboursOnOneAtATime(survey, node, s)
      .filter((t) => t > s || (t === s && set.maxRunners > 1))
      .map((t) =>
        t === s ? `two of ${set.name}` : `${set.name} beside ${(survey.sets[t] as SurveyedSet).set.name}`,
      );
  });
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
