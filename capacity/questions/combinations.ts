import { DIMENSIONS, total } from "../runners/placement/problem.ts";
import { solve } from "../runners/placement/solve.ts";
import type { Study } from "../runners/study.ts";
import type { Survey, SurveyedSet } from "../runners/survey.ts";
import { freeAfter } from "./alone.ts";
import { front } from "./frontier.ts";
import {
  byCapacity,
  byPolicy,
  type Column,
  type ContestRegion,
  columnsOf,
  contests,
  placementsOf,
  type Rules,
  regionOf,
} from "./region.ts";
import { shortageOf } from "./shortage.ts";
import type { Stop } from "./stop.ts";

/** The maxima that some scale sets which compete can have at once. */
export interface Combinations {
  readonly columns: readonly CombinationColumn[];
  /**
   * None can be raised without lowering another. Each is proven to fit; with `complete` these are all, else
   * some, and no combination is above the columns' `atMost`.
   */
  readonly combinations: readonly Combination[];
  readonly complete: boolean;
  /** Why there is none; empty if there are some. */
  readonly none: string;
  /** Scale sets of which leaving out any one makes room for a runner of each other. */
  readonly leaveOut: readonly string[];
}

/** Scale sets that nothing tells apart; a combination has one figure for their sum, which may be split as one likes. */
export interface CombinationColumn {
  readonly scaleSets: readonly string[];
  readonly declared: number;
  readonly least: number;
  /** No combination has more; null if nothing stands against any number. */
  readonly atMost: number | null;
}

export interface Combination {
  /** By column. */
  readonly maxima: readonly number[];
  readonly runners: number;
  /** By column: what stops one more there; null if that is not told, as there are many. */
  readonly stops: readonly (Stop | null)[];
}

/** Combinations of which it is told what stops them, and operations for one of them. */
const EXPLAINED = 30;
const OPERATIONS = 2_000_000;
const MOST_LINKS = 2_000;

/** The combinations of the chosen scale sets, by contest, by capacity alone and by policy. */
export function combinationsOf(study: Study, plain: Study, chosen: readonly number[]) {
  const columns = columnsOf(study, plain, chosen);
  const ask = (rules: Rules) => contests(rules, columns).map((contest) => combine(rules, contest, chosen));
  return { capacity: ask(byCapacity(plain)), policy: ask(byPolicy(study)) };
}

function combine(rules: Rules, contest: readonly Column[], chosen: readonly number[]): Combinations {
  const { survey } = rules.study;
  const region = regionOf(rules, contest, chosen);
  const { points, complete } = front(region);
  const columns = contest.map(
    (column, i): CombinationColumn => ({
      scaleSets: column.sets.map((s) => nameOf(survey, s)),
      declared: column.declared,
      least: column.least,
      atMost: complete ? Math.max(0, ...points.map((p) => p[i] as number)) : bounded(region, i),
    }),
  );
  const combinations = points.map(
    (maxima, p): Combination => ({
      maxima,
      runners: total(maxima),
      stops: p < EXPLAINED ? stopsAt(rules, contest, region, maxima) : maxima.map(() => null),
    }),
  );
  if (points.length > 0) return { columns, combinations, complete, none: "", leaveOut: [] };
  const { none, proven, leaveOut } = emptiness(rules, contest, region);
  return { columns, combinations, complete: proven, none, leaveOut };
}

function nameOf(survey: Survey, s: number): string {
  const { cluster, name } = (survey.sets[s] as SurveyedSet).set;
  return `${cluster}/${name}`;
}

/** With every other column at its least, the largest count that is not proven to be too many. */
function bounded({ least, most, decide, affordable }: ContestRegion, i: number): number | null {
  let [open, exceeds] = [least[i] as number, (most[i] as number) + 1];
  while (exceeds - open > 1 && affordable(0)) {
    const middle = Math.floor((open + exceeds) / 2);
    if (decide(least.with(i, middle)) === "impossible") exceeds = middle;
    else open = middle;
  }
  return Number.isFinite(exceeds) ? exceeds - 1 : null;
}

/** Why not even a runner of each fits, and which scale set could be left out. */
function emptiness(rules: Rules, contest: readonly Column[], region: ContestRegion) {
  const { survey } = rules.study;
  const { least, decide, broken } = region;
  const verdict = decide(least);
  const nobody = decide(contest.map(() => 0));
  const bounds = broken(least).map((b) => b.text);
  const none =
    verdict !== "impossible"
      ? "it is not settled whether a runner of each fits at once: the fleet is too large"
      : nobody === "impossible"
        ? `the scale sets that are not asked about do not fit by themselves${told(broken(contest.map(() => 0)).map((b) => b.text))}`
        : `not even a runner of each passes at once${told(bounds)}`;
  const leaveOut = contest.flatMap(({ sets, least: all }, i) => {
    if (verdict !== "impossible" || nobody === "impossible") return [];
    return sets.filter((s) => {
      const own = Math.max(1, (survey.sets[s] as SurveyedSet).set.minRunners);
      return decide(least.with(i, all - own)) === "placed";
    });
  });
  return { none, proven: verdict === "impossible", leaveOut: leaveOut.map((s) => nameOf(survey, s)) };
}

function told(reasons: readonly string[]): string {
  return reasons.length === 0 ? "" : `: ${[...new Set(reasons)].join("; ")}`;
}

/** By column: the bound that one more breaks, or what it lacks on the nodes. */
function stopsAt(
  rules: Rules,
  contest: readonly Column[],
  { broken }: ContestRegion,
  maxima: readonly number[],
): (Stop | null)[] {
  const left = rules.scenarios.map((scenario) => {
    const free = freeAfter(scenario);
    for (const { part, pods } of placementsOf(scenario, contest)) {
      if (part.component.links > MOST_LINKS) return undefined;
      const solution = solve(part.solver, pods(maxima), { left: OPERATIONS });
      if (solution.verdict !== "placed") return undefined;
      part.component.nodeIds.forEach((node, local) => {
        const at = local * DIMENSIONS;
        free.set(solution.free.subarray(at, at + DIMENSIONS), node * DIMENSIONS);
      });
    }
    return free;
  });
  return contest.map(({ sets: [first] }, i): Stop | null => {
    const [bound] = broken(maxima.with(i, (maxima[i] as number) + 1));
    if (bound) return { by: bound.kind, text: bound.text, shortage: null, oneMore: bound.oneMore };
    for (const [k, scenario] of rules.scenarios.entries()) {
      const [shape, free] = [scenario.shapes[first as number], left[k]];
      const shortage = shape && free && shortageOf(rules.study.survey, scenario, shape, free);
      const by = !rules.policy ? "capacity" : k === 0 ? "limits" : "rollback";
      if (shortage) return { by, text: "", shortage, oneMore: "" };
    }
    return null;
  });
}
