import type { Bytes } from "../../model/quantity.ts";
import { isBelow, type Observation } from "./condition.ts";

/**
 * Memory of a host that tells only between which figures the available part lies, as libvirt does without the kernel's
 * own answer: what is free is available, what is cached may be.
 */
export interface ObservedRange {
  readonly total: Bytes | null;
  readonly atLeast: Bytes | null;
  readonly atMost: Bytes | null;
}

/**
 * What a range observes against a threshold: that it is below where even the most is, that it is not where already the
 * least is not, and else nothing, so that flag and counter carry forward.
 */
export function decided({ total, atLeast, atMost }: ObservedRange, thresholdPercent: number): Observation {
  const most: Observation = { total, available: atMost };
  if (isBelow(most, thresholdPercent) === true) return most;
  const least: Observation = { total, available: atLeast };
  return isBelow(least, thresholdPercent) === false ? least : { total: null, available: null };
}
