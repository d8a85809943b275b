import type { Family } from "./placement/bounds.ts";
import type { Component } from "./placement/components.ts";
import { CPU, DIMENSIONS, EPHEMERAL, type Group, LIMIT, MEMORY, PODS, RUNNERS } from "./placement/problem.ts";
import { decide } from "./placement/solve.ts";
import type { Part } from "./scenario.ts";

/** Larger parts are explained by sums alone: deciding many subsets of them exactly would take too long. */
const MAX_GROUPS = 16;
const MAX_LINKS = 1_000;
/** Operations of search to find a smallest core. */
const OPERATIONS = 4_000_000;

/**
 * A smallest set of local groups that cannot be seated together. One group, if its nodes cannot hold it
 * alone; else what overasks a set of nodes by its sums, reduced group by group and compared with every
 * smaller subset as long as the operations last. A part too large for that is explained by its sums, and one
 * whose sums fit by all of its groups.
 */
export function smallestCore({ component, solver }: Part): number[] {
  const { counts } = solver;
  const active = component.groups.map((_, g) => g).filter((g) => (counts[g] as number) > 0);
  const alone = active.find((g) => (counts[g] as number) > (component.alone[g] as number));
  if (alone !== undefined) return [alone];
  let core = overaskingGroups(component, counts, solver.known()) ?? active;
  if (active.length > MAX_GROUPS || component.links > MAX_LINKS) return core;
  const effort = { left: OPERATIONS };
  const impossible = (groups: readonly number[]) =>
    decide(solver, only(counts, groups), effort) === "impossible";
  for (const g of core) {
    const fewer = core.filter((other) => other !== g);
    if (impossible(fewer)) core = fewer;
  }
  for (let size = 2; size < core.length; size++) {
    for (const subset of subsets(active, size)) {
      if (effort.left <= 0) return core;
      if (impossible(subset)) return subset;
    }
  }
  return core;
}

/** The counts of some groups, and 0 of all others. */
export function only(counts: readonly number[], groups: readonly number[]): number[] {
  const kept = new Set(groups);
  return counts.map((n, g) => (kept.has(g) ? n : 0));
}

/** The fewest groups that ask for more of one resource than the nodes that they cannot leave offer. */
function overaskingGroups(
  component: Component,
  counts: readonly number[],
  known: readonly Family[],
): number[] | undefined {
  let best: number[] | undefined;
  for (const { members, offered } of known) {
    for (let d = 0; d < DIMENSIONS; d++) {
      const ask = (g: number) => (counts[g] as number) * ((component.groups[g] as Group).demand[d] as number);
      const largestFirst = members.filter((g) => ask(g) > 0).sort((a, b) => ask(b) - ask(a) || a - b);
      let excess = -(offered[d] as number);
      const last = largestFirst.findIndex((g) => {
        excess += ask(g);
        return excess > 0;
      });
      if (last !== -1 && (!best || last + 1 < best.length)) best = largestFirst.slice(0, last + 1);
    }
  }
  return best?.sort((a, b) => a - b);
}

function* subsets(of: readonly number[], size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= of.length - size; i++)
    for (const rest of subsets(of, size - 1, i + 1)) yield [of[i] as number, ...rest];
}

/** A resource that groups ask for more of than all nodes they may use have free. */
export interface Overasked {
  readonly dimension: number;
  readonly asked: number;
  readonly free: number;
}

/** The first such resource; undefined if every sum fits. */
export function overasked(
  component: Component,
  counts: readonly number[],
  groups: readonly number[],
): Overasked | undefined {
  const nodes = new Set(groups.flatMap((g) => [...(component.groups[g] as Group).nodes]));
  for (const dimension of [CPU, MEMORY, EPHEMERAL, LIMIT, PODS, RUNNERS]) {
    let asked = 0;
    for (const g of groups)
      asked += (counts[g] as number) * ((component.groups[g] as Group).demand[dimension] as number);
    let free = 0;
    for (const n of nodes) free += Math.max(0, component.free[n * DIMENSIONS + dimension] as number);
    if (asked > free) return { dimension, asked, free };
  }
  return undefined;
}
