import { type Finding, finding } from "../../model/finding.ts";
import { formatBytes, formatCpu } from "../../model/format.ts";
import type { LargestMaximum } from "../capacity.ts";
import { count, listNames } from "../host/names.ts";
import { describeRequests } from "./envelope.ts";
import { lowerMaximum } from "./maxima.ts";
import type { Component } from "./placement/components.ts";
import {
  binding,
  CPU,
  DIMENSIONS,
  EPHEMERAL,
  type Group,
  LIMIT,
  MEMORY,
  PODS,
  room,
  take,
  total,
} from "./placement/problem.ts";
import { decide, solve } from "./placement/solve.ts";
import type { Part, Scenario } from "./scenario.ts";
import type { Survey, SurveyedSet } from "./survey.ts";

/** Parts with more groups or links are explained by the groups that their nodes cannot hold alone, or all. */
const MAX_GROUPS = 16;
const MAX_LINKS = 1_000;
/** Operations of search to find a smallest core, and to bound it. */
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
  const core = coreOf(scenario.parts[part] as Part);
  const sets = setsOf(survey, scenario, part);
  const inCore = sets.filter((s) =>
    core.some((g) => scenario.shapes[s]?.includes(groupId(scenario, part, g))),
  );
  const [first] = inCore;
  const { set, path } = survey.sets[first as number] as SurveyedSet;
  const where = `Cluster ${set.cluster}`;
  const facts = core.slice(0, MOST_FACTS).map((g) => groupFacts(survey, scenario, part, g));
  if (core.length > MOST_FACTS) facts.push(`${core.length - MOST_FACTS} more groups of runners take part.`);
  if (core.length > 1) facts.push(jointFact(scenario.parts[part] as Part, core));
  const runners = count(asked, "runner");
  const verdict = limits
    ? `${where} seats its ${runners} at maximum by requests, but not within its nodes' memory limits: at most ${bound}, short by ${asked - bound}.`
    : `${where} cannot seat its ${runners} at maximum at once by requests: at most ${bound}, short by ${asked - bound}.`;
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
    message: `Cluster ${set.cluster}: cannot prove that its ${count(asked, "runner")} at maximum fit at once by ${what}; the search seated ${solution.seated} pods and found no proof against ${bound} runners.`,
    remedy: "Leave more room: lower a maximum or a request, or add a node.",
  });
}

/** A smallest set of groups that cannot be seated together: dropping any of them would leave a seating. */
function coreOf({ component, solver }: Part): number[] {
  const { counts } = solver;
  const active = component.groups.map((_, g) => g).filter((g) => (counts[g] as number) > 0);
  const alone = active.find((g) => (counts[g] as number) > (component.alone[g] as number));
  if (alone !== undefined) return [alone];
  if (active.length > MAX_GROUPS || component.links > MAX_LINKS) return active;
  const effort = { left: OPERATIONS };
  let kept = active;
  for (const g of active) {
    const fewer = kept.filter((other) => other !== g);
    if (decide(solver, only(counts, fewer), effort) === "impossible") kept = fewer;
  }
  return kept;
}

function only(counts: readonly number[], groups: readonly number[]): number[] {
  return counts.map((n, g) => (groups.includes(g) ? n : 0));
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
  const there = free[d] as number;
  if (d === CPU) return ` (cpu, ${formatCpu(there)} free)`;
  if (d === MEMORY) return ` (memory, ${formatBytes(there)} free)`;
  if (d === EPHEMERAL) return ` (ephemeral storage, ${formatBytes(there)} free)`;
  if (d === LIMIT) return ` (memory limits, ${formatBytes(there)} free)`;
  return d === PODS ? ` (pods, ${there} free)` : " (one runner at a time)";
}

function jointFact({ component, solver }: Part, core: readonly number[]): string {
  const asked = only(solver.counts, core);
  const { bound } = solve(solver, asked, { left: OPERATIONS });
  const sums = overasked(component, asked);
  return `Together these nodes seat at most ${bound} of their ${total(asked)} pods${sums}.`;
}

/** The first dimension in which the groups ask for more than all nodes have; empty if the sums fit. */
function overasked(component: Component, counts: readonly number[]): string {
  const texts: readonly [number, string, (n: number) => string][] = [
    [CPU, "cpu", formatCpu],
    [MEMORY, "memory", formatBytes],
    [EPHEMERAL, "ephemeral storage", formatBytes],
    [LIMIT, "memory limits", formatBytes],
  ];
  for (const [d, text, format] of texts) {
    let asked = 0;
    component.groups.forEach(({ demand }, g) => {
      asked += (counts[g] as number) * (demand[d] as number);
    });
    let free = 0;
    for (let i = d; i < component.free.length; i += DIMENSIONS) free += component.free[i] as number;
    if (asked > free) return ` (${text}: ${format(asked)} asked, ${format(free)} free)`;
  }
  return " (the sums fit, the holes do not)";
}
