import type { Bytes } from "../../model/quantity.ts";
import type { OverflowCase } from "./overflow.ts";
import type { Survey, SurveyedSet } from "./survey.ts";

/**
 * The kubelet's root and image file system of an overflow node, as the audit of a lane found it, and what the lanes
 * of the node may write there at once.
 */
export interface ImageFiles {
  readonly node: string;
  /** Index of the scale set whose gate states it; it is judged where that scale set is active. */
  readonly owner: number;
  readonly free: Bytes;
  /** By scale set: what one of its runners may write. */
  readonly writes: ReadonlyMap<number, Bytes>;
}

/**
 * Those of nodes that take several runners at once: there the sum of what they write depends on the maxima. Where one
 * runner is there at a time, a lane's runner fits or does not, whatever the maxima are.
 */
export function sharedImageFiles({ sets }: Survey, cases: readonly OverflowCase[]): ImageFiles[] {
  return cases.flatMap(({ overflow, lanes }) => {
    if (overflow.oneAtATime) return [];
    const writes = new Map(lanes.map(({ set }) => [set, runnerWrites(sets[set] as SurveyedSet)]));
    return lanes.flatMap(({ lane, set }): ImageFiles[] => {
      const free = lane.gates.find((g) => g.gate === "imagefs")?.free;
      return free === undefined ? [] : [{ node: overflow.node, owner: set, free, writes }];
    });
  });
}

/** What a runner may write. Without a limit that is not bounded; `overflow/ephemeral` refuses that. */
export function runnerWrites({ envelope: { limits, requests } }: SurveyedSet): Bytes {
  return limits.ephemeralStorage ?? requests.ephemeralStorage ?? 0;
}
