import type { Finding } from "../../model/finding.ts";
import { refuses } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { Capacity, JudgeOptions, Placement } from "../capacity.ts";
import { type CapacityDiff, diffCapacity } from "../diff.ts";
import { judge } from "../judge.ts";

/** A fleet before or after a change. */
export interface Side {
  readonly verdict: "fits" | "refused";
  readonly placement: Placement;
  readonly findings: readonly Finding[];
}

export interface WhatIfAnswer {
  readonly before: Side;
  readonly after: Side;
  /** The figures that differ. */
  readonly difference: CapacityDiff;
  /** Findings of one side that the other has not, whatever their place in the fleet. */
  readonly appeared: readonly Finding[];
  readonly resolved: readonly Finding[];
  /** Runners that are seated elsewhere in the two placements. */
  readonly moved: readonly Move[];
}

export interface Move {
  readonly cluster: string;
  readonly scaleSet: string;
  readonly node: string;
  readonly before: number;
  readonly after: number;
}

/** What a change does: the same judgement on both fleets, and how they differ. Pure. */
export function askWhatIf(before: Fleet, after: Fleet, options: JudgeOptions): WhatIfAnswer {
  const [old, now] = [judge(before, options), judge(after, options)];
  return {
    before: sideOf(old),
    after: sideOf(now),
    difference: diffCapacity(old, now),
    appeared: missing(now.findings, old.findings),
    resolved: missing(old.findings, now.findings),
    moved: movesOf(old.placement, now.placement),
  };
}

function sideOf({ placement, findings }: Capacity): Side {
  return { verdict: refuses(findings) ? "refused" : "fits", placement, findings };
}

/** Paths are left out: a node that is gone moves the index of those behind it. */
function missing(of: readonly Finding[], from: readonly Finding[]): Finding[] {
  const key = ({ rule, subject, message }: Finding) => JSON.stringify([rule, subject, message]);
  const known = new Set(from.map(key));
  return of.filter((f) => !known.has(key(f)));
}

function movesOf(before: Placement, after: Placement): Move[] {
  const moves = new Map<string, { -readonly [key in keyof Move]: Move[key] }>();
  for (const [side, { seats }] of [
    ["before", before],
    ["after", after],
  ] as const) {
    for (const { cluster, scaleSet, node, runners } of seats) {
      const key = JSON.stringify([cluster, scaleSet, node]);
      const move = moves.get(key) ?? { cluster, scaleSet, node, before: 0, after: 0 };
      move[side] += runners;
      moves.set(key, move);
    }
  }
  return [...moves.values()].filter((m) => m.before !== m.after);
}
