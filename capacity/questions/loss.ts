import type { Component } from "../runners/placement/components.ts";
import { DIMENSIONS, type Group, room, take, total } from "../runners/placement/problem.ts";
import type { Effort } from "../runners/placement/search.ts";
import { ESTIMATE, type Solution, solve, solver } from "../runners/placement/solve.ts";
import type { Part, Scenario } from "../runners/scenario.ts";

/**
 * What a placement becomes when one node is lost. Only the part that the node is in changes. The pods that
 * were seated there are put into what the others have left first; where that seats them all, nothing else has
 * to be looked for.
 */

/** The declared seating of a part with the pods of one node put elsewhere. */
export interface Repair {
  readonly part: Part;
  /** The lost node, in the part. */
  readonly node: number;
  /** Pods that were seated on the node. */
  readonly displaced: number;
  /** By group: pods without a seat. All 0: the seating is a proof. */
  readonly left: readonly number[];
  /** Where the displaced pods went. */
  readonly moved: readonly { readonly group: number; readonly node: number; readonly count: number }[];
}

/** What is asked of a part once, so that thousands of losses cost little each. */
export interface Losses {
  readonly part: Part;
  /** What is seated on each node. */
  readonly tenants: readonly (readonly { readonly group: number; readonly count: number }[])[];
  /** By group: pods that have no seat anyway. */
  readonly left: readonly number[];
  /** By group: its nodes that have room left, in its order. */
  readonly roomy: (group: number) => readonly number[];
  /** What is left by node and dimension; changed and restored within each repair. */
  readonly free: Float64Array;
}

export function lossesOf(part: Part): Losses {
  const { component, solution, solver: own } = part;
  const tenants: { group: number; count: number }[][] = Array.from(component.nodeIds, () => []);
  solution.seats.forEach((seats, group) => {
    for (const { node, count } of seats) tenants[node]?.push({ group, count });
  });
  const left = own.counts.map((n, g) => n - total((solution.seats[g] ?? []).map((s) => s.count)));
  const known = new Map<number, readonly number[]>();
  const roomy = (g: number) => {
    const { demand, nodes } = component.groups[g] as Group;
    const found = known.get(g) ?? [...nodes].filter((n) => room(solution.free, n, demand) > 0);
    known.set(g, found);
    return found;
  };
  return { part, tenants, left, roomy, free: solution.free.slice() };
}

export function repair({ part, tenants, left: unseated, roomy, free }: Losses, node: number): Repair {
  const { component } = part;
  const left = [...unseated];
  const moved: { group: number; node: number; count: number }[] = [];
  let displaced = 0;
  // Those with the fewest nodes choose first, as in the seating itself.
  const order = [...(tenants[node] ?? [])].sort(
    (a, b) => nodesOf(component, a.group) - nodesOf(component, b.group) || a.group - b.group,
  );
  for (const { group, count } of order) {
    displaced += count;
    const { demand } = component.groups[group] as Group;
    let rest = count;
    for (const other of roomy(group)) {
      if (rest === 0) break;
      const taken = other === node ? 0 : Math.min(rest, room(free, other, demand));
      if (taken === 0) continue;
      take(free, other, demand, taken);
      moved.push({ group, node: other, count: taken });
      rest -= taken;
    }
    left[group] = (left[group] as number) + rest;
  }
  for (const { group, node: other, count } of moved)
    take(free, other, (component.groups[group] as Group).demand, -count);
  return { part, node, displaced, left, moved };
}

/** What is left after a repair: nothing on the lost node. */
export function freeAfterRepair({ part: { component, solution }, node, moved }: Repair): Float64Array {
  const free = solution.free.slice();
  free.fill(0, node * DIMENSIONS, (node + 1) * DIMENSIONS);
  for (const { group, node: other, count } of moved)
    take(free, other, (component.groups[group] as Group).demand, count);
  return free;
}

/** How many more of a shape of one pod fit after each repair; only the nodes that it changed are looked at. */
export function roomCounter({ part: { component, solution } }: Losses, group: number) {
  const { demand, nodes } = component.groups[group] as Group;
  const rooms = new Float64Array(component.nodeIds.length);
  for (const n of nodes) rooms[n] = room(solution.free, n, demand);
  const all = rooms.reduce((sum, n) => sum + n, 0);
  return ({ node, moved }: Repair): number => {
    const here = new Map<number, Float64Array>();
    for (const { group: other, node: at, count } of moved) {
      const left = here.get(at) ?? solution.free.slice(at * DIMENSIONS, (at + 1) * DIMENSIONS);
      take(left, 0, (component.groups[other] as Group).demand, count);
      here.set(at, left);
    }
    let seats = all - (rooms[node] as number);
    for (const [at, left] of here) {
      const before = rooms[at] as number;
      if (before > 0) seats -= before - room(left, 0, demand);
    }
    return seats;
  };
}

function nodesOf({ groups }: Component, g: number): number {
  return (groups[g] as Group).nodes.length;
}

/** True if everything that the part asks for has a seat without the node. */
export function isPlaced({ left }: Repair): boolean {
  return left.every((n) => n === 0);
}

/** The seating of a repair as a solution; `placed` if it seats everything, else not settled. */
export function asSolution(repaired: Repair): Solution {
  const { part, node, moved } = repaired;
  const seats = part.solution.seats.map((list, g) => [
    ...list.filter((s) => s.node !== node),
    ...moved.filter((m) => m.group === g).map((m) => ({ node: m.node, count: m.count })),
  ]);
  const seated = total(part.solver.counts) - total(repaired.left);
  return {
    verdict: isPlaced(repaired) ? "placed" : "undecided",
    seats,
    seated,
    bound: Math.min(part.solution.bound, total(part.solver.counts)),
    free: freeAfterRepair(repaired),
  };
}

/** The part as a problem of its own without the node; what the effort settles of it. */
export function solveWithout(part: Part, node: number, effort: Effort, operations: number): Part | undefined {
  const { component, solver: before } = part;
  const cost = component.links * ESTIMATE;
  if (effort.left < cost) return undefined;
  const free = component.free.slice();
  free.fill(0, node * DIMENSIONS, (node + 1) * DIMENSIONS);
  const caps = component.caps.map((own, g) => {
    const at = (component.groups[g] as Group).nodes.indexOf(node);
    return at === -1 ? own : own.with(at, 0);
  });
  const alone = caps.map((own) => own.reduce((sum, n) => sum + n, 0));
  const rest: Component = { ...component, free, caps, alone };
  const own = solver(rest, before.counts);
  const searching = { left: Math.min(operations, effort.left - cost) };
  const given = searching.left;
  const solution = solve(own, before.counts, searching);
  effort.left -= cost + given - Math.max(0, searching.left);
  return { component: rest, solver: own, solution };
}

/** Where each node of the problem is: its part and its place there; undefined if it seats nothing of any group. */
export function placesOf({ parts, problem }: Scenario): ({ part: number; local: number } | undefined)[] {
  const places = Array.from<{ part: number; local: number } | undefined>({
    length: problem.free.length / DIMENSIONS,
  });
  parts.forEach(({ component }, part) => {
    component.nodeIds.forEach((node, local) => {
      places[node] = { part, local };
    });
  });
  return places;
}
