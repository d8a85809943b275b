import { type Finding, sortFindings } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { JudgeOptions } from "../capacity.ts";
import { type BoundMaximum, boundMaxima, intervals } from "../runners/maxima.ts";
import type { Interval } from "../runners/placement/largest.ts";
import { total } from "../runners/placement/problem.ts";
import { judgeStudy } from "../runners/runners.ts";
import type { Scenario } from "../runners/scenario.ts";
import { type Study, studyRunners } from "../runners/study.ts";
import type { Survey, SurveyedSet } from "../runners/survey.ts";
import { emptyScenario, emptyStudy, emptySurvey } from "./alone.ts";
import { type Combinations, combinationsOf } from "./combinations.ts";
import { type Reach, reachOf, tightest } from "./reach.ts";
import { type Stop, shortageAt } from "./stop.ts";

/** The largest `maxRunners` of one scale set. */
export interface MaximumAnswer {
  readonly cluster: string;
  readonly scaleSet: string;
  readonly declared: number;
  /** With no runner of another scale set there. */
  readonly alone: BothReaches;
  /** With all others at their declared maxima. */
  readonly beside: BothReaches;
  /** What stops one more beside the others. */
  readonly stops: { readonly capacity: Stop | null; readonly policy: readonly Stop[] };
  /** Nodes that admit its runners but whose record lacks figures: they are not counted on. */
  readonly notCounted: readonly string[];
}

export interface BothReaches {
  /** By requests alone, as the scheduler places: no ceiling, budget, memory limit or overflow node's gate. */
  readonly capacity: Reach;
  /** By every rule that depends on a maximum. */
  readonly policy: Reach;
}

export interface MaxRunnersAnswer {
  /** In declaration order. */
  readonly scaleSets: readonly MaximumAnswer[];
  /** Several at once, the scale sets that are not asked about as declared. */
  readonly together: { readonly capacity: readonly Combinations[]; readonly policy: readonly Combinations[] };
  /** What of the fleet as declared is refused and depends on a maximum. */
  readonly findings: readonly Finding[];
  /** True if every figure and every list of combinations is exact; else they are bounds that say so. */
  readonly exact: boolean;
}

/** Refusals that a maximum may cause or repair. */
export const MAXIMUM_RULES: ReadonlySet<string> = new Set([
  "runners/label-ceiling",
  "runners/new-owner-maximum",
  "runners/unplaceable",
  "runners/limits-exceed-node",
  "runners/unproven",
  "runners/no-eligible-node",
  "runners/missing-figure",
  "overflow/rollback",
  "overflow/one-at-a-time",
  "overflow/imagefs",
]);

/**
 * The largest maxima of some scale sets, each by itself and several together. Pure; `chosen` are indices of
 * the fleet's scale sets, `together` those of them that are combined: the active ones by default.
 */
export function askMaxRunners(
  fleet: Fleet,
  chosen: readonly number[],
  options: JudgeOptions,
  together?: readonly number[],
): MaxRunnersAnswer {
  const study = studyRunners(fleet, options);
  const plain = plainStudy(study, options);
  const empty = emptyStudy(study);
  const capacity = {
    beside: intervals(plain.survey, plain.requests),
    alone: intervals(emptySurvey(plain.survey), emptyScenario(plain.requests)),
  };
  const policy = { beside: boundMaxima(study), alone: boundMaxima(empty) };
  const scaleSets = chosen.map((s): MaximumAnswer => {
    const { set, eligible, known } = study.survey.sets[s] as SurveyedSet;
    const beside = capacity.beside[s] ?? UNSETTLED;
    const bound = policy.beside[s] as BoundMaximum;
    return {
      cluster: set.cluster,
      scaleSet: set.name,
      declared: set.maxRunners,
      alone: {
        capacity: reachOf(capacity.alone[s] ?? UNSETTLED),
        policy: reachOf(passing(policy.alone[s] as BoundMaximum)),
      },
      beside: { capacity: reachOf(beside), policy: reachOf(passing(bound)) },
      stops: {
        capacity: capacityStop(plain.survey, plain.requests, s, beside),
        policy: policyStops(study, s, bound),
      },
      notCounted: notCounted(eligible, known).map((n) => study.survey.nodes[n]?.node.name ?? ""),
    };
  });
  const combined = together ?? chosen.filter((s) => study.survey.sets[s]?.active);
  const combinations = combinationsOf(study, plain, combined);
  const reaches = scaleSets.flatMap(({ alone, beside }) => [alone, beside]);
  return {
    scaleSets,
    together: combinations,
    findings: sortFindings(
      judgeStudy(study).findings.filter((f) => f.severity === "refuse" && MAXIMUM_RULES.has(f.rule)),
    ),
    exact:
      reaches.every((r) => r.capacity.exact && r.policy.exact) &&
      [...combinations.capacity, ...combinations.policy].every((c) => c.complete),
  };
}

/** Nodes that admit a scale set but are not counted on. */
export function notCounted(eligible: readonly number[], known: readonly number[]): number[] {
  if (eligible.length === known.length) return [];
  const counted = new Set(known);
  return eligible.filter((n) => !counted.has(n));
}

/** Figures of the runner are missing: nothing can be said for any number, nor against one. */
const UNSETTLED = { fits: -1, exceeds: Number.POSITIVE_INFINITY };

/** The same fleet without overflow nodes of the policy, which the scheduler knows nothing of. */
export function plainStudy(study: Study, options: JudgeOptions): Study {
  const { fleet } = study.survey;
  if (fleet.policy.overflow.length === 0) return study;
  return studyRunners({ ...fleet, policy: { ...fleet.policy, overflow: [] } }, options);
}

function passing({ all }: BoundMaximum) {
  return all ? tightest(all.map((l) => l.interval)) : UNSETTLED;
}

const OTHERS = "the others as declared have no seats that leave any";

function capacityStop(
  survey: Survey,
  scenario: Scenario,
  s: number,
  { fits, exceeds }: Interval,
): Stop | null {
  const stop = { by: "capacity" as const, oneMore: "" };
  const { missing } = (survey.sets[s] as SurveyedSet).envelope;
  if (missing.length > 0)
    return { ...stop, by: "record", text: "figures of the runner are missing", shortage: null };
  if (exceeds <= 0) return { ...stop, text: OTHERS, shortage: null };
  const shortage = shortageAt(survey, scenario, s, fits);
  return shortage ? { ...stop, text: "", shortage } : null;
}

function policyStops(study: Study, s: number, { all, budget }: BoundMaximum): Stop[] {
  const { survey } = study;
  if (!all) return [{ by: "record", text: "figures of the runner are missing", shortage: null, oneMore: "" }];
  const exceeds = Math.min(...all.map((l) => l.interval.exceeds));
  if (!Number.isFinite(exceeds)) return [];
  // A rollback is only looked at below what the rest allows, so that it binds only if it is below that.
  const others = Math.min(...all.filter((l) => l.kind !== "rollback").map((l) => l.interval.exceeds));
  const binding = all.filter(
    (l) => l.interval.exceeds === exceeds && (l.kind !== "rollback" || exceeds < others),
  );
  const byRequests = binding.some((l) => l.kind === "requests");
  // What the requests stop, the limits stop too: the second would only repeat it.
  return binding
    .filter((l) => !(byRequests && l.kind === "limits"))
    .map((limit): Stop => {
      const { kind, interval } = limit;
      const byPlacement = kind === "requests" || kind === "limits" || kind === "rollback";
      if (byPlacement && exceeds <= 0) return { by: kind, text: OTHERS, shortage: null, oneMore: "" };
      const placed = kind === "requests" ? study.requests : kind === "limits" ? study.limits : undefined;
      const shortage = placed && shortageAt(survey, placed, s, interval.fits);
      if (shortage) return { by: kind, text: "", shortage, oneMore: "" };
      const { set } = survey.sets[s] as SurveyedSet;
      const oneMore = {
        "label ceiling": `a ceiling of ${ceilingFor(survey, set, exceeds)}`,
        budget: `a budget of ${budget.interval.exceeds} for ${set.name} in policy.ownerBudgets`,
        "one at a time": "requests of more than half of what the node has free",
        "image file system": "more room there, and a new audit",
        requests: "",
        limits: "",
        rollback: "",
      }[kind];
      return { by: kind, text: limit.text(), shortage: null, oneMore };
    });
}

/** The ceiling that one more than the bound needs: of the tightest label. */
function ceilingFor(survey: Survey, set: SurveyedSet["set"], exceeds: number): string {
  const tight = survey.fleet.policy.labels.flatMap(({ label, ceiling }) => {
    if (!set.labels.includes(label)) return [];
    const sum = total(
      survey.sets.filter((o) => o.set !== set && o.set.labels.includes(label)).map((o) => o.set.maxRunners),
    );
    return sum + exceeds > ceiling ? [`${sum + exceeds} for label ${label}`] : [];
  });
  return tight.join(" and ");
}
