import { formatBytes } from "../../model/format.ts";
import { sharedImageFiles } from "../runners/imageFiles.ts";
import { type Limit, labelSums } from "../runners/maxima.ts";
import { findNeighbours } from "../runners/neighbours.ts";
import { total } from "../runners/placement/problem.ts";
import type { Effort } from "../runners/placement/search.ts";
import { decide, ESTIMATE } from "../runners/placement/solve.ts";
import type { Part, Scenario } from "../runners/scenario.ts";
import type { Study } from "../runners/study.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "../runners/survey.ts";
import type { Region } from "./frontier.ts";

/**
 * Scale sets that nothing tells apart: same envelope, same nodes, same ceilings. Only the sum of their maxima
 * matters, and any split of it passes, so a combination has one figure for all of them.
 */
export interface Column {
  /** Indices of the scale sets. */
  readonly sets: readonly number[];
  readonly declared: number;
  /** The least of the sum: a runner for each, or what is kept warm. */
  readonly least: number;
  /** Labels of theirs that have a ceiling. */
  readonly ceilings: readonly string[];
}

/** Which bounds a combination is held against. */
export interface Rules {
  readonly study: Study;
  /** Placements that must hold; their scale sets are those of the study. */
  readonly scenarios: readonly Scenario[];
  /** Whether ceilings, budgets and the gates of overflow nodes count. */
  readonly policy: boolean;
}

/** Requests alone, on nodes that take any number of runners: what the scheduler does. `plain` knows no policy. */
export function byCapacity(plain: Study): Rules {
  return { study: plain, scenarios: [plain.requests], policy: false };
}

export function byPolicy(study: Study): Rules {
  const rollbacks = study.rollbacks.map((r) => r.scenario);
  return { study, scenarios: [study.limits, ...rollbacks], policy: true };
}

/** Groups scale sets into columns; those of which figures are missing are left out. */
export function columnsOf(study: Study, plain: Study, chosen: readonly number[]): Column[] {
  const { survey } = study;
  const lanes = new Set(study.cases.flatMap((c) => c.lanes.map((l) => l.set)));
  const budgeted = new Set(survey.fleet.policy.labels.map((l) => l.label));
  const budget = budgetsBySet(survey);
  const members = new Map<string, number[]>();
  for (const s of chosen) {
    const shapes = [plain.requests, study.limits].map((scenario) => scenario.shapes[s]);
    if (shapes.some((shape) => !shape)) continue;
    const { set } = survey.sets[s] as SurveyedSet;
    const ceilings = [...new Set(set.labels)].filter((l) => budgeted.has(l)).sort();
    // A budget below a runner of its own is not made up for by another's.
    const apart = lanes.has(s) || budget(s).most < leastOf(set);
    const key = JSON.stringify([shapes, ceilings, apart ? s : null]);
    const list = members.get(key);
    if (list) list.push(s);
    else members.set(key, [s]);
  }
  return [...members.values()].map((sets): Column => {
    const of = (s: number) => (survey.sets[s] as SurveyedSet).set;
    const [first] = sets;
    const labels = first === undefined ? [] : [...new Set(of(first).labels)];
    return {
      sets,
      declared: total(sets.map((s) => of(s).maxRunners)),
      least: total(sets.map((s) => leastOf(of(s)))),
      ceilings: labels.filter((l) => budgeted.has(l)),
    };
  });
}

/** A maximum of 0 is no member of a combination: the jobs that are queued then are not reconsidered. */
export function leastOf({ minRunners }: { readonly minRunners: number }): number {
  return Math.max(1, minRunners);
}

/** Families that compete: for a node, or for the ceiling of a label. What does not compete is told apart. */
export function contests(rules: Rules, columns: readonly Column[]): Column[][] {
  const byTie = new Map<string, number[]>();
  const files = sharedImageFiles(rules.study.survey, rules.study.cases);
  columns.forEach(({ sets, ceilings }, f) => {
    const ties = rules.scenarios.flatMap((scenario, i) =>
      partsOf(scenario, sets).map((part) => `part ${i} ${part}`),
    );
    if (rules.policy) {
      ties.push(...ceilings.map((label) => `label ${label}`));
      ties.push(
        ...files.flatMap(({ node, writes }) => (sets.some((s) => writes.has(s)) ? [`files ${node}`] : [])),
      );
    }
    for (const tie of ties) byTie.set(tie, [...(byTie.get(tie) ?? []), f]);
  });
  const group = columns.map((_, f) => f);
  const root = (f: number): number => (group[f] === f ? f : root(group[f] as number));
  for (const [first, ...others] of byTie.values()) {
    for (const other of others) {
      const [a, b] = [root(first as number), root(other)];
      group[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const joined = new Map<number, Column[]>();
  columns.forEach((column, f) => {
    joined.set(root(f), [...(joined.get(root(f)) ?? []), column]);
  });
  return [...joined.values()];
}

function partsOf({ shapes, where }: Scenario, sets: readonly number[]): number[] {
  return [...new Set(sets.flatMap((s) => (shapes[s] ?? []).map((g) => where[g]?.part ?? -1)))];
}

/** A bound that needs no placement: the sum of some columns' counts, each times its weight, is at most `most`. */
export interface Bound {
  /** Indices of the columns. */
  readonly columns: readonly number[];
  /** By column; 1 of each by default. */
  readonly weights?: readonly number[];
  readonly most: number;
  readonly kind: Limit["kind"];
  /** `label ceiling 4`. */
  readonly text: string;
  /** What one more would need: `a ceiling of 5 for tinyland-nix-kvm`. */
  readonly oneMore: string;
}

/** Ceilings, budgets, one-at-a-time nodes and image file systems as bounds on a contest. `chosen` are all scale sets that are asked about. */
export function boundsOf(rules: Rules, columns: readonly Column[], chosen: readonly number[]): Bound[] {
  if (!rules.policy) return [];
  return [
    ...ceilingsOf(rules, columns),
    ...budgetsOf(rules, columns),
    ...apart(rules, columns, chosen),
    ...imageFilesOf(rules, columns),
  ];
}

function ceilingsOf({ study: { survey } }: Rules, columns: readonly Column[]): Bound[] {
  const sums = labelSums(survey);
  return survey.fleet.policy.labels.flatMap(({ label, ceiling }): Bound[] => {
    const inside = columns.flatMap((f, i) => (f.ceilings.includes(label) ? [i] : []));
    if (inside.length === 0) return [];
    const others = (sums.get(label) ?? 0) - total(inside.map((i) => (columns[i] as Column).declared));
    const beside = others === 0 ? "" : `, ${others} of it for others`;
    return [
      {
        columns: inside,
        most: ceiling - others,
        kind: "label ceiling",
        text: `label ceiling ${ceiling}${beside}`,
        oneMore: `a ceiling of ${ceiling + 1} for label ${label}`,
      },
    ];
  });
}

function budgetsOf({ study: { survey } }: Rules, columns: readonly Column[]): Bound[] {
  const budget = budgetsBySet(survey);
  return columns.map(({ sets }, i): Bound => {
    const most = total(sets.map((s) => budget(s).most));
    const [first] = sets;
    const name = sets.length === 1 ? (survey.sets[first as number] as SurveyedSet).set.name : undefined;
    const { own } = budget(first as number);
    const text = own ? `owner budget ${most}` : `default maximum ${most} of a new owner`;
    return {
      columns: [i],
      most,
      kind: "budget",
      text: name === undefined ? `budgets of ${most} together` : text,
      oneMore: `${name === undefined ? "a larger budget for one of them" : `a budget of ${most + 1} for ${name}`} in policy.ownerBudgets`,
    };
  });
}

function budgetsBySet({ fleet: { policy }, sets }: Survey) {
  const budgets = new Map(policy.ownerBudgets.map((b) => [b.scaleSet, b.maximum]));
  return (s: number) => {
    const own = budgets.get((sets[s] as SurveyedSet).set.name);
    return { own: own !== undefined, most: own ?? policy.newOwnerMaximum };
  };
}

/**
 * With a runner of each at once, no two may meet on a one-at-a-time node. Where two do, nothing passes; a column of which two runners fit there takes one.
 */
function apart({ study: { survey } }: Rules, columns: readonly Column[], chosen: readonly number[]): Bound[] {
  const asked = new Set(chosen);
  const raised = {
    ...survey,
    sets: survey.sets.map((s, i) =>
      asked.has(i) ? { ...s, active: true, set: { ...s.set, maxRunners: leastOf(s.set) } } : s,
    ),
  };
  return findNeighbours(raised).flatMap(({ node, live, tenants }): Bound[] => {
    const here = columns.flatMap((f, i) => (f.sets.some((s) => tenants.has(s)) ? [i] : []));
    if (here.length === 0) return [];
    const name = (survey.nodes[node] as SurveyedNode).node.name;
    const text = `one runner at a time on ${name}`;
    const oneMore = `requests of more than half of what ${name} has free`;
    if (live > 0) return [{ columns: here, most: 0, kind: "one at a time", text, oneMore }];
    return here
      .filter((i) => (columns[i] as Column).sets.some((s) => tenants.get(s)?.twice))
      .map((i) => ({ columns: [i], most: 1, kind: "one at a time", text, oneMore }));
  });
}

/** Lanes that share an overflow node's image file system. A lane is a column of its own. */
function imageFilesOf({ study: { survey, cases } }: Rules, columns: readonly Column[]): Bound[] {
  return sharedImageFiles(survey, cases).flatMap(({ node, owner, free, writes }): Bound[] => {
    const weightOf = ({ sets }: Column) => total(sets.map((s) => writes.get(s) ?? 0));
    const inside = columns.flatMap((column, i) => (weightOf(column) > 0 ? [i] : []));
    const asked = new Set(columns.flatMap(({ sets }) => sets));
    const isJudged = asked.has(owner) || survey.sets[owner]?.active === true;
    if (inside.length === 0 || !isJudged) return [];
    const others = total(
      [...writes].map(([s, each]) =>
        asked.has(s) ? 0 : each * (survey.sets[s] as SurveyedSet).set.maxRunners,
      ),
    );
    return [
      {
        columns: inside,
        weights: inside.map((i) => weightOf(columns[i] as Column)),
        most: free - others,
        kind: "image file system",
        text: `image file system of ${node}, ${formatBytes(free)} free`,
        oneMore: "more room there, and a new audit",
      },
    ];
  });
}

function sumOf({ columns, weights }: Bound, counts: readonly number[]): number {
  return total(columns.map((i, k) => (counts[i] as number) * (weights?.[k] ?? 1)));
}

/** Operations for all combinations of one contest, and for one decision: seconds and tens of milliseconds at worst. */
const OPERATIONS = 25_000_000;
const DECISION_OPERATIONS = 2_000_000;

export interface ContestRegion extends Region {
  readonly bounds: readonly Bound[];
  /** The bounds that counts break. */
  broken(counts: readonly number[]): Bound[];
}

/** The combinations of a contest that hold: the bounds first, then every placement. */
export function regionOf(rules: Rules, columns: readonly Column[], chosen: readonly number[]): ContestRegion {
  const bounds = boundsOf(rules, columns, chosen);
  const effort: Effort = { left: OPERATIONS };
  const placements = rules.scenarios.flatMap((scenario) => placementsOf(scenario, columns));
  const dearest = Math.max(0, ...placements.map((p) => p.part.component.links * ESTIMATE));
  const broken = (counts: readonly number[]) => bounds.filter((b) => sumOf(b, counts) > b.most);
  const most = columns.map(({ least }, i) => {
    const seats = placements.flatMap((p) => p.alone(i) ?? []);
    const single = bounds.flatMap((b) => {
      const k = b.columns.indexOf(i);
      return k === -1 ? [] : [Math.floor(b.most / (b.weights?.[k] ?? 1))];
    });
    return Math.max(least, Math.min(...seats, ...single));
  });
  return {
    least: columns.map((f) => f.least),
    most,
    bounds,
    broken,
    affordable: (reserve) => effort.left - reserve * OPERATIONS >= dearest,
    decide: (counts) => {
      if (broken(counts).length > 0) return "impossible";
      let verdict: ReturnType<Region["decide"]> = "placed";
      for (const { part, pods } of placements) {
        const cost = part.component.links * ESTIMATE;
        if (effort.left < cost) return "undecided";
        const own = { left: Math.min(effort.left, cost + DECISION_OPERATIONS) };
        effort.left -= own.left;
        const one = decide(part.solver, pods(counts), own);
        effort.left += Math.max(0, own.left);
        if (one === "impossible") return one;
        if (one === "undecided") verdict = one;
      }
      return verdict;
    },
  };
}

/** A part of a scenario that columns of a contest have pods in. */
export interface PartPlacement {
  readonly part: Part;
  /** The pods of each group with these counts of the columns, the other scale sets as declared. */
  pods(counts: readonly number[]): number[];
  /** What the part's nodes seat of a column if nothing else is there; undefined if it has no pods here. */
  alone(column: number): number | undefined;
}

export function placementsOf(scenario: Scenario, columns: readonly Column[]): PartPlacement[] {
  const touched = new Set(columns.flatMap((f) => partsOf(scenario, f.sets)));
  return [...touched].map((index): PartPlacement => {
    const part = scenario.parts[index] as Part;
    const { groupIds, alone } = part.component;
    // All scale sets of a column have the same shape.
    const copies = columns.map(({ sets: [first] }) =>
      groupIds.map((id) => (scenario.shapes[first as number] ?? []).filter((g) => g === id).length),
    );
    return {
      part,
      pods: (counts) =>
        part.solver.counts.map((n, g) =>
          columns.reduce(
            (sum, { declared }, i) =>
              sum + ((counts[i] as number) - declared) * ((copies[i] as number[])[g] as number),
            n,
          ),
        ),
      alone: (column) => {
        const own = copies[column] as number[];
        const seats = own.flatMap((n, g) => (n === 0 ? [] : [Math.floor((alone[g] as number) / n)]));
        return seats.length === 0 ? undefined : Math.min(...seats);
      },
    };
  });
}
