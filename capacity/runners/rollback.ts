import { compareText } from "../../model/finding.ts";
import { type Family, familyOf, givable } from "./placement/bounds.ts";
import type { Component } from "./placement/components.ts";
import { type Group, room, type Seat, take } from "./placement/problem.ts";
import { ESTIMATE, type Solution, type Solver, solve, solver } from "./placement/solve.ts";
import type { Part, Scenario } from "./scenario.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "./survey.ts";

/** A lane that is put back on one node alone. */
export interface LaneBack {
  /** Index of the scale set. */
  readonly set: number;
  /** Index of the node in the fleet; it admits the scale set. */
  readonly node: number;
}

/** Operations that all rollbacks may cost together: about 300 ms at worst. */
const OPERATIONS = 60_000_000;
/** Operations of exact search for one of them. */
const SEARCH_OPERATIONS = 10_000_000;

/**
 * The placement within limits with each lane put back on its node, the rest as declared. Each question
 * differs from the fleet's own by one lane, so the parts that the lane is not in are taken over, and its own
 * part gets one more group that may use one node. In name order, so that the declaration plays no part if
 * the operations run out.
 */
export function rollBackLanes(survey: Survey, limits: Scenario, lanes: readonly LaneBack[]): Scenario[] {
  const effort = { left: OPERATIONS };
  const setName = ({ set }: LaneBack) => (survey.sets[set] as SurveyedSet).set.name;
  const nodeName = ({ node }: LaneBack) => (survey.nodes[node] as SurveyedNode).node.name;
  const scenarios = new Map<LaneBack, Scenario>();
  const byName = [...lanes].sort(
    (a, b) => compareText(setName(a), setName(b)) || compareText(nodeName(a), nodeName(b)),
  );
  for (const lane of byName) scenarios.set(lane, rollBackLane(survey, limits, lane, effort));
  return lanes.map((lane) => scenarios.get(lane) as Scenario);
}

function rollBackLane(survey: Survey, limits: Scenario, lane: LaneBack, effort: { left: number }): Scenario {
  const shape = limits.shapes[lane.set];
  if (!shape) return limits;
  const runners = (survey.sets[lane.set] as SurveyedSet).set.maxRunners;
  const rank = limits.nodes.indexOf(lane.node);
  const groups = [...limits.problem.groups];
  const where = [...limits.where];
  const parts = [...limits.parts];
  const moved = new Map<number, number>();
  for (const g of new Set(shape)) {
    const { part, local } = limits.where[g] as { part: number; local: number };
    const id = groups.length;
    const pods = runners * shape.filter((other) => other === g).length;
    groups.push({ demand: (groups[g] as Group).demand, nodes: Int32Array.of(rank) });
    const before = parts[part] as Part;
    where.push({ part, local: before.component.groups.length });
    parts[part] = confine(before, { local, id, rank, pods }, effort);
    moved.set(g, id);
  }
  const verdicts = parts.map((p) => p.solution.verdict);
  return {
    ...limits,
    problem: { ...limits.problem, groups },
    parts,
    where,
    shapes: limits.shapes.map((s, i) => (i === lane.set ? shape.map((g) => moved.get(g) as number) : s)),
    verdict: verdicts.find((v) => v === "impossible") ?? verdicts.find((v) => v === "undecided") ?? "placed",
  };
}

interface Confined {
  /** The group whose pods are confined, in the part. */
  readonly local: number;
  /** Index of the new group in the problem. */
  readonly id: number;
  /** The one node, in the problem. */
  readonly rank: number;
  readonly pods: number;
}

/** The part with some pods of one group as a group of their own that may use one node. */
function confine(part: Part, { local, id, rank, pods }: Confined, effort: { left: number }): Part {
  const { component, solver: before } = part;
  const { demand } = component.groups[local] as Group;
  const node = component.nodeIds.indexOf(rank);
  const seats = node === -1 ? 0 : room(component.free, node, demand);
  const usable = seats === 0 ? [] : [node];
  const confined: Component = {
    ...component,
    groups: [...component.groups, { demand, nodes: Int32Array.from(usable) }],
    groupIds: [...component.groupIds, id],
    alone: [...component.alone, seats],
    caps: [...component.caps, Float64Array.from(usable, () => seats)],
    links: component.links + usable.length,
  };
  const counts = [...before.counts.map((n, g) => (g === local ? n - pods : n)), pods];
  const own = solver(confined, counts, () => withConfined(confined, before.known(), usable));
  const solution = moveSeats(part, confined, local, node, pods) ?? decideAnew(own, part.solution, effort);
  return { component: confined, solver: own, solution };
}

/** The families with the new last group in them, and one for its node. */
function withConfined(component: Component, known: readonly Family[], usable: readonly number[]): Family[] {
  const { groups } = component;
  const last = groups.length - 1;
  const inFamily = known.map((family): Family => {
    const inside = usable.every((n) => family.nodes[n] === 1);
    const has = Uint8Array.from(groups, (_, g) => (g === last ? Number(inside) : (family.has[g] as number)));
    return { ...family, members: inside ? [...family.members, last] : family.members, has };
  });
  const alone = Int32Array.from(usable);
  return usable.length === 0 ? inFamily : [...inFamily, familyOf(component, alone, givable(component))];
}

/** The declared seating with the pods on the one node; undefined if there is none or they have no room there. */
function moveSeats(
  { solution }: Part,
  { groups }: Component,
  local: number,
  node: number,
  pods: number,
): Solution | undefined {
  if (solution.verdict !== "placed" || (node === -1 && pods > 0)) return undefined;
  const { demand } = groups[local] as Group;
  const free = Float64Array.from(solution.free);
  // Those that are there already stay; then the ones on the least preferred nodes go.
  const order = [...(solution.seats[local] ?? [])].sort(
    (a, b) => Number(b.node === node) - Number(a.node === node) || b.node - a.node,
  );
  const rest: Seat[] = [];
  let left = pods;
  for (const seat of order) {
    const taken = Math.min(left, seat.count);
    left -= taken;
    take(free, seat.node, demand, -taken);
    if (seat.count > taken) rest.push({ node: seat.node, count: seat.count - taken });
  }
  if (pods > 0 && room(free, node, demand) < pods) return undefined;
  if (pods > 0) take(free, node, demand, pods);
  const seats = [
    ...solution.seats.map((s, g) => (g === local ? rest : s)),
    pods > 0 ? [{ node, count: pods }] : [],
  ];
  return { ...solution, seats, free };
}

/** What the rest of the effort settles. Less room cannot seat more, so the declared bound stands. */
function decideAnew(own: Solver, declared: Solution, effort: { left: number }): Solution {
  const { component, counts } = own;
  const cost = component.links * ESTIMATE;
  if (effort.left < cost) {
    const verdict = declared.verdict === "impossible" ? "impossible" : "undecided";
    const none = component.groups.map(() => []);
    return { verdict, seats: none, seated: 0, bound: declared.bound, free: component.free };
  }
  const searching = { left: Math.min(SEARCH_OPERATIONS, effort.left - cost) };
  const given = searching.left;
  const solution = solve(own, counts, searching);
  effort.left -= cost + given - searching.left;
  return solution;
}
