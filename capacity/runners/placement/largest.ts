import { DIMENSIONS, type Group, room, take, total } from "./problem.ts";
import { type Effort, searchable } from "./search.ts";
import { decide, ESTIMATE, estimate, type Solution, type Solver } from "./solve.ts";

/** Counted in pods of the groups that one runner consists of. */
export interface Interval {
  /** Proven to fit; -1 if not even none does, as far as is known. */
  readonly fits: number;
  /** Proven not to fit; infinite if nothing stands against it. */
  readonly exceeds: number;
}

/**
 * The largest number of runners of one shape, all other pods as declared. `shape` holds the local groups
 * whose pods make one runner (one, or two for a runner with a workflow pod of its own), `now` how many of
 * them are declared.
 *
 * Feasibility is monotone in the number (a seat can be left empty), so halving the interval is exact. What
 * the declared seating leaves free and what the shape's nodes seat alone narrow it first; on a fleet too
 * large for more decisions the interval stays open, which is honest.
 */
export function largest(
  solver: Solver,
  shape: readonly number[],
  now: number,
  declared: Solution,
  most: number,
  effort: Effort,
): Interval {
  const { component, counts } = solver;
  let fits = declared.verdict === "placed" ? now + extra(solver, shape, declared, most - now) : -1;
  if (fits >= most) return { fits: most, exceeds: most + 1 };
  let exceeds = Math.min(ceiling(solver, shape, now) + 1, declared.verdict === "impossible" ? now : most + 1);
  const counting = (n: number) => counts.map((c, g) => c + (n - now) * copies(shape, g));
  const affordable = () => effort.left >= component.links * ESTIMATE;
  // By orders and bounds alone first: they narrow the interval from below and from above.
  for (let below = exceeds; below - fits > 1 && affordable(); ) {
    const middle = Math.floor((fits + below) / 2);
    const verdict = estimate(solver, counting(middle), effort);
    if (verdict === "placed") fits = middle;
    else below = middle;
    if (verdict === "impossible") exceeds = middle;
  }
  for (let above = fits; exceeds - above > 1 && affordable(); ) {
    const middle = Math.floor((above + exceeds) / 2);
    const verdict = estimate(solver, counting(middle), effort);
    if (verdict === "impossible") exceeds = middle;
    else above = middle;
    if (verdict === "placed") fits = middle;
  }
  while (exceeds - fits > 1 && affordable() && searchable(component)) {
    const middle = Math.floor((fits + exceeds) / 2);
    const verdict = decide(solver, counting(middle), effort);
    if (verdict === "undecided") break;
    if (verdict === "placed") fits = middle;
    else exceeds = middle;
  }
  return { fits, exceeds };
}

function copies(shape: readonly number[], g: number): number {
  return shape.filter((s) => s === g).length;
}

/** How many more of a shape fit into what a seating leaves free; counting ends at `enough`. */
export function extra(
  { component }: Pick<Solver, "component">,
  shape: readonly number[],
  declared: Pick<Solution, "free">,
  enough: number,
): number {
  const [first, second] = shape;
  if (first === undefined) return 0;
  const { demand, nodes } = component.groups[first] as Group;
  if (second === undefined) {
    let seats = 0;
    for (const n of nodes) {
      if (seats >= enough) break;
      seats += room(declared.free, n, demand);
    }
    return seats;
  }
  const free = Float64Array.from(declared.free);
  const other = component.groups[second] as Group;
  // A node that has no room for a pod never gets any again, so each list is walked once.
  let [at, beside, runners] = [0, 0, 0];
  while (runners < enough) {
    while (at < nodes.length && room(free, nodes[at] as number, demand) === 0) at++;
    if (at === nodes.length) return runners;
    take(free, nodes[at] as number, demand, 1);
    while (beside < other.nodes.length && room(free, other.nodes[beside] as number, other.demand) === 0)
      beside++;
    if (beside === other.nodes.length) return runners;
    take(free, other.nodes[beside] as number, other.demand, 1);
    runners++;
  }
  return runners;
}

/** No more than this fit: what their nodes seat alone, and what the families of nodes leave for them. */
function ceiling(solver: Solver, shape: readonly number[], now: number): number {
  const { component, counts } = solver;
  let more = Math.min(
    ...shape.map((g) => ((component.alone[g] as number) - (counts[g] as number)) / copies(shape, g)),
  );
  const asked = solver.asked();
  solver.known().forEach((family, f) => {
    const inside = shape.filter((g) => family.has[g] === 1);
    if (inside.length === 0) return;
    for (let d = 0; d < DIMENSIONS; d++) {
      const each = total(inside.map((g) => (component.groups[g] as Group).demand[d] as number));
      const left = (family.offered[d] as number) - ((asked[f] as Float64Array)[d] as number);
      if (each > 0) more = Math.min(more, left / each);
    }
  });
  return Math.max(-1, now + Math.floor(more));
}
