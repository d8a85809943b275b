import { type Family, givable } from "./bounds.ts";
import type { Component } from "./components.ts";
import { DIMENSIONS, type Group, room, type Seat, take, total } from "./problem.ts";

/**
 * A bound on work that needs no clock, so that the same fleet always gets the same answer. Counted in
 * elementary operations: some 5 ns each, so that ten million are about 50 ms.
 */
export interface Effort {
  left: number;
}

/** Operations of one choice of a count, about. */
const CHOICE = 20;

/** Deeper recursion than this would endanger the stack; larger parts are left to the bounds. */
const MAX_LINKS = 4_000;

/** True if a component is small enough for the exact search. */
export function searchable(component: Component): boolean {
  return component.links <= MAX_LINKS;
}

export type Searched =
  | { readonly verdict: "placed"; readonly seats: readonly (readonly Seat[])[] }
  | { readonly verdict: "impossible" | "undecided" };

/**
 * Looks for a seating that leaves at most `slack` pods without a seat; exact unless the effort runs out.
 *
 * Node after node, every maximal pattern of pods is tried: if a seating exists then one exists in which no
 * node has room for a pod that is seated on a later node or nowhere, since that pod may be moved there. What
 * failed is remembered by node and pods left; that is also what breaks the symmetry of identical nodes.
 */
export function search(
  component: Component,
  counts: readonly number[],
  slack: number,
  known: readonly Family[],
  effort: Effort,
): Searched {
  if (!searchable(component)) return { verdict: "undecided" };
  const order = nodeOrder(component);
  const usable = groupsByNode(component);
  const suffix = suffixes(component, order, known);
  const free = Float64Array.from(component.free);
  const left = [...counts];
  let leftTotal = total(counts);
  const seats: Seat[][] = component.groups.map(() => []);
  const failed = new Map<string, number>();
  let exhausted = false;

  const visitCost = (known.length * DIMENSIONS + CHOICE) * counts.length;

  const visit = (at: number): boolean => {
    if (leftTotal <= slack) return true;
    effort.left -= visitCost;
    if (at === order.length || lostFrom(component, left, known, suffix, at) > slack) return false;
    const key = `${at}:${left.join()}`;
    if ((failed.get(key) ?? -1) >= slack) return false;
    const node = order[at] as number;
    const groups = (usable[node] as number[]).filter((g) => (left[g] as number) > 0);
    if (choose(at, node, groups, 0)) return true;
    failed.set(key, slack);
    return false;
  };

  const choose = (at: number, node: number, groups: readonly number[], k: number): boolean => {
    effort.left -= CHOICE;
    if (effort.left <= 0) {
      exhausted = true;
      return false;
    }
    if (k === groups.length) {
      const maximal = groups.every(
        (g) => left[g] === 0 || room(free, node, (component.groups[g] as Group).demand) === 0,
      );
      return maximal && visit(at + 1);
    }
    const g = groups[k] as number;
    const { demand } = component.groups[g] as Group;
    const most = Math.min(left[g] as number, room(free, node, demand));
    const least = k === groups.length - 1 ? most : 0;
    for (let count = most; count >= least && !exhausted; count--) {
      take(free, node, demand, count);
      left[g] = (left[g] as number) - count;
      leftTotal -= count;
      if (choose(at, node, groups, k + 1)) {
        if (count > 0) (seats[g] as Seat[]).push({ node, count });
        return true;
      }
      take(free, node, demand, -count);
      left[g] = (left[g] as number) + count;
      leftTotal += count;
    }
    return false;
  };

  if (visit(0)) return { verdict: "placed", seats };
  return { verdict: exhausted ? "undecided" : "impossible" };
}

/** Nodes with the fewest possibilities first: their patterns are few and decide early. */
function nodeOrder(component: Component): number[] {
  const possibilities = new Float64Array(component.nodeIds.length);
  component.groups.forEach(({ nodes }, g) => {
    nodes.forEach((n, i) => {
      possibilities[n] = (possibilities[n] as number) + ((component.caps[g] as Float64Array)[i] as number);
    });
  });
  return [...possibilities.keys()].sort(
    (a, b) => (possibilities[a] as number) - (possibilities[b] as number) || a - b,
  );
}

/** Groups by node, the largest pods first. */
function groupsByNode(component: Component): number[][] {
  const lists: number[][] = Array.from(component.nodeIds, () => []);
  component.groups.forEach(({ nodes }, g) => {
    for (const n of nodes) (lists[n] as number[]).push(g);
  });
  const size = (g: number, n: number) => room(component.free, n, (component.groups[g] as Group).demand);
  lists.forEach((list, n) => {
    list.sort((a, b) => size(a, n) - size(b, n) || a - b);
  });
  return lists;
}

/** What the nodes from a position on offer: seats by group, and sums by family and dimension. */
interface Suffixes {
  readonly caps: readonly Float64Array[];
  readonly offered: readonly (readonly Float64Array[])[];
}

function suffixes(component: Component, order: readonly number[], known: readonly Family[]): Suffixes {
  const capOf = component.groups.map(({ nodes }, g) => {
    const caps = new Float64Array(component.nodeIds.length);
    nodes.forEach((n, i) => {
      caps[n] = (component.caps[g] as Float64Array)[i] as number;
    });
    return caps;
  });
  const caps = capOf.map((byNode) => {
    const sums = new Float64Array(order.length + 1);
    for (let at = order.length - 1; at >= 0; at--)
      sums[at] = (sums[at + 1] as number) + (byNode[order[at] as number] as number);
    return sums;
  });
  const give = givable(component);
  const offered = known.map((family) =>
    Array.from({ length: DIMENSIONS }, (_, d) => {
      const sums = new Float64Array(order.length + 1);
      for (let at = order.length - 1; at >= 0; at--) {
        const node = order[at] as number;
        const there = family.nodes[node] === 1 ? (give[node * DIMENSIONS + d] as number) : 0;
        sums[at] = (sums[at + 1] as number) + there;
      }
      return sums;
    }),
  );
  return { caps, offered };
}

/** At least this many of the pods left get no seat on the nodes from a position on. */
function lostFrom(
  component: Component,
  left: readonly number[],
  known: readonly Family[],
  suffix: Suffixes,
  at: number,
): number {
  let lost = 0;
  const clamped = left.map((n, g) => {
    const cap = (suffix.caps[g] as Float64Array)[at] as number;
    if (n > cap) lost += n - cap;
    return Math.min(n, cap);
  });
  let more = 0;
  known.forEach((family, f) => {
    for (let d = 0; d < DIMENSIONS; d++) {
      const offered = ((suffix.offered[f] as Float64Array[])[d] as Float64Array)[at] as number;
      let excess = -offered;
      let largest = 0;
      for (const g of family.members) {
        const demand = (component.groups[g] as Group).demand[d] as number;
        excess += (clamped[g] as number) * demand;
        if ((clamped[g] as number) > 0 && demand > largest) largest = demand;
      }
      if (excess > 0) more = Math.max(more, Math.ceil(excess / largest));
    }
  });
  return lost + more;
}
