import { type Finding, finding } from "../../model/finding.ts";
import { formatBytes, formatCpu } from "../../model/format.ts";
import type { LargestMaximum } from "../capacity.ts";
import { count, listNames } from "../host/names.ts";
import { only, overasked, smallestCore } from "./core.ts";
import { describeRequests } from "./envelope.ts";
import { lowerMaximum } from "./maxima.ts";
import {
  binding,
  CPU,
  DIMENSIONS,
  EPHEMERAL,
  type Group,
  LIMIT,
  MEMORY,
  PODS,
  RUNNERS,
  room,
  take,
  total,
} from "./placement/problem.ts";
import { solve } from "./placement/solve.ts";
import type { Part, Scenario } from "./scenario.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "./survey.ts";

/** Operations of search to bound what a core's nodes seat. */
const OPERATIONS = 4_000_000;
/** Nodes and scale sets that one message tells of. */
const MOST_FACTS = 5;

/** Scale sets with pods in a part, in declaration order. */
export function setsOf(survey: Survey, scenario: Scenario, part: number): number[] {
  return [...survey.sets.keys()].filter(
    (s) =>
      (survey.sets[s] as SurveyedSet).active &&
      scenario.shapes[s]?.some((g) => scenario.where[g]?.part === part) === true,
  );
}

/** Runners that a part asks for, and a bound on how many of them can have a seat at once. */
export function runnersOf(
  survey: Survey,
  scenario: Scenario,
  part: number,
): { asked: number; bound: number } {
  const sets = setsOf(survey, scenario, part);
  const asked = total(sets.map((s) => (survey.sets[s] as SurveyedSet).set.maxRunners));
  const { solution, solver } = scenario.parts[part] as Part;
  // A runner without a seat leaves up to as many pods unseated as it consists of.
  const pods = Math.max(1, ...sets.map((s) => scenario.shapes[s]?.length ?? 1));
  return { asked, bound: asked - Math.ceil((total(solver.counts) - solution.bound) / pods) };
}

/** One finding for each part of the fleet whose runners have no seat at once, or of which it is not known. */
export function judgeParts(
  survey: Survey,
  scenario: Scenario,
  maxima: readonly LargestMaximum[],
  skip: ReadonlySet<number>,
): Finding[] {
  return scenario.parts.flatMap(({ solution }, part) => {
    const sets = setsOf(survey, scenario, part).filter((s) => !skip.has(s));
    const [first] = sets;
    if (solution.verdict === "placed" || first === undefined) return [];
    return [
      solution.verdict === "impossible"
        ? impossible(survey, scenario, part, maxima)
        : unproven(survey, scenario, part, sets),
    ];
  });
}

function impossible(
  survey: Survey,
  scenario: Scenario,
  part: number,
  maxima: readonly LargestMaximum[],
): Finding {
  const { limits } = scenario.question;
  const { asked, bound } = runnersOf(survey, scenario, part);
  const core = smallestCore(scenario.parts[part] as Part);
  const sets = setsOf(survey, scenario, part);
  const inCore = sets.filter((s) =>
    core.some((g) => scenario.shapes[s]?.includes(groupId(scenario, part, g))),
  );
  const [first] = inCore;
  const { set, path } = survey.sets[first as number] as SurveyedSet;
  const uncounted = nodesNotCounted(survey, sets);
  const many = core.length > MOST_FACTS;
  // Of many groups the sum is the fact; what each of them asks for would bury it.
  const facts = many ? [] : core.map((g) => groupFacts(survey, scenario, part, g));
  if (many)
    facts.push(
      `Too many are the runners of ${listNames(inCore.map((s) => (survey.sets[s] as SurveyedSet).set.name))}.`,
    );
  if (core.length > 1) facts.push(jointFact(scenario.parts[part] as Part, core));
  if (uncounted.length > 0)
    facts.push(`Not counted, since the record lacks figures: ${listNames(uncounted)}.`);
  const runners = describeRunners(survey, sets, asked);
  const verdict = limits
    ? `Cluster ${set.cluster} seats ${runners} at maximum by requests, but not within its nodes' memory limits: at most ${bound}, short by ${asked - bound}.`
    : `Cluster ${set.cluster} cannot seat ${runners} at maximum at once by requests: at most ${bound}, short by ${asked - bound}.`;
  return finding({
    rule: limits ? "runners/limits-exceed-node" : "runners/unplaceable",
    path: `${path}.maxRunners`,
    subject: inCore.length === 1 ? `scale set ${set.name}` : `cluster ${set.cluster}`,
    have: bound,
    need: asked,
    limit: bound,
    unit: "runners",
    message: `${verdict} ${facts.join(" ")}`,
    remedy: lowerMaximum(
      survey,
      maxima,
      sets,
      limits
        ? "Lower several maxima or their memory limits, or add nodes."
        : "Lower several maxima or their requests, or add nodes.",
    ),
  });
}

/** `its 4 runners`, or `the 3 runners of a and b` where the cluster has others that they share no node with. */
function describeRunners(survey: Survey, sets: readonly number[], asked: number): string {
  const cluster = survey.sets[sets[0] as number]?.set.cluster;
  const all = total(survey.sets.filter((s) => s.set.cluster === cluster).map((s) => s.set.maxRunners));
  const runners = count(asked, "runner");
  if (all === asked) return `its ${runners}`;
  return `the ${runners} of ${listNames(sets.map((s) => (survey.sets[s] as SurveyedSet).set.name))}`;
}

/** Nodes that admit some of the scale sets but that nothing is known of. */
function nodesNotCounted(survey: Survey, sets: readonly number[]): string[] {
  const uncounted = new Set<number>();
  for (const s of sets) {
    const { eligible, known } = survey.sets[s] as SurveyedSet;
    if (known.length === eligible.length) continue;
    const counted = new Set(known);
    for (const n of eligible) if (!counted.has(n)) uncounted.add(n);
  }
  return [...uncounted].sort((a, b) => a - b).map((n) => (survey.nodes[n] as SurveyedNode).node.name);
}

function unproven(survey: Survey, scenario: Scenario, part: number, sets: readonly number[]): Finding {
  const { set, path } = survey.sets[sets[0] as number] as SurveyedSet;
  const { asked, bound } = runnersOf(survey, scenario, part);
  const { solution } = scenario.parts[part] as Part;
  const what = scenario.question.limits ? "requests and memory limits" : "requests";
  return finding({
    rule: "runners/unproven",
    path: `${path}.maxRunners`,
    subject: `cluster ${set.cluster}`,
    have: solution.seated,
    need: asked,
    limit: bound,
    unit: "runners",
    message: `Cluster ${set.cluster}: cannot prove that ${describeRunners(survey, sets, asked)} at maximum fit at once by ${what}; the search seated ${solution.seated} pods and found no proof against ${bound} runners.`,
    remedy: "Leave more room: lower a maximum or a request, or add a node.",
  });
}

function groupId(scenario: Scenario, part: number, local: number): number {
  return (scenario.parts[part] as Part).component.groupIds[local] as number;
}

/** `a asks for 8 of 4 CPU, 32Gi memory: honey seats at most 6 (memory, 219.81Gi free).` */
function groupFacts(survey: Survey, scenario: Scenario, part: number, g: number): string {
  const id = groupId(scenario, part, g);
  const sets = survey.sets.filter(({ active }, s) => active && scenario.shapes[s]?.includes(id));
  const pods = (scenario.parts[part] as Part).solver.counts[g] as number;
  const names = listNames(sets.map((s) => s.set.name));
  const { demand, nodes } = scenario.problem.groups[id] as Group;
  const figures = describeRequests({
    cpu: demand[CPU] as number,
    memory: demand[MEMORY] as number,
    ephemeralStorage: demand[EPHEMERAL] === 0 ? null : (demand[EPHEMERAL] as number),
  });
  const limit = demand[LIMIT] === 0 ? "" : ` with a memory limit of ${formatBytes(demand[LIMIT] as number)}`;
  const caps = [...nodes].map((node) => ({ node, seats: room(scenario.problem.free, node, demand) }));
  const shown = caps.slice(0, MOST_FACTS).map(({ node, seats }) => {
    const name = survey.nodes[scenario.nodes[node] as number]?.node.name;
    return `${name} seats at most ${seats}${reason(scenario, node, demand, seats)}`;
  });
  const more = caps.slice(MOST_FACTS);
  if (more.length > 0)
    shown.push(`${count(more.length, "more node")} seat at most ${total(more.map((c) => c.seats))}`);
  const verb = sets.length === 1 ? "asks" : "ask";
  return `${names} ${verb} for ${pods} of ${figures}${limit}: ${shown.join(", ")}.`;
}

function reason(scenario: Scenario, node: number, demand: Float64Array, seats: number): string {
  const free = scenario.problem.free.slice(node * DIMENSIONS, (node + 1) * DIMENSIONS);
  const left = Float64Array.from(free);
  take(left, 0, demand, seats);
  const d = binding(left, 0, demand);
  if (d === undefined) return "";
  if (d === RUNNERS) return " (one runner at a time)";
  return ` (${DIMENSION_NAMES[d]}, ${figure(d, free[d] as number)} free)`;
}

const DIMENSION_NAMES: Readonly<Record<number, string>> = {
  [CPU]: "cpu",
  [MEMORY]: "memory",
  [EPHEMERAL]: "ephemeral storage",
  [PODS]: "pods",
  [LIMIT]: "memory limits",
  [RUNNERS]: "runners on one-at-a-time nodes",
};

function figure(dimension: number, value: number): string {
  if (dimension === CPU) return formatCpu(value);
  return dimension === PODS || dimension === RUNNERS ? `${value}` : formatBytes(value);
}

function jointFact({ component, solver }: Part, core: readonly number[]): string {
  const asked = only(solver.counts, core);
  const { bound } = solve(solver, asked, { left: OPERATIONS });
  const excess = overasked(component, asked, core);
  const nodes = core.length > MOST_FACTS ? "their nodes" : "these nodes";
  const sums = excess
    ? `${DIMENSION_NAMES[excess.dimension]}: ${figure(excess.dimension, excess.asked)} asked, ${figure(excess.dimension, excess.free)} free`
    : "the sums fit, the holes do not";
  return `Together ${nodes} seat at most ${bound} of their ${total(asked)} pods (${sums}).`;
}
