import { compareText } from "../../model/finding.ts";
import type { PodDemand } from "./envelope.ts";
import { type Component, splitComponents } from "./placement/components.ts";
import { DIMENSIONS, type Group, type Problem } from "./placement/problem.ts";
import type { Effort } from "./placement/search.ts";
import { type Solution, type Solver, solve, solver } from "./placement/solve.ts";
import { limitsLeft, type Survey, type SurveyedNode, type SurveyedSet } from "./survey.ts";

/** Which question is put to the placement. */
export interface Question {
  /** Whether memory limits are kept, except on one-at-a-time nodes. */
  readonly limits: boolean;
}

/** A part of the fleet that shares no node with the rest, and what is known of it. */
export interface Part {
  readonly component: Component;
  readonly solver: Solver;
  readonly solution: Solution;
}

/** The seating problem of a fleet under one question, solved. */
export interface Scenario {
  readonly question: Question;
  readonly problem: Problem;
  /** By node of the problem: its index in the fleet. The preferred nodes come first. */
  readonly nodes: readonly number[];
  readonly parts: readonly Part[];
  /** By scale set: the groups whose pods make one of its runners; null if a figure is missing. */
  readonly shapes: readonly (readonly number[] | null)[];
  /** By group: its part and its local index there. */
  readonly where: readonly { readonly part: number; readonly local: number }[];
  readonly verdict: Solution["verdict"];
}

/** Operations of exact search for all parts of one question together: about 50 ms at worst. */
const OPERATIONS = 10_000_000;
/** What a part gets at least, however many there are. */
const LEAST_OPERATIONS = 50_000;

export function solveScenario(survey: Survey, question: Question): Scenario {
  const nodes = preference(survey.nodes);
  const { groups, counts, shapes } = groupPods(survey, question, nodes);
  const problem = { groups, free: freeOf(survey, question, nodes) };
  const components = splitComponents(problem);
  const where: { part: number; local: number }[] = [];
  components.forEach((c, part) => {
    c.groupIds.forEach((g, local) => {
      where[g] = { part, local };
    });
  });
  const share = Math.max(LEAST_OPERATIONS, Math.floor(OPERATIONS / Math.max(1, components.length)));
  const parts = components.map((component): Part => {
    const local = component.groupIds.map((g) => counts[g] as number);
    const effort: Effort = { left: share };
    const own = solver(component, local);
    return { component, solver: own, solution: solve(own, local, effort) };
  });
  const verdicts = new Set(parts.map((p) => p.solution.verdict));
  const verdict = verdicts.has("impossible")
    ? "impossible"
    : verdicts.has("undecided")
      ? "undecided"
      : "placed";
  return { question, problem, nodes, parts, shapes, where, verdict };
}

/** True if all runners of a scale set have a proven seat; false too where nothing can be said of them. */
export function isSeated({ shapes, where, parts }: Scenario, set: number): boolean {
  return shapes[set]?.every((g) => parts[where[g]?.part ?? -1]?.solution.verdict === "placed") ?? false;
}

/** Pods that ask for the same and may use the same nodes become one group, whichever scale set they are of. */
function groupPods(survey: Survey, question: Question, order: readonly number[]) {
  const groups: Group[] = [];
  const counts: number[] = [];
  const shapes: (readonly number[] | null)[] = survey.sets.map(() => null);
  const indices = new Map<string, number>();
  const lanes = new Map<readonly number[], { id: number; nodes: Int32Array }>();
  const ranks = new Int32Array(order.length);
  order.forEach((n, rank) => {
    ranks[n] = rank;
  });
  const laneOf = (known: readonly number[]) => {
    let lane = lanes.get(known);
    if (!lane) {
      lane = { id: lanes.size, nodes: Int32Array.from(known, (n) => ranks[n] as number).sort() };
      lanes.set(known, lane);
    }
    return lane;
  };
  for (const s of byName(survey)) {
    const { envelope, known, set } = survey.sets[s] as SurveyedSet;
    if (!envelope.pods) continue;
    const lane = laneOf(known);
    shapes[s] = envelope.pods.map((pod) => {
      const demand = demandOf(pod, question);
      const key = `${lane.id}|${demand.join()}`;
      let group = indices.get(key);
      if (group === undefined) {
        group = groups.length;
        indices.set(key, group);
        groups.push({ demand, nodes: lane.nodes });
        counts.push(0);
      }
      counts[group] = (counts[group] as number) + set.maxRunners;
      return group;
    });
  }
  return { groups, counts, shapes };
}

/** Scale sets by name, so that the order of declaration plays no part. */
function byName({ sets }: Survey): number[] {
  return [...sets.keys()].sort((a, b) => {
    const [x, y] = [(sets[a] as SurveyedSet).set, (sets[b] as SurveyedSet).set];
    return compareText(x.name, y.name) || compareText(x.cluster, y.cluster);
  });
}

function demandOf(pod: PodDemand, { limits }: Question): Float64Array {
  return Float64Array.of(
    pod.cpu,
    pod.memory,
    pod.ephemeralStorage,
    pod.pods,
    limits ? pod.memoryLimit : 0,
    1,
  );
}

/**
 * Nodes in the order in which they are filled: untainted ones first, overflow nodes last, then by name. The
 * order of declaration plays no part, so that moving a line in the fleet moves no runner.
 */
function preference(nodes: readonly SurveyedNode[]): number[] {
  return [...nodes.keys()].sort((a, b) => {
    const [x, y] = [nodes[a] as SurveyedNode, nodes[b] as SurveyedNode];
    return (
      Number(x.overflow !== undefined) - Number(y.overflow !== undefined) ||
      Number(x.tainted) - Number(y.tainted) ||
      compareText(x.node.name, y.node.name) ||
      compareText(x.node.cluster, y.node.cluster)
    );
  });
}

/** What each node has left. A figure that is not recorded counts as nothing; no runner that asks for it may land there. */
function freeOf({ nodes, fleet }: Survey, { limits }: Question, order: readonly number[]): Float64Array {
  const free = new Float64Array(nodes.length * DIMENSIONS);
  order.forEach((n, rank) => {
    const surveyed = nodes[n] as SurveyedNode;
    const { allocatable, running } = surveyed.node;
    const unbounded = Number.POSITIVE_INFINITY;
    const values = [
      (allocatable.cpu ?? 0) - (running?.cpu ?? 0),
      (allocatable.memory ?? 0) - (running?.memory ?? 0),
      (allocatable.ephemeralStorage ?? 0) - (running?.ephemeralStorage ?? 0),
      (allocatable.pods ?? 0) - (running?.pods ?? 0),
      limits && !surveyed.oneAtATime ? limitsLeft(surveyed, fleet.policy.limitRatio) : unbounded,
      surveyed.oneAtATime ? 1 : unbounded,
    ];
    free.set(values, rank * DIMENSIONS);
  });
  return free;
}

/** Pods of one role of one scale set on one node. */
export interface PodSeats {
  readonly set: number;
  /** Index into the envelope's pods. */
  readonly pod: number;
  readonly node: number;
  readonly count: number;
}

/**
 * Hands the seats of each group to the scale sets in it, by name. A runner whose workflow pod got no seat
 * has no seat either.
 */
export function podSeats(survey: Survey, { parts, shapes, nodes }: Scenario): PodSeats[] {
  const pools = new Map<number, { node: number; count: number }[]>();
  for (const { component, solution } of parts) {
    component.groupIds.forEach((g, local) => {
      const seats = [...(solution.seats[local] ?? [])].sort((a, b) => a.node - b.node);
      const fleetNode = (n: number) => nodes[component.nodeIds[n] as number] as number;
      pools.set(
        g,
        seats.map(({ node, count }) => ({ node: fleetNode(node), count })),
      );
    });
  }
  const handed = byName(survey).flatMap((set) => {
    const shape = shapes[set];
    const asked = survey.sets[set]?.set.maxRunners ?? 0;
    if (!shape || asked === 0) return [];
    const least = Math.min(asked, ...shape.map((g) => runnersLeft(pools.get(g), shape, g)));
    return shape.flatMap((g, pod) =>
      draw(pools.get(g) ?? [], least).map(({ node, count }) => ({ set, pod, node, count })),
    );
  });
  return handed.sort((a, b) => a.set - b.set || a.node - b.node || a.pod - b.pod);
}

function runnersLeft(
  pool: readonly { readonly count: number }[] | undefined,
  shape: readonly number[],
  group: number,
): number {
  const left = pool?.reduce((sum, s) => sum + s.count, 0) ?? 0;
  return Math.floor(left / shape.filter((g) => g === group).length);
}

function draw(pool: { node: number; count: number }[], count: number): { node: number; count: number }[] {
  const drawn: { node: number; count: number }[] = [];
  let rest = count;
  for (const seat of pool) {
    const taken = Math.min(rest, seat.count);
    if (taken === 0) continue;
    seat.count -= taken;
    rest -= taken;
    drawn.push({ node: seat.node, count: taken });
  }
  return drawn;
}
