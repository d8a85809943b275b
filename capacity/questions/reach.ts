import type { Interval } from "../runners/placement/largest.ts";

/** How many runners, as far as it is proven. */
export interface Reach {
  /** The most that are proven to have a seat at once; null if that is proven of no number, not even of 0. */
  readonly atLeast: number | null;
  /** The fewest that are proven to have none; null if nothing stands against any number. */
  readonly below: number | null;
  /** True if the two meet, so that `atLeast` is the largest; else both are honest bounds. */
  readonly exact: boolean;
}

export function reachOf({ fits, exceeds }: Interval): Reach {
  return {
    atLeast: fits < 0 ? null : fits,
    below: Number.isFinite(exceeds) ? exceeds : null,
    exact: exceeds - fits === 1,
  };
}

/** What passes if several things bound the number: the least of each side. */
export function tightest(intervals: readonly Interval[]): Interval {
  return {
    fits: Math.min(...intervals.map((i) => i.fits)),
    exceeds: Math.min(...intervals.map((i) => i.exceeds)),
  };
}
