import { compareText } from "../../model/finding.ts";
import type { PodDemand } from "./envelope.ts";
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
  const free = freeOf(nodes[node] as SurveyedNode);
  const tenants = new Map(landing.map((s) => [s, { live: 0, beside: false, twice: false }]));
  const shown: (readonly [number, number])[] = [];
  let live = 0;
  landing.forEach((s, i) => {
    const a = sets[s] as SurveyedSet;
    const mine = tenants.get(s) as Tenant;
    for (let k = i; k < landing.length; k++) {
      const t = landing[k] as number;
      const b = sets[t] as SurveyedSet;
      if (!fitTogether(free, a.envelope.pods ?? [], b.envelope.pods ?? [])) continue;
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

type Free = Pick<PodDemand, "cpu" | "memory" | "ephemeralStorage" | "pods">;

function freeOf({ node: { allocatable, running } }: SurveyedNode): Free {
  return {
    cpu: (allocatable.cpu ?? 0) - (running?.cpu ?? 0),
    memory: (allocatable.memory ?? 0) - (running?.memory ?? 0),
    ephemeralStorage: (allocatable.ephemeralStorage ?? 0) - (running?.ephemeralStorage ?? 0),
    pods: (allocatable.pods ?? 0) - (running?.pods ?? 0),
  };
}

/** True if some pod of the one and some pod of the other fit at once; what is not requested always fits. */
function fitTogether(free: Free, one: readonly PodDemand[], other: readonly PodDemand[]): boolean {
  for (const a of one) {
    for (const b of other) {
      const cpu = a.cpu + b.cpu;
      const memory = a.memory + b.memory;
      const storage = a.ephemeralStorage + b.ephemeralStorage;
      if (
        (cpu === 0 || cpu <= free.cpu) &&
        (memory === 0 || memory <= free.memory) &&
        (storage === 0 || storage <= free.ephemeralStorage) &&
        a.pods + b.pods <= free.pods
      )
        return true;
    }
  }
  return false;
}

/** The largest maximum of a scale set that keeps runners apart on a node; undefined if any does, -1 if none. */
export function mostApart({ live, tenants }: Neighbours, s: number): number | undefined {
  const own = tenants.get(s);
  if (live > (own?.live ?? 0)) return -1;
  if (own?.beside) return 0;
  return own?.twice ? 1 : undefined;
}
