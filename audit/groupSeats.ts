import type { Placement } from "../capacity/capacity.ts";
import { judgeRunners } from "../capacity/runners/runners.ts";
import type { Fleet } from "../model/fleet.ts";
import { type Candidate, type JobGroup, jobGroups } from "./jobGroups.ts";

/** A scale set that jobs may be offered to. */
export interface Offered extends Candidate {
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
  /** Sum of the maxima; null if one of them is not stated or not known. */
  readonly maximum: number | null;
  /** Runners of the group that have a seat at once while every other scale set is idle; null if that is not proven. */
  readonly seats: number | null;
  /** A wider scope whose scale sets may take the same jobs, if their runner group admits the repository. */
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
  readonly today: string;
}

/** Each costs a judgement of its own where not everything fits at once. */
const MOST_JUDGEMENTS = 60;

export function offers(candidates: readonly Offered[], question: SeatQuestion): Offers {
  const { groups, cut } = jobGroups(candidates);
  const scopes = new Map(candidates.map((c) => [c.scope.toLowerCase(), c.scope]));
  let judgements = 0;
  return {
    cut,
    groups: groups.map((group): OfferedGroup => {
      const { members, scope, asks, isCapability } = group;
      const maxima = members.map((m) => (m.known ? (m.maximum ?? null) : null));
      const maximum = maxima.reduce((sum, m) => (sum === null || m === null ? null : sum + m), 0);
      const isPlaced = question.placement.verdict === "placed";
      let seats: number | null = null;
      if (maximum !== null) {
        if (isPlaced) seats = maximum;
        else if (judgements++ < MOST_JUDGEMENTS) seats = seatsAlone(group, question);
      }
      const owner = scope.split("/").slice(0, -1).join("/").toLowerCase();
      const wider = scopes.get(owner);
      return {
        scope,
        asks,
        isCapability,
        scaleSets: members.map(({ context, name, known, maximum: most }) => {
          return { context, name, known, maximum: most ?? null };
        }),
        contexts: [...new Set(members.map((m) => m.context))],
        maximum,
        seats,
        alsoServedBy: wider === undefined ? [] : [wider],
      };
    }),
  };
}

/** The group by itself: a seat that another scale set may take meanwhile counts. */
function seatsAlone({ members }: JobGroup<Offered>, { fleet, today }: SeatQuestion): number | null {
  const own = new Set(members.map((m) => `${m.context} ${m.name}`));
  const scaleSets = fleet.scaleSets.filter((s) => own.has(`${s.cluster} ${s.name}`));
  if (scaleSets.length < members.length) return null;
  const { placement } = judgeRunners({ ...fleet, scaleSets }, { today });
  if (placement.verdict === "undecided") return null;
  return placement.asked - placement.unseated.reduce((sum, s) => sum + s.runners, 0);
}
