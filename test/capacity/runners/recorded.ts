import { judgeRunners } from "../../../capacity/runners/runners.ts";
import type { Finding } from "../../../model/finding.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { runners } from "../../../stacks/runners.ts";

/** The recorded fleet of the capacity policy, for tests that change one thing in it. */

export type Draft = {
  -readonly [K in "nodes" | "scaleSets"]: NonNullable<FleetInput[K]>;
} & { policy: NonNullable<FleetInput["policy"]> };
export type Set = Draft["scaleSets"][number];
export type Node = Draft["nodes"][number];

/** The recorded fleet with one thing changed. */
export function mutate(change: (fleet: Draft) => void): Draft {
  // JSON unshares what the stack shares between scale sets; structuredClone would keep it shared.
  const fleet = JSON.parse(JSON.stringify(runners)) as Draft;
  change(fleet);
  return fleet;
}
export const set = (fleet: Draft, i: number) => fleet.scaleSets[i] as Set;
export const node = (fleet: Draft, i: number) => fleet.nodes[i] as Node;
export const container = (fleet: Draft, i: number) =>
  set(fleet, i).containers[0] as Set["containers"][number];
export const sting = (fleet: Draft) => {
  const [overflow] = fleet.policy.overflow ?? [];
  const [lane] = overflow?.lanes ?? [];
  if (!overflow || !lane) throw new Error("the recorded fleet has an overflow lane");
  return { overflow, lane };
};

/** Findings beside the one warning that the recorded fleet has. */
export function judged(change: (fleet: Draft) => void, today = "2026-05-06"): readonly Finding[] {
  const { findings } = judgeRunners(requireFleet(mutate(change)), { today });
  return findings.filter((f) => !f.message.includes("memory to 64Gi, more than sting has (54.68Gi)"));
}

export type Row = readonly [name: string, change: (fleet: Draft) => void, expected: readonly string[]];
export const line = (f: Finding) => `${f.severity} ${f.rule} ${f.path}: ${f.message} ${f.remedy}`;
