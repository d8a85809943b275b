import { formatBytes } from "../../model/format.ts";
import type { LargestMaximum } from "../capacity.ts";
import { count, listNames } from "../host/names.ts";
import { type ImageFiles, sharedImageFiles } from "./imageFiles.ts";
import { mostApart, type Neighbours } from "./neighbours.ts";
import { type Interval, largest } from "./placement/largest.ts";
import { binding, type Group, take } from "./placement/problem.ts";
import { searchable } from "./placement/search.ts";
import { solve } from "./placement/solve.ts";
import type { Part, Scenario } from "./scenario.ts";
import type { Study } from "./study.ts";
import type { Survey, SurveyedSet } from "./survey.ts";

/** The model takes no larger maximum. */
const MOST = 1_000_000;
/** Operations that all maxima of one question may cost together: about 100 ms at worst. */
const OPERATIONS = 20_000_000;
/** Operations to name what binds, for all scale sets together. */
const NAMING_OPERATIONS = 4_000_000;
/** Parts with more links are not solved once more only to name what binds. */
const MAX_EXPLAINED_LINKS = 2_000;

/** What binds a maximum: an interval, and how to say it. */
export interface Limit {
  readonly kind:
    | "label ceiling"
    | "budget"
    | "one at a time"
    | "image file system"
    | "requests"
    | "limits"
    | "rollback";
  readonly interval: Interval;
  readonly text: () => string;
}

/** Everything that bounds the maximum of one scale set, the others as declared. */
export interface BoundMaximum {
  readonly byRequests: Interval | null;
  readonly byLimits: Interval | null;
  readonly ceilings: readonly Limit[];
  readonly budget: Limit;
  /** null: figures of the runner are missing, so nothing can be settled. */
  readonly all: readonly Limit[] | null;
}

/**
 * Per scale set what bounds its `maxRunners`, everything else as declared. Every rule that depends on the
 * maximum counts: ceilings, budgets, requests, limits, rollback, one runner at a time, image file systems.
 */
export function boundMaxima(study: Study): BoundMaximum[] {
  const { survey, requests, limits, rollbacks, neighbours } = study;
  const files = sharedImageFiles(survey, study.cases);
  const byRequests = intervals(survey, requests);
  const byLimits = intervals(survey, limits);
  const sums = labelSums(survey);
  const declared = survey.sets.map((surveyed, s) => {
    const ceilings = ceilingsOf(survey, surveyed, sums);
    const budget = budgetOf(survey, surveyed);
    const [r, l] = [byRequests[s], byLimits[s]];
    const without = [
      ...ceilings,
      budget,
      ...oneAtATime(survey, neighbours, s),
      ...imageFilesOf(survey, files, s),
    ];
    const open = Math.min(...without.map((w) => w.interval.exceeds), r?.exceeds ?? 0, l?.exceeds ?? 0);
    return { ceilings, budget, without, r, l, open };
  });
  // Only what a rollback bounds below everything else is of interest.
  const most = (s: number) => Math.max(0, (declared[s]?.open ?? 0) - 1);
  const operations = OPERATIONS / Math.max(1, rollbacks.length);
  const byRollback = rollbacks.map(({ node, scenario }) => ({
    node,
    scenario,
    found: intervals(survey, scenario, most, operations),
  }));
  return declared.map(({ ceilings, budget, without, r, l }, s): BoundMaximum => {
    const common = { byRequests: r ?? null, byLimits: l ?? null, ceilings, budget };
    if (!r || !l) return { ...common, all: null };
    const all: Limit[] = [
      ...without,
      { kind: "requests", interval: r, text: () => placementText(survey, requests, s, r.fits) },
      { kind: "limits", interval: l, text: () => placementText(survey, limits, s, l.fits) },
      ...byRollback.map(({ node, scenario, found }): Limit => {
        const interval = found[s] as Interval;
        return {
          kind: "rollback",
          interval,
          text: () => `rollback to ${node}: ${placementText(survey, scenario, s, interval.fits)}`,
        };
      }),
    ];
    return { ...common, all };
  });
}

/** Per scale set the largest `maxRunners` that passes, everything else as declared. */
export function largestMaxima(study: Study): LargestMaximum[] {
  return boundMaxima(study).map(({ byRequests, byLimits, ceilings, budget, all }): LargestMaximum => {
    const byCeiling =
      ceilings.length === 0 ? null : Math.max(0, Math.min(...ceilings.map((c) => c.interval.fits)));
    const common = { byCeiling, byBudget: budget.interval.fits };
    if (!byRequests || !byLimits || !all) {
      const binds = "not settled: figures of the runner are missing";
      return { byRequests: null, byLimits: null, ...common, passes: null, binds };
    }
    return { byRequests: settled(byRequests), byLimits: settled(byLimits), ...common, ...least(all) };
  });
}

/** The exact value, or null. 0 also where not even 0 fits. */
function settled({ fits, exceeds }: Interval): number | null {
  return exceeds - fits === 1 ? Math.max(0, fits) : null;
}

function least(all: readonly Limit[]): Pick<LargestMaximum, "passes" | "binds"> {
  const fits = Math.min(...all.map((l) => l.interval.fits));
  const exceeds = Math.min(...all.map((l) => l.interval.exceeds));
  const first = all.find((l) => l.interval.exceeds === exceeds) as Limit;
  if (exceeds <= 0)
    return { passes: null, binds: `none passes while the others stay as declared: ${first.text()}` };
  if (exceeds - fits === 1) return { passes: fits, binds: first.text() };
  const between =
    fits < 0 ? `none proven to pass, none from ${exceeds}` : `at least ${fits}, below ${exceeds}`;
  return { passes: null, binds: `not settled: fleet too large (${between})` };
}

/**
 * By scale set: what the placement settles, up to the number that is of interest. Sets whose runners look
 * alike share one computation.
 */
export function intervals(
  survey: Survey,
  scenario: Scenario,
  most: (set: number) => number = () => MOST,
  operations = OPERATIONS,
): (Interval | null)[] {
  const signatures = new Map<
    string,
    { shape: readonly number[]; now: number; beyond: number; found?: Interval }
  >();
  const keys = scenario.shapes.map((shape, s) => {
    if (!shape) return null;
    const key = shape.join();
    const known = signatures.get(key) ?? { shape, now: 0, beyond: Number.NEGATIVE_INFINITY };
    const maximum = survey.sets[s]?.set.maxRunners ?? 0;
    known.now += maximum;
    known.beyond = Math.max(known.beyond, most(s) - maximum);
    signatures.set(key, known);
    return key;
  });
  const share = Math.floor(operations / Math.max(1, signatures.size));
  for (const signature of signatures.values()) {
    const { shape, now, beyond } = signature;
    signature.found = together(scenario, shape, now, Math.min(MOST, now + beyond), share);
  }
  return keys.map((key, s) => {
    const signature = key === null ? undefined : signatures.get(key);
    if (!signature?.found) return null;
    const others = signature.now - (survey.sets[s]?.set.maxRunners ?? 0);
    return {
      fits: Math.max(-1, signature.found.fits - others),
      exceeds: Math.max(0, signature.found.exceeds - others),
    };
  });
}

/** The pods of one runner may belong to different parts; each part limits them by itself. */
function together(
  scenario: Scenario,
  shape: readonly number[],
  now: number,
  most: number,
  operations: number,
): Interval {
  const byPart = new Map<number, number[]>();
  for (const g of shape) {
    const { part, local } = scenario.where[g] as { part: number; local: number };
    byPart.set(part, [...(byPart.get(part) ?? []), local]);
  }
  let found: Interval = { fits: most, exceeds: most + 1 };
  for (const [part, locals] of byPart) {
    const { solver, solution } = scenario.parts[part] as Part;
    const one = largest(solver, locals, now, solution, most, { left: operations });
    found = { fits: Math.min(found.fits, one.fits), exceeds: Math.min(found.exceeds, one.exceeds) };
  }
  return found;
}

/** Sum of the maxima by label, over all scale sets of the fleet. */
export function labelSums({ sets }: Survey): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { set } of sets)
    for (const label of new Set(set.labels)) sums.set(label, (sums.get(label) ?? 0) + set.maxRunners);
  return sums;
}

function exactly(value: number): Interval {
  return { fits: value, exceeds: value + 1 };
}

function ceilingsOf(survey: Survey, { set }: SurveyedSet, sums: ReadonlyMap<string, number>): Limit[] {
  return survey.fleet.policy.labels
    .filter((b) => set.labels.includes(b.label))
    .map(({ label, ceiling }) => {
      const left = ceiling - ((sums.get(label) ?? 0) - set.maxRunners);
      const interval = exactly(Math.max(-1, left));
      return { kind: "label ceiling", interval, text: () => `label ceiling ${ceiling}` };
    });
}

function budgetOf({ fleet: { policy } }: Survey, { set }: SurveyedSet): Limit {
  const own = policy.ownerBudgets.find((b) => b.scaleSet === set.name);
  return own
    ? { kind: "budget", interval: exactly(own.maximum), text: () => `owner budget ${own.maximum}` }
    : {
        kind: "budget",
        interval: exactly(policy.newOwnerMaximum),
        text: () => `default maximum ${policy.newOwnerMaximum} of a new owner`,
      };
}

/** The one-at-a-time node that binds first. */
function oneAtATime(survey: Survey, neighbours: readonly Neighbours[], s: number): Limit[] {
  let least: { most: number; node: number } | undefined;
  for (const here of neighbours) {
    const most = mostApart(here, s);
    if (most !== undefined && (!least || most < least.most)) least = { most, node: here.node };
  }
  if (!least) return [];
  const { most, node } = least;
  const text = () => `one runner at a time on ${survey.nodes[node]?.node.name}`;
  return [{ kind: "one at a time", interval: exactly(most), text }];
}

/** What the audits of an overflow node's image file system leave for the scale set's runners, beside other lanes. */
function imageFilesOf({ sets }: Survey, files: readonly ImageFiles[], s: number): Limit[] {
  return files.flatMap(({ node, owner, free, writes }): Limit[] => {
    const one = writes.get(s) ?? 0;
    // The audit of a lane without runners is not judged.
    if (one === 0 || (owner !== s && sets[owner]?.active !== true)) return [];
    const others = [...writes].reduce(
      (sum, [t, each]) => sum + (t === s ? 0 : each * (sets[t] as SurveyedSet).set.maxRunners),
      0,
    );
    const most = Math.max(owner === s ? 0 : -1, Math.floor((free - others) / one));
    const text = () => `image file system of ${node}, ${formatBytes(free)} free`;
    return [{ kind: "image file system", interval: exactly(most), text }];
  });
}

const DIMENSION_TEXTS = [
  "cpu requests",
  "memory requests",
  "ephemeral storage requests",
  "pods",
  "memory limits",
  "one runner at a time",
];

/** `memory requests on honey; one runner at a time on sting`: what stops the next runner at this maximum. */
function placementText(survey: Survey, scenario: Scenario, s: number, fits: number): string {
  const general = scenario.question.limits ? "requests and limits" : "requests";
  const shape = scenario.shapes[s];
  const [first] = shape ?? [];
  if (!shape || first === undefined) return general;
  if (survey.sets[s]?.eligible.length === 0) return "no eligible node";
  const { part, local } = scenario.where[first] as { part: number; local: number };
  const { component, solver } = scenario.parts[part] as Part;
  if (component.links > MAX_EXPLAINED_LINKS || !searchable(component))
    return `${general} on the eligible nodes`;
  if (component.nodeIds.length === 0) return `${general}: no eligible node seats one`;
  const now = survey.sets[s]?.set.maxRunners ?? 0;
  const trial = solver.counts.map((n, g) => {
    const copies = shape.filter((other) => other === component.groupIds[g]).length;
    return Math.max(0, n + (Math.max(0, fits) - now) * copies);
  });
  const { seats } = solve(solver, trial, { left: NAMING_OPERATIONS / survey.sets.length });
  const free = Float64Array.from(component.free);
  seats.forEach((list, g) => {
    for (const seat of list) take(free, seat.node, (component.groups[g] as Group).demand, seat.count);
  });
  const group = component.groups[local] as Group;
  const byDimension = new Map<number, string[]>();
  for (const node of group.nodes) {
    const d = binding(free, node, group.demand);
    const fleetNode = scenario.nodes[component.nodeIds[node] as number] as number;
    const name = survey.nodes[fleetNode]?.node.name ?? "";
    if (d !== undefined) byDimension.set(d, [...(byDimension.get(d) ?? []), name]);
  }
  if (byDimension.size === 0) return `${general} on the eligible nodes`;
  return [...byDimension].map(([d, names]) => `${DIMENSION_TEXTS[d]} on ${listNames(names)}`).join("; ");
}

/**
 * The way out for a finding that some maxima cause: which scale set to lower, and to what. Ends with the
 * largest `maxRunners` that passes wherever lowering one scale set alone suffices. A maximum of 0 is never
 * advised: ARC does not reconsider the jobs that were queued meanwhile, so it is no throttle.
 */
export function lowerMaximum(
  survey: Survey,
  maxima: readonly LargestMaximum[],
  sets: readonly number[],
  otherwise: string,
): string {
  const ways = sets.flatMap((s) => {
    const { set } = survey.sets[s] as SurveyedSet;
    const passes = maxima[s]?.passes ?? null;
    return passes === null || passes >= set.maxRunners ? [] : [{ name: set.name, passes }];
  });
  const lower = ways.filter((w) => w.passes > 0);
  const [first] = lower;
  if (first === undefined) {
    const names = ways.map((w) => w.name);
    if (names.length === 0) return otherwise;
    const which = names.length === 1 ? `scale set ${names[0]}` : `one of the scale sets ${listNames(names)}`;
    return `Leave out ${which}, or budget for it: beside the others no maxRunners above 0 passes.`;
  }
  if (lower.length === 1)
    return `Lower scale set ${first.name}: the largest maxRunners that passes is ${first.passes}.`;
  const list = listNames(lower.map((w) => `${w.passes} for ${w.name}`));
  return `Lower one of ${count(lower.length, "scale set")}, the others as declared: the largest maxRunners that passes is ${list}.`;
}
