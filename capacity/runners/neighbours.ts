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
  const maxima = Float64Array.from(landing, (s) => (sets[s] as SurveyedSet).set.maxRunners);
  const tenants = landing.map((): Tenant => ({ live: 0, beside: false, twice: false }));
  const shown: (readonly [number, number])[] = [];
  let live = 0;
  tenants.forEach((mine, i) => {
    const most = maxima[i] as number;
    mine.twice = fits(i, i);
    if (mine.twice && most > 1) {
      live++;
      mine.live++;
      if (shown.length < SHOWN) shown.push([landing[i] as number, landing[i] as number]);
    }
    for (let k = i + 1; k < tenants.length; k++) {
      if (!fits(i, k)) continue;
      const theirs = tenants[k] as Tenant;
      const others = maxima[k] as number;
      if (others > 0) mine.beside = true;
      if (most > 0) theirs.beside = true;
      if (most === 0 || others === 0) continue;
      live++;
      mine.live++;
      theirs.live++;
      if (shown.length < SHOWN) shown.push([landing[i] as number, landing[k] as number]);
    }
  });
  return { node, live, shown, tenants: new Map(landing.map((s, i) => [s, tenants[i] as Tenant])) };
}

/** Columns of a pod's request: cpu, memory, ephemeral storage, pods. */
const COLUMNS = 4;
/** A runner has one pod or two. */
const MOST_PODS = 2;

/**
 * Tells whether some pod of one scale set and some pod of another, given by their places in `landing`, fit
 * on the node at once; what is not requested always fits.
 */
function pairTest(
  node: SurveyedNode,
  sets: readonly SurveyedSet[],
  landing: readonly number[],
): (one: number, other: number) => boolean {
  const [cpu, memory, storage, seats] = freeOf(node);
  const counts = new Uint8Array(landing.length);
  const figures = new Float64Array(landing.length * MOST_PODS * COLUMNS);
  landing.forEach((s, i) => {
    const pods = sets[s]?.envelope.pods ?? [];
    counts[i] = pods.length;
    pods.forEach((pod, p) => {
      figures.set([pod.cpu, pod.memory, pod.ephemeralStorage, pod.pods], (i * MOST_PODS + p) * COLUMNS);
    });
  });
  // Column by column, without a loop: millions of pairs are asked for on a large fleet.
  const together = (a: number, b: number): boolean => {
    const ofCpu = (figures[a] as number) + (figures[b] as number);
    if (ofCpu > cpu && ofCpu > 0) return false;
    const ofMemory = (figures[a + 1] as number) + (figures[b + 1] as number);
    if (ofMemory > memory && ofMemory > 0) return false;
    const ofStorage = (figures[a + 2] as number) + (figures[b + 2] as number);
    if (ofStorage > storage && ofStorage > 0) return false;
    return (figures[a + 3] as number) + (figures[b + 3] as number) <= seats;
  };
  return (one, other) => {
    const [mine, theirs] = [counts[one] as number, counts[other] as number];
    for (let p = 0; p < mine; p++)
      for (let q = 0; q < theirs; q++)
        if (together((one * MOST_PODS + p) * COLUMNS, (other * MOST_PODS + q) * COLUMNS)) return true;
    return false;
  };
}

function freeOf({ node: { allocatable, running } }: SurveyedNode): [number, number, number, number] {
  return [
    (allocatable.cpu ?? 0) - (running?.cpu ?? 0),
    (allocatable.memory ?? 0) - (running?.memory ?? 0),
    (allocatable.ephemeralStorage ?? 0) - (running?.ephemeralStorage ?? 0),
    (allocatable.pods ?? 0) - (running?.pods ?? 0),
  ];
}

/** The largest maximum of a scale set that keeps runners apart on a node; undefined if any does, -1 if none. */
export function mostApart({ live, tenants }: Neighbours, s: number): number | undefined {
  const own = tenants.get(s);
  if (live > (own?.live ?? 0)) return -1;
  if (own?.beside) return 0;
  return own?.twice ? 1 : undefined;
}
