import { type Family, families, leastLost } from "./bounds.ts";
import type { Component } from "./components.ts";
import { type Seating, seatings } from "./greedy.ts";
import { DIMENSIONS, type Group, type Seat, take, total } from "./problem.ts";
import { type Effort, search, searchable } from "./search.ts";

/** What is known of seating all pods of a component at once. */
export interface Solution {
  /** `placed` and `impossible` are proven; `undecided`: neither, within the effort. */
  readonly verdict: "placed" | "impossible" | "undecided";
  /** By local group; the best seating found. */
  readonly seats: readonly (readonly Seat[])[];
  /** Pods that `seats` seats. */
  readonly seated: number;
  /** No seating seats more pods than this. */
  readonly bound: number;
  /** What the nodes have left after it. */
  readonly free: Float64Array;
}

/** A component with the pods declared for it, and its bounds worked out once. */
export interface Solver {
  readonly component: Component;
  readonly counts: readonly number[];
  known(): readonly Family[];
  /** What the declared pods of each family's members ask for, by dimension. */
  asked(): readonly Float64Array[];
}

/** `bounds` gives the component's families where they follow from others; by default they are worked out. */
export function solver(
  component: Component,
  counts: readonly number[],
  bounds: () => readonly Family[] = () => families(component),
): Solver {
  let known: readonly Family[] | undefined;
  let asked: readonly Float64Array[] | undefined;
  const own: Solver = {
    component,
    counts,
    known: () => {
      known ??= bounds();
      return known;
    },
    asked: () => {
      asked ??= own.known().map(({ members }) => {
        const sums = new Float64Array(DIMENSIONS);
        for (const g of members) take(sums, 0, (component.groups[g] as Group).demand, -(counts[g] as number));
        return sums;
      });
      return asked;
    },
  };
  return own;
}

/** Seats as many pods as can be shown: by orders first, then by bounds, then by exact search. */
export function solve({ component, known }: Solver, counts: readonly number[], effort: Effort): Solution {
  const asked = total(counts);
  let best: Seating | undefined;
  let lost = 0;
  for (const seating of seatings(component, counts)) {
    if (seating.seated === asked)
      return { verdict: "placed", seats: seating.seats, seated: asked, bound: asked, free: seating.free };
    if (!best) lost = leastLost(component, counts, known());
    if (!best || seating.seated > best.seated) best = seating;
    // More orders could only seat a few more of those that cannot all be seated.
    if (lost > 0 && !searchable(component)) break;
  }
  let seats = best?.seats ?? [];
  let seated = best?.seated ?? 0;
  while (seated < asked - lost) {
    const found = search(component, counts, lost, known(), effort);
    if (found.verdict === "undecided") break;
    if (found.verdict === "placed") {
      seats = found.seats;
      seated = asked - lost;
    } else lost++;
  }
  const verdict = lost > 0 ? "impossible" : seated === asked ? "placed" : "undecided";
  return { verdict, seats, seated, bound: asked - lost, free: freeAfter(component, seats) };
}

function freeAfter(component: Component, seats: Solution["seats"]): Float64Array {
  const free = Float64Array.from(component.free);
  seats.forEach((list, g) => {
    for (const { node, count } of list) take(free, node, (component.groups[g] as Group).demand, count);
  });
  return free;
}

/** Whether all pods can be seated at once, without looking for the best if they cannot. */
export function decide(own: Solver, counts: readonly number[], effort: Effort): Solution["verdict"] {
  const quick = estimate(own, counts, effort);
  return quick === "undecided" ? search(own.component, counts, 0, own.known(), effort).verdict : quick;
}

/** The same by orders and bounds alone, which may leave it undecided. */
export function estimate(
  { component, known }: Solver,
  counts: readonly number[],
  effort: Effort,
): Solution["verdict"] {
  const asked = total(counts);
  for (const seating of seatings(component, counts)) {
    effort.left -= component.links * PASS;
    if (seating.seated === asked) return "placed";
  }
  effort.left -= component.links * PASS;
  return leastLost(component, counts, known()) > 0 ? "impossible" : "undecided";
}

/** Operations per link of one pass over groups and nodes, about. */
const PASS = 4;
/** Operations per link that one estimate costs at most: ten orders and the bounds. */
export const ESTIMATE = 11 * PASS;
