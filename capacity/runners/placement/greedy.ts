import type { Component } from "./components.ts";
import { DIMENSIONS, type Group, room, type Seat, take } from "./problem.ts";

/** What a seating found: seats by local group, and how many pods of each group got none. */
export interface Seating {
  readonly seats: readonly (readonly Seat[])[];
  readonly left: readonly number[];
  readonly seated: number;
  /** What the nodes have left after it. */
  readonly free: Float64Array;
}

/**
 * Seats group after group, each filling its nodes in order. One pass is groups × nodes, whatever the number
 * of pods.
 */
export function fill(
  component: Component,
  counts: readonly number[],
  order: readonly number[],
  nodesOf: (group: number) => Int32Array,
): Seating {
  const free = Float64Array.from(component.free);
  const seats: Seat[][] = component.groups.map(() => []);
  const left = [...counts];
  let seated = 0;
  for (const g of order) {
    const { demand } = component.groups[g] as Group;
    let rest = left[g] as number;
    if (rest === 0) continue;
    for (const node of nodesOf(g)) {
      const count = Math.min(rest, room(free, node, demand));
      if (count === 0) continue;
      take(free, node, demand, count);
      (seats[g] as Seat[]).push({ node, count });
      rest -= count;
      seated += count;
      if (rest === 0) break;
    }
    left[g] = rest;
  }
  return { seats, left, seated, free };
}

/**
 * Seatings by several orders, the preferred one first: the least free choice first on the preferred nodes.
 * Later ones try the largest pods first, and the smallest nodes that take them.
 */
export function* seatings(component: Component, counts: readonly number[]): Generator<Seating> {
  const preferred = (g: number) => (component.groups[g] as Group).nodes;
  const orders = groupOrders(component, counts);
  yield fill(component, counts, orders[0] as number[], preferred);
  const tight = tightNodes(component);
  yield fill(component, counts, orders[0] as number[], (g) => tight[g] as Int32Array);
  for (const order of orders.slice(1)) {
    yield fill(component, counts, order, preferred);
    yield fill(component, counts, order, (g) => tight[g] as Int32Array);
  }
}

/** What all nodes together offer, by dimension; infinite where one node is unbounded. */
function offered(component: Component): Float64Array {
  const sums = new Float64Array(DIMENSIONS);
  for (let i = 0; i < component.free.length; i++) {
    const d = i % DIMENSIONS;
    sums[d] = (sums[d] as number) + (component.free[i] as number);
  }
  return sums;
}

function groupOrders(component: Component, counts: readonly number[]): number[][] {
  const sums = offered(component);
  const share = component.groups.map(({ demand }) => {
    let most = 0;
    for (let d = 0; d < DIMENSIONS; d++) most = Math.max(most, (demand[d] as number) / (sums[d] as number));
    return most;
  });
  const by = (...keys: ((g: number) => number)[]) =>
    component.groups
      .map((_, g) => g)
      .sort((a, b) => {
        for (const key of keys) {
          const difference = key(a) - key(b);
          if (difference !== 0) return difference;
        }
        return a - b;
      });
  const nodes = (g: number) => (component.groups[g] as Group).nodes.length;
  const largest = (g: number) => -(share[g] as number);
  const slack = (g: number) => (component.alone[g] as number) / Math.max(1, counts[g] as number);
  const demand = (d: number) => (g: number) => -((component.groups[g] as Group).demand[d] as number);
  return [
    by(nodes, largest),
    by(largest),
    by(slack, largest),
    by(demand(0), largest),
    by(demand(1), largest),
  ];
}

/** Each group's nodes, those with the least room for anything first. */
function tightNodes(component: Component): Int32Array[] {
  const nodeCount = component.nodeIds.length;
  const sums = offered(component);
  const size = new Float64Array(nodeCount);
  for (let n = 0; n < nodeCount; n++) {
    for (let d = 0; d < DIMENSIONS; d++) {
      const sum = sums[d] as number;
      if (Number.isFinite(sum) && sum > 0)
        size[n] = (size[n] as number) + (component.free[n * DIMENSIONS + d] as number) / sum;
    }
  }
  const rank = new Int32Array(nodeCount);
  [...size.keys()]
    .sort((a, b) => (size[a] as number) - (size[b] as number) || a - b)
    .forEach((n, r) => {
      rank[n] = r;
    });
  const byRank = new Int32Array(nodeCount);
  for (let n = 0; n < nodeCount; n++) byRank[rank[n] as number] = n;
  return component.groups.map(({ nodes }) =>
    nodes
      .map((n) => rank[n] as number)
      .sort()
      .map((r) => byRank[r] as number),
  );
}
