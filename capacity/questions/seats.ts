import type { Fleet } from "../../model/fleet.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import type { JudgeOptions } from "../capacity.ts";
import { exclusion } from "../runners/eligibility.ts";
import { boundMaxima, intervals } from "../runners/maxima.ts";
import { extra, type Interval, largest } from "../runners/placement/largest.ts";
import type { Effort } from "../runners/placement/search.ts";
import type { Solution } from "../runners/placement/solve.ts";
import { type Part, podSeats, type Scenario, solveScenario } from "../runners/scenario.ts";
import { type Study, studyRunners } from "../runners/study.ts";
import { type Survey, type SurveyedNode, type SurveyedSet, surveyRunners } from "../runners/survey.ts";
import {
  asSolution,
  freeAfterRepair,
  isPlaced,
  type Losses,
  lossesOf,
  type Repair,
  repair,
  roomCounter,
  solveWithout,
} from "./loss.ts";
import { notCounted, plainStudy } from "./maxRunners.ts";
import { type Reach, reachOf, tightest } from "./reach.ts";
import { type Stop, shortageAt } from "./stop.ts";

/** Which runners of the fleet keep their seats; what runs besides always does. */
export type Beside = "maxima" | "minima" | "nothing";

export interface SeatsQuestion {
  /** A scale set of the shape that is asked for; its maximum plays no part. */
  readonly shape: ScaleSet;
  readonly beside: Beside;
  /** Whether the seats must hold with any one node lost. */
  readonly survive: boolean;
}

export interface SeatsAnswer {
  /** Runners of the fleet's scale sets that keep their seats. */
  readonly besideRunners: number;
  /** By requests alone, as the scheduler places. */
  readonly capacity: Seats;
  /** By every rule of the policy: memory limits, one-at-a-time nodes, label ceilings, rollbacks. */
  readonly policy: Seats;
  /** What keeps the shape off each node that does not admit it. */
  readonly excluded: readonly { readonly cluster: string; readonly node: string; readonly why: string }[];
  /** Nodes that admit it but whose record lacks figures: they are not counted on. */
  readonly notCounted: readonly string[];
  readonly exact: boolean;
}

export interface Seats {
  readonly seats: Reach;
  /** A seating of `atLeast` of them; empty where none was found. */
  readonly where: readonly { readonly cluster: string; readonly node: string; readonly seats: number }[];
  readonly stops: readonly Stop[];
  /** With any one node lost, the runners that were there put elsewhere; null if that was not asked. */
  readonly survive: { readonly seats: Reach; readonly worst: WorstLoss | null } | null;
}

/** The loss that leaves the fewest seats. */
export interface WorstLoss {
  readonly cluster: string;
  readonly node: string;
  /** Whether the runners of the fleet have seats then, without any of the shape. */
  readonly verdict: Solution["verdict"];
}

/** The model takes no larger maximum. */
const MOST = 1_000_000;
/** Sorts behind every name that a scale set may have, so that the seats of the fleet's own are as ever. */
const NAME = "~";

/** How many more runners of a shape fit. Pure. */
export function askSeats(fleet: Fleet, question: SeatsQuestion, options: JudgeOptions): SeatsAnswer {
  const scaleSets = fleet.scaleSets.map((s) => ({ ...s, maxRunners: besideOf(s, question.beside) }));
  const shape = { ...question.shape, name: NAME, minRunners: 0, maxRunners: 0 };
  // Whose seats they are is not decided yet, so no budget bounds them.
  const budget = { scaleSet: NAME, maximum: MOST, date: options.today, evidence: "asked for" };
  const policy = { ...fleet.policy, ownerBudgets: [...fleet.policy.ownerBudgets, budget] };
  const asked: Fleet = { ...fleet, scaleSets: [...scaleSets, shape], policy };
  const study = studyRunners(asked, options);
  const plain = plainStudy(study, options);
  const last = scaleSets.length;
  const { eligible, known } = study.survey.sets[last] as SurveyedSet;
  const admits = new Set(eligible);
  const capacity = byCapacity(plain, last, question.survive, options);
  const passing = byPolicy(study, last, question.survive, options);
  const reaches = [capacity, passing].flatMap((s) => [s.seats, ...(s.survive ? [s.survive.seats] : [])]);
  return {
    besideRunners: scaleSets.reduce((sum, s) => sum + s.maxRunners, 0),
    capacity,
    policy: passing,
    excluded: study.survey.nodes.flatMap(({ node }, n) =>
      node.cluster !== shape.cluster || admits.has(n)
        ? []
        : [{ cluster: node.cluster, node: node.name, why: exclusion(shape, node) }],
    ),
    notCounted: notCounted(eligible, known).map((n) => nodeOf(study.survey, n).name),
    exact: reaches.every((r) => r.exact),
  };
}

function besideOf({ minRunners, maxRunners }: ScaleSet, beside: Beside): number {
  return { maxima: maxRunners, minima: Math.min(minRunners, maxRunners), nothing: 0 }[beside];
}

function byCapacity({ survey, requests }: Study, s: number, survive: boolean, options: JudgeOptions): Seats {
  const interval = intervals(survey, requests)[s] ?? { fits: -1, exceeds: Number.POSITIVE_INFINITY };
  const stop: Stop = { by: "capacity", text: "", shortage: null, oneMore: "" };
  const shortage = interval.exceeds > 0 ? shortageAt(survey, requests, s, interval.fits) : undefined;
  return {
    seats: reachOf(interval),
    where: whereOf(survey, s, interval.fits, false, options),
    stops: [
      interval.exceeds <= 0
        ? { ...stop, text: UNSEATED }
        : shortage
          ? { ...stop, shortage }
          : { ...stop, text: "requests on the eligible nodes" },
    ],
    survive: survive ? survival(survey, requests, s, interval) : null,
  };
}

const UNSEATED = "the runners that keep their seats have none themselves";

function byPolicy(study: Study, s: number, survive: boolean, options: JudgeOptions): Seats {
  const { survey, limits } = study;
  const all = (boundMaxima(study)[s]?.all ?? []).filter((l) => l.kind !== "budget");
  const interval = tightest(all.map((l) => l.interval));
  // A rollback is only looked at below what the rest allows, so that it binds only if it is below that.
  const others = Math.min(...all.filter((l) => l.kind !== "rollback").map((l) => l.interval.exceeds));
  const stops = all
    .filter((l) => l.interval.exceeds === interval.exceeds && l.kind !== "requests")
    .filter((l) => l.kind !== "rollback" || interval.exceeds < others)
    .map((l): Stop => {
      const placed = l.kind === "limits";
      if (placed && interval.exceeds <= 0) return { by: l.kind, text: UNSEATED, shortage: null, oneMore: "" };
      const shortage = placed ? shortageAt(survey, limits, s, l.interval.fits) : undefined;
      return { by: l.kind, text: shortage ? "" : l.text(), shortage: shortage ?? null, oneMore: "" };
    });
  const linear = all.filter((l) => ["label ceiling", "one at a time", "image file system"].includes(l.kind));
  return {
    seats: reachOf(interval),
    where: whereOf(survey, s, interval.fits, true, options),
    stops,
    survive: survive
      ? survival(survey, limits, s, tightest([interval, ...linear.map((l) => l.interval)]))
      : null,
  };
}

/** Seats by node for that many of the shape; the fleet's own runners are seated beside them. */
function whereOf(survey: Survey, s: number, seats: number, limits: boolean, options: JudgeOptions) {
  if (seats <= 0) return [];
  const scaleSets = survey.fleet.scaleSets.map((set, i) => (i === s ? { ...set, maxRunners: seats } : set));
  const seated = surveyRunners({ ...survey.fleet, scaleSets }, options);
  const scenario = solveScenario(seated, { limits });
  const shape = scenario.shapes[s] ?? [];
  if (shape.some((g) => partOf(scenario, g)?.solution.verdict !== "placed")) return [];
  return podSeats(seated, scenario)
    .filter((seat) => seat.set === s && seat.pod === 0)
    .map(({ node, count }) => {
      const { cluster, name } = nodeOf(survey, node);
      return { cluster, node: name, seats: count };
    });
}

function partOf({ parts, where }: Scenario, g: number): Part | undefined {
  return parts[where[g]?.part ?? -1];
}

function nodeOf({ nodes }: Survey, n: number) {
  return (nodes[n] as SurveyedNode).node;
}

/** Operations for all losses of one question, and for one of them: a second at worst. */
const OPERATIONS = 40_000_000;
const LOSS_OPERATIONS = 2_000_000;

interface Loss {
  readonly losses: Losses;
  readonly part: number;
  readonly node: number;
  interval: Interval;
  verdict: Solution["verdict"];
}

/**
 * The seats that hold whichever node of the shape's parts is lost: the least over all losses. Each loss is
 * bounded from below by the repaired seating; then the least of them is settled exactly until no other can be
 * below it, as long as the operations last.
 */
function survival(survey: Survey, scenario: Scenario, s: number, whole: Interval): Seats["survive"] {
  const shape = scenario.shapes[s];
  if (!shape) return { seats: reachOf({ fits: -1, exceeds: Number.POSITIVE_INFINITY }), worst: null };
  const touched = [...new Set(shape.map((g) => scenario.where[g]?.part as number))];
  const losses = touched.flatMap((index): Loss[] => {
    const part = scenario.parts[index] as Part;
    const own = lossesOf(part);
    const local = localsOf(scenario, shape, index);
    const [first] = local;
    const rooms = first !== undefined && local.length === 1 ? roomCounter(own, first) : undefined;
    const seats = (repaired: Repair) =>
      rooms?.(repaired) ?? extra(part, local, { free: freeAfterRepair(repaired) }, whole.exceeds);
    return [...part.component.nodeIds.keys()].map((node): Loss => {
      const repaired = repair(own, node);
      const placed = isPlaced(repaired);
      const fits = placed ? Math.min(seats(repaired), whole.exceeds - 1) : -1;
      const verdict = placed ? "placed" : "undecided";
      return { losses: own, part: index, node, verdict, interval: { fits, exceeds: whole.exceeds } };
    });
  });
  const effort: Effort = { left: OPERATIONS };
  const open = losses
    .filter((l) => l.interval.fits < whole.fits)
    .sort((a, b) => a.interval.fits - b.interval.fits);
  const exact = whole.exceeds - whole.fits === 1;
  let least: Interval = whole;
  let worst: Loss | undefined;
  for (const loss of open) {
    // Everything that is left is proven to have at least as many.
    if (loss.interval.fits >= least.exceeds - 1) break;
    // Where the whole is not settled, a loss cannot be either; only whether its runners have seats is looked for.
    if (!exact && loss.interval.fits >= 0) {
      least = { fits: Math.min(least.fits, loss.interval.fits), exceeds: least.exceeds };
      worst ??= loss;
      break;
    }
    settle(scenario, shape, loss, effort);
    if (!worst || loss.interval.fits < least.fits || loss.interval.exceeds < least.exceeds) worst = loss;
    least = tightest([least, loss.interval]);
  }
  const fleetNode = (l: Loss) => {
    const { component } = scenario.parts[l.part] as Part;
    return nodeOf(survey, scenario.nodes[component.nodeIds[l.node] as number] as number);
  };
  const binds = worst && (worst.interval.fits < whole.fits || worst.interval.exceeds < whole.exceeds);
  return {
    seats: reachOf(least),
    worst:
      worst && binds
        ? { cluster: fleetNode(worst).cluster, node: fleetNode(worst).name, verdict: worst.verdict }
        : null,
  };
}

function localsOf({ where }: Scenario, shape: readonly number[], part: number): number[] {
  return shape.flatMap((g) => (where[g]?.part === part ? [where[g].local] : []));
}

/** Settles a loss as far as the effort goes. */
function settle(scenario: Scenario, shape: readonly number[], loss: Loss, effort: Effort): void {
  const part = scenario.parts[loss.part] as Part;
  const local = localsOf(scenario, shape, loss.part);
  const alone = solveWithout(part, loss.node, effort, LOSS_OPERATIONS);
  if (!alone) return;
  const repaired = repair(loss.losses, loss.node);
  const solution = isPlaced(repaired) ? asSolution(repaired) : alone.solution;
  const searching = { left: Math.min(LOSS_OPERATIONS, effort.left) };
  const given = searching.left;
  const { fits, exceeds } = largest(alone.solver, local, 0, solution, MOST, searching);
  effort.left -= given - Math.max(0, searching.left);
  const { interval } = loss;
  loss.interval = { fits: Math.max(fits, interval.fits), exceeds: Math.min(exceeds, interval.exceeds) };
  loss.verdict = solution.verdict;
}
