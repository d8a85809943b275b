import { compareText } from "../../model/finding.ts";
import type { PodDemand } from "./envelope.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "./survey.ts";

/**
 * Two scale sets of which the scheduler could put runners on a one-at-a-time node side by side, by their
 * requests; the same one twice if two of its own fit. Nothing in Kubernetes keeps them apart but requests.
 */
export interface Neighbours {
  readonly node: number;
  /** Indices of the scale sets, in ascending order. */
  readonly sets: readonly [number, number];
  /** True if the declared maxima let both be there at once. */
  readonly live: boolean;
}

/** All pairs on all one-at-a-time nodes whose record is complete; nodes by name. */
export function findNeighbours({ sets, nodes }: Survey): Neighbours[] {
  const tenants = new Map<number, number[]>();
  sets.forEach(({ known, envelope }, s) => {
    if (!envelope.pods) return;
    for (const n of known) {
      if (!(nodes[n] as SurveyedNode).oneAtATime) continue;
      const list = tenants.get(n);
      if (list) list.push(s);
      else tenants.set(n, [s]);
    }
  });
  const name = (n: number) => (nodes[n] as SurveyedNode).node.name;
  return [...tenants]
    .sort(([a], [b]) => compareText(name(a), name(b)) || a - b)
    .flatMap(([node, there]) =>
      there.flatMap((s, i) =>
        there.slice(i).flatMap((t): Neighbours[] => {
          const [a, b] = [sets[s] as SurveyedSet, sets[t] as SurveyedSet];
          const fit = a.envelope.pods?.some((x) =>
            b.envelope.pods?.some((y) => fitTogether(nodes[node] as SurveyedNode, x, y)),
          );
          const live = s === t ? a.set.maxRunners > 1 : a.active && b.active;
          return fit ? [{ node, sets: [s, t], live }] : [];
        }),
      ),
    );
}

function fitTogether({ node: { allocatable, running } }: SurveyedNode, a: PodDemand, b: PodDemand): boolean {
  const fits = (figure: "cpu" | "memory" | "ephemeralStorage" | "pods") => {
    const need = a[figure] + b[figure];
    return need === 0 || need <= (allocatable[figure] ?? 0) - (running?.[figure] ?? 0);
  };
  return fits("cpu") && fits("memory") && fits("ephemeralStorage") && fits("pods");
}

/** The largest maximum of a scale set that keeps runners apart on a node; undefined if any does, -1 if none. */
export function mostApart(
  neighbours: readonly Neighbours[],
  { sets }: Survey,
  s: number,
): number | undefined {
  if (neighbours.some((p) => p.live && !p.sets.includes(s))) return -1;
  const own = neighbours.filter((p) => p.sets.includes(s));
  const beside = own.some(({ sets: [a, b] }) => a !== b && sets[a === s ? b : a]?.active === true);
  if (beside) return 0;
  return own.some(({ sets: [a, b] }) => a === b) ? 1 : undefined;
}
