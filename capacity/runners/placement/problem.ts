/**
 * The seating problem as plain numbers: groups of identical pods, nodes with what they have left. Everything
 * about names, labels and taints has become "this group may use these nodes".
 */

/** The resources that a seat takes, as columns of the arrays below. */
export const CPU = 0;
export const MEMORY = 1;
export const EPHEMERAL = 2;
export const PODS = 3;
/** Memory limits; unbounded where they are not counted. */
export const LIMIT = 4;
/** Runners: 1 on a one-at-a-time node, unbounded elsewhere. */
export const RUNNERS = 5;
export const DIMENSIONS = 6;

/** Pods that ask for the same and may use the same nodes. */
export interface Group {
  /** What one pod takes, by dimension. */
  readonly demand: Float64Array;
  /** Indices of the nodes it may use, the preferred first. */
  readonly nodes: Int32Array;
}

export interface Problem {
  readonly groups: readonly Group[];
  /** What each node has left, `node * DIMENSIONS + dimension`; may be infinite, or negative if exceeded. */
  readonly free: Float64Array;
}

/** `count` pods of a group on one node. */
export interface Seat {
  readonly node: number;
  readonly count: number;
}

/**
 * How many pods of this demand a node seats. Exact: the quotient of two integers below 2^53 cannot round up
 * to the next integer.
 */
export function room(free: Float64Array, node: number, demand: Float64Array): number {
  let seats = Number.POSITIVE_INFINITY;
  const at = node * DIMENSIONS;
  for (let d = 0; d < DIMENSIONS; d++) {
    const need = demand[d] as number;
    if (need === 0) continue;
    const quotient = (free[at + d] as number) / need;
    if (quotient < seats) seats = quotient;
  }
  return seats < 1 ? 0 : Math.floor(seats);
}

/** The dimension that stops one more pod, undefined if one more fits. The scarcest one if several do. */
export function binding(free: Float64Array, node: number, demand: Float64Array): number | undefined {
  let least = 1;
  let found: number | undefined;
  for (let d = 0; d < DIMENSIONS; d++) {
    const need = demand[d] as number;
    if (need === 0) continue;
    const quotient = (free[node * DIMENSIONS + d] as number) / need;
    if (quotient < least) {
      least = quotient;
      found = d;
    }
  }
  return found;
}

/** Takes `count` pods' demand off a node (or gives it back, with a negative count). */
export function take(free: Float64Array, node: number, demand: Float64Array, count: number): void {
  const at = node * DIMENSIONS;
  for (let d = 0; d < DIMENSIONS; d++)
    free[at + d] = (free[at + d] as number) - (demand[d] as number) * count;
}

/** Sum of a list of counts. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, n) => sum + n, 0);
}
