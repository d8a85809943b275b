import type { Component } from "./components.ts";
import { DIMENSIONS, type Group, RUNNERS, room, total } from "./problem.ts";

/**
 * Groups that cannot leave a set of nodes, and what those nodes offer. If the groups ask for more than that
 * in any dimension, some of their pods get no seat, wherever the rest goes.
 */
export interface Family {
  readonly members: readonly number[];
  /** 1 for each member, by local group. */
  readonly has: Uint8Array;
  /** Sum over the nodes, by dimension. */
  readonly offered: Float64Array;
  readonly nodes: Uint8Array;
}

/**
 * What each node can give at most, by dimension: where the number of runners is limited, no more than that
 * many of the largest. It makes unbounded limits of one-at-a-time nodes finite.
 */
export function givable(component: Component): Float64Array {
  const largest = new Float64Array(DIMENSIONS);
  for (const { demand } of component.groups)
    for (let d = 0; d < DIMENSIONS; d++) largest[d] = Math.max(largest[d] as number, demand[d] as number);
  return component.free.map((free, i) => {
    const d = i % DIMENSIONS;
    const runners = component.free[i - d + RUNNERS] as number;
    return Number.isFinite(runners)
      ? Math.max(0, Math.min(free, runners * (largest[d] as number)))
      : Math.max(0, free);
  });
}

/** One family for each distinct set of nodes that some group uses, and one for all nodes. */
export function families(component: Component): Family[] {
  const nodeCount = component.nodeIds.length;
  const sets = distinctSets(component);
  if (!sets.some((nodes) => nodes.length === nodeCount)) sets.push(Int32Array.from(component.nodeIds.keys()));
  const give = givable(component);
  return sets.map((nodes) => familyOf(component, nodes, give));
}

/** The family of a set of nodes. `give` is `givable(component)`. */
export function familyOf(component: Component, set: Int32Array, give: Float64Array): Family {
  const nodes = new Uint8Array(component.nodeIds.length);
  const offered = new Float64Array(DIMENSIONS);
  for (const n of set) {
    nodes[n] = 1;
    for (let d = 0; d < DIMENSIONS; d++)
      offered[d] = (offered[d] as number) + (give[n * DIMENSIONS + d] as number);
  }
  const members = component.groups.flatMap((group, g) => (inside(group.nodes, nodes) ? [g] : []));
  const has = new Uint8Array(component.groups.length);
  for (const g of members) has[g] = 1;
  return { members, has, offered, nodes };
}

/** The distinct sets of nodes that groups use; each is a list in ascending order. */
function distinctSets(component: Component): Int32Array[] {
  const byHash = new Map<number, Int32Array[]>();
  for (const { nodes } of component.groups) {
    let hash = nodes.length;
    for (const n of nodes) hash = (Math.imul(hash, 31) + n) | 0;
    const same = byHash.get(hash) ?? [];
    if (same.some((other) => equal(other, nodes))) continue;
    byHash.set(hash, [...same, nodes]);
  }
  return [...byHash.values()].flat();
}

function equal(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function inside(nodes: Int32Array, mask: Uint8Array): boolean {
  for (const n of nodes) if (mask[n] === 0) return false;
  return true;
}

/**
 * At least this many pods get no seat. Three arguments, the strongest wins: what each group's nodes seat if
 * nothing else is there; sums per dimension over each family; and how many pods a node seats at most if all
 * of them were as small as the smallest of the larger ones (holes, not totals).
 */
export function leastLost(component: Component, counts: readonly number[], known: readonly Family[]): number {
  const clamped = counts.map((n, g) => Math.min(n, component.alone[g] as number));
  let most = 0;
  for (const family of known) most = Math.max(most, lostBySums(component, clamped, family));
  most = Math.max(most, lostByHoles(component, clamped));
  return total(counts) - total(clamped) + most;
}

/** The fewest pods to drop so that what remains fits the sum: the largest first. */
function lostBySums(component: Component, counts: readonly number[], family: Family): number {
  let most = 0;
  for (let d = 0; d < DIMENSIONS; d++) {
    const offered = family.offered[d] as number;
    if (!Number.isFinite(offered)) continue;
    let excess = -offered;
    for (const g of family.members) excess += (counts[g] as number) * demandOf(component, g, d);
    if (excess <= 0) continue;
    const largestFirst = [...family.members].sort(
      (a, b) => demandOf(component, b, d) - demandOf(component, a, d),
    );
    let lost = 0;
    for (const g of largestFirst) {
      const demand = demandOf(component, g, d);
      const drop = Math.min(counts[g] as number, Math.ceil(excess / demand));
      lost += drop;
      excess -= drop * demand;
      if (excess <= 0) break;
    }
    most = Math.max(most, lost);
  }
  return most;
}

function lostByHoles(component: Component, counts: readonly number[]): number {
  let most = 0;
  const active = component.groups.map((_, g) => g).filter((g) => (counts[g] as number) > 0);
  for (let d = 0; d < DIMENSIONS; d++) {
    const order = [...active].sort((a, b) => demandOf(component, b, d) - demandOf(component, a, d));
    const least = new Float64Array(DIMENSIONS).fill(Number.POSITIVE_INFINITY);
    const nodes = new Uint8Array(component.nodeIds.length);
    let asked = 0;
    order.forEach((g, i) => {
      const { demand, nodes: usable } = component.groups[g] as Group;
      for (let k = 0; k < DIMENSIONS; k++) least[k] = Math.min(least[k] as number, demand[k] as number);
      for (const n of usable) nodes[n] = 1;
      asked += counts[g] as number;
      const next = order[i + 1];
      if (next !== undefined && demandOf(component, next, d) === (demand[d] as number)) return;
      let seats = 0;
      for (let n = 0; n < nodes.length && seats < asked; n++)
        if (nodes[n] === 1) seats += room(component.free, n, least);
      most = Math.max(most, asked - seats);
    });
  }
  return most;
}

function demandOf(component: Component, g: number, d: number): number {
  return (component.groups[g] as Group).demand[d] as number;
}
