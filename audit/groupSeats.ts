import type { Placement } from "../capacity/capacity.ts";
import { judgeRunners } from "../capacity/runners/runners.ts";
import type { Fleet } from "../model/fleet.ts";
import { type Candidate, type JobGroup, jobGroups } from "./jobGroups.ts";

/** A scale set that jobs may be offered to. `name` is the one that it registers with. */
export interface Offered extends Candidate {
  /** How it is called in the live fleet: another scope of its cluster may have the same name. */
  readonly shown: string;
  readonly runnerGroup: string;
  /** False: its cluster was not read, and this is what the fleet declares. */
  readonly known: boolean;
}

/** Scale sets that share jobs: their maximum, and what of it the nodes seat. */
export interface OfferedGroup {
  readonly scope: string;
  readonly asks: readonly (readonly string[])[];
  readonly isCapability: boolean;
  readonly scaleSets: readonly {
    readonly context: string;
    readonly name: string;
    readonly maximum: number | null;
    readonly known: boolean;
  }[];
  readonly contexts: readonly string[];
  /** A job goes only to those that admit its repository. */
  readonly runnerGroups: readonly string[];
  /** Sum of the maxima; null if one of them is not stated or not known. */
  readonly maximum: number | null;
  /** Runners of the group that have a seat at once while every other scale set is idle; null if that is not proven. */
  readonly seats: number | null;
  /** Wider scopes whose scale sets may take the same jobs, if their runner group admits the repository. */
  readonly alsoServedBy: readonly string[];
}

export interface Offers {
  readonly groups: readonly OfferedGroup[];
  readonly cut: readonly string[];
}

export interface SeatQuestion {
  readonly fleet: Fleet;
  /** Where all scale sets together have their seats. */
  readonly placement: Placement;
  /** Clusters that the placement is about: of others nothing is proven. */
  readonly judged: readonly string[];
  readonly today: string;
}

/** Each costs a judgement of its own where not everything fits at once. */
const MOST_JUDGEMENTS = 60;

export function offers(candidates: readonly Offered[], question: SeatQuestion): Offers {
  const { groups, cut } = jobGroups(candidates);
  const judged = new Set(question.judged);
  let judgements = 0;
  return {
    cut,
    groups: groups.map((group): OfferedGroup => {
      const { members, scope, asks, isCapability } = group;
      const maxima = members.map((m) => (m.known ? (m.maximum ?? null) : null));
      const maximum = maxima.reduce((sum, m) => (sum === null || m === null ? null : sum + m), 0);
      const isPlaced = question.placement.verdict === "placed";
      let seats: number | null = null;
      if (maximum !== null && members.every((m) => judged.has(m.context))) {
        if (isPlaced) seats = maximum;
        else if (judgements++ < MOST_JUDGEMENTS) seats = seatsAlone(group, question);
      }
      return {
        scope,
        asks,
        isCapability,
        scaleSets: members.map(({ context, shown: name, known, maximum: most }) => {
          return { context, name, known, maximum: most ?? null };
        }),
        contexts: [...new Set(members.map((m) => m.context))],
        runnerGroups: runnerGroupsOf(members),
        maximum,
        seats,
        alsoServedBy: widerScopes(group, candidates),
      };
    }),
  };
}

/** GitHub compares their names without case. */
export function runnerGroupsOf(sets: readonly { readonly runnerGroup: string }[]): string[] {
  return [
    ...new Map(sets.map(({ runnerGroup }) => [runnerGroup.toLowerCase(), runnerGroup])).values(),
  ].sort();
}

/** The organisation of a repository, and enterprises of the same server, where a scale set has what some ask names. */
function widerScopes({ scope, asks }: JobGroup<Offered>, candidates: readonly Offered[]): string[] {
  const parts = scope.toLowerCase().split("/");
  // No owner has a dot in its name, and every server has.
  const server = parts[0]?.includes(".") ? `${parts[0]}/` : "";
  const owner = parts.slice(0, -1).join("/");
  const isWider = (other: string) =>
    other !== scope.toLowerCase() && (other === owner || other.startsWith(`${server}enterprises/`));
  const takes = ({ labels, name }: Offered) => {
    const own = new Set([...labels, name].map((label) => label.toLowerCase()));
    return asks.some((ask) => ask.every((label) => own.has(label.toLowerCase())));
  };
  const wider = candidates.filter((c) => isWider(c.scope.toLowerCase()) && takes(c));
  return [...new Map(wider.map((c) => [c.scope.toLowerCase(), c.scope])).values()].sort();
}

/** The group by itself: a seat that another scale set may take meanwhile counts. */
function seatsAlone({ members }: JobGroup<Offered>, { fleet, today }: SeatQuestion): number | null {
  const own = new Set(members.map((m) => `${m.context} ${m.shown}`));
  const scaleSets = fleet.scaleSets.filter((s) => own.has(`${s.cluster} ${s.name}`));
  if (scaleSets.length < members.length) return null;
  const { placement } = judgeRunners({ ...fleet, scaleSets }, { today });
  if (placement.verdict === "undecided") return null;
  return placement.asked - placement.unseated.reduce((sum, s) => sum + s.runners, 0);
}
