import { compareText } from "../../model/finding.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "./survey.ts";

/**
 * Scale sets of which the scheduler could put runners on a one-at-a-time node side by side, by their
 * requests. Nothing in Kubernetes keeps them apart but requests. A pair is live if the declared maxima let
 * both be there at once; a scale set is a pair with itself if two of its own fit.
 */
export interface Neighbours {
  readonly node: number;
  /** Number of live pairs. */
  readonly live: number;
  /** The first live pairs in declaration order, indices of scale sets; no more than `SHOWN`. */
  readonly shown: readonly (readonly [number, number])[];
  /** By scale set that may land here. */
  readonly tenants: ReadonlyMap<number, Tenant>;
}

interface Tenant {
  /** Live pairs that it is in. */
  live: number;
  /** True if a runner of another active scale set fits beside one of its own. */
  beside: boolean;
  /** True if two of its own fit. */
  twice: boolean;
}

/** Pairs beyond these are only counted. */
const SHOWN = 5;

/** What may meet on each one-at-a-time node whose record is complete; nodes by name. */
export function findNeighbours(survey: Survey): Neighbours[] {
  const landing = new Map<number, number[]>();
  survey.sets.forEach(({ known, envelope }, s) => {
    if (!envelope.pods) return;
    for (const n of known) {
      if (!(survey.nodes[n] as SurveyedNode).oneAtATime) continue;
      const list = landing.get(n);
      if (list) list.push(s);
      else landing.set(n, [s]);
    }
  });
  const name = (n: number) => (survey.nodes[n] as SurveyedNode).node.name;
  return [...landing]
    .sort(([a], [b]) => compareText(name(a), name(b)) || a - b)
    .map(([node, sets]) => neighboursOn(survey, node, sets));
}

function neighboursOn({ sets, nodes }: Survey, node: number, landing: readonly number[]): Neighbours {
  const fits = pairTest(nodes[node] as SurveyedNode, sets, landing);
  const tenants = new Map(landing.map((s) => [s, { live: 0, beside: false, twice: false }]));
  const shown: (readonly [number, number])[] = [];
  let live = 0;
  landing.forEach((s, i) => {
    const a = sets[s] as SurveyedSet;
    const mine = tenants.get(s) as Tenant;
    for (let k = i; k < landing.length; k++) {
      if (!fits(i, k)) continue;
      const t = landing[k] as number;
      const b = sets[t] as SurveyedSet;
      const theirs = tenants.get(t) as Tenant;
      if (s === t) mine.twice = true;
      else {
        mine.beside ||= b.active;
        theirs.beside ||= a.active;
      }
      if (!(s === t ? a.set.maxRunners > 1 : a.active && b.active)) continue;
      live++;
      mine.live++;
      if (s !== t) theirs.live++;
      if (shown.length < SHOWN) shown.push([s, t]);
    }
  });
  return { node, live, shown, tenants };
}

/** Columns of a pod's request: cpu, memory, ephemeral storage, pods. */
const COLUMNS = 4;
/** A runner has one pod or two. */
const MOST_PODS = 2;

/**
 * Tells whether some pod of one scale set and some pod of another, given by their places in `landing`, fit
 * on the node at once; what is not requested always fits. Millions of pairs are asked for on a large fleet,
 * so the figures stand in one array.
 */
function pairTest(
  node: SurveyedNode,
  sets: readonly SurveyedSet[],
  landing: readonly number[],
): (one: number, other: number) => boolean {
  const free = freeOf(node);
  const counts = new Uint8Array(landing.length);
  const figures = new Float64Array(landing.length * MOST_PODS * COLUMNS);
  landing.forEach((s, i) => {
    const pods = sets[s]?.envelope.pods ?? [];
    counts[i] = pods.length;
    pods.forEach(({ cpu, memory, ephemeralStorage, pods: seats }, p) => {
      figures.set([cpu, memory, ephemeralStorage, seats], (i * MOST_PODS + p) * COLUMNS);
    });
  });
  const together = (a: number, b: number): boolean => {
    for (let d = 0; d < COLUMNS; d++) {
      const asked = (figures[a + d] as number) + (figures[b + d] as number);
      if (asked > 0 && asked > (free[d] as number)) return false;
    }
    return true;
  };
  return (one, other) => {
    for (let p = 0; p < (counts[one] as number); p++)
      for (let q = 0; q < (counts[other] as number); q++)
        if (together((one * MOST_PODS + p) * COLUMNS, (other * MOST_PODS + q) * COLUMNS)) return true;
    return false;
  };
}

function freeOf({ node: { allocatable, running } }: SurveyedNode): Float64Array {
  return Float64Array.of(
    (allocatable.cpu ?? 0) - (running?.cpu ?? 0),
    (allocatable.memory ?? 0) - (running?.memory ?? 0),
    (allocatable.ephemeralStorage ?? 0) - (running?.ephemeralStorage ?? 0),
    (allocatable.pods ?? 0) - (running?.pods ?? 0),
  );
}

/** The largest maximum of a scale set that keeps runners apart on a node; undefined if any does, -1 if none. */
export function mostApart({ live, tenants }: Neighbours, s: number): number | undefined {
  const own = tenants.get(s);
  if (live > (own?.live ?? 0)) return -1;
  if (own?.beside) return 0;
  return own?.twice ? 1 : undefined;
}
