import fc from "fast-check";
import type { FleetInput } from "../../../model/fleet.ts";

/** A node of a small fleet, with the policy's word on it; which figures and places it may have is the caller's. */

export const TAINT = { key: "dedicated", value: "true", effect: "NoSchedule" } as const;

type NodeInput = NonNullable<FleetInput["nodes"]>[number];

export interface SmallNode {
  readonly overflow: "no" | "one" | "many";
  readonly input: NodeInput;
}

export interface NodeRanges {
  readonly cpu: fc.Arbitrary<number>;
  /** GiB, as `storage`. */
  readonly memory: fc.Arbitrary<number>;
  readonly storage: fc.Arbitrary<number>;
  readonly pods: fc.Arbitrary<number>;
  readonly tainted: fc.Arbitrary<boolean>;
  readonly zone: fc.Arbitrary<string>;
  readonly cluster?: fc.Arbitrary<string>;
}

export const smallNode = (i: number, { cluster, ...ranges }: NodeRanges): fc.Arbitrary<SmallNode> =>
  fc
    .record({
      ...ranges,
      runs: fc.boolean(),
      cluster: cluster ?? fc.constant(undefined),
      overflow: fc.constantFrom("no" as const, "no" as const, "one" as const, "many" as const),
    })
    .map((n) => ({
      overflow: n.overflow,
      input: {
        name: `node-${i}`,
        ...(n.cluster === undefined ? {} : { cluster: n.cluster }),
        recorded: { source: "detected", date: "2026-05-03" },
        allocatable: {
          cpu: n.cpu,
          memory: `${n.memory}Gi`,
          ephemeralStorage: `${n.storage}Gi`,
          pods: n.pods,
        },
        running: n.runs
          ? { cpu: 1, memory: "1Gi", memoryLimit: "2Gi", ephemeralStorage: "1Gi", pods: 1 }
          : { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 },
        labels: { zone: n.zone },
        taints: n.tainted ? [TAINT] : [],
      },
    }));

export interface SomeLanes {
  readonly count: number;
  /** GiB; without it the lanes have no evidence at all. */
  readonly free: number | undefined;
}

/** How many of the first scale sets are lanes of every overflow node, and what the audit of their files found free. */
export const someLanes = () =>
  fc.record({ count: fc.constantFrom(0, 1, 1, 2), free: fc.constantFrom(undefined, 3, 5, 9, 100) });

const lanesOf = ({ count, free }: SomeLanes, sets: number) =>
  Array.from({ length: Math.min(count, sets) }, (_, i) => ({
    scaleSet: `set-${i}`,
    rollbackNode: "node-0",
    gates:
      free === undefined
        ? []
        : [{ gate: "imagefs" as const, date: "2026-05-03", evidence: "Generated.", free: `${free}Gi` }],
  }));

/** The policy's entries for nodes that are overflow nodes. */
export const overflowOf = (nodes: readonly SmallNode[], lanes: SomeLanes, sets: number) =>
  nodes
    .filter((n) => n.overflow !== "no")
    .map((n) => ({
      node: n.input.name,
      taint: TAINT,
      oneAtATime: n.overflow === "one",
      lanes: lanesOf(lanes, sets),
    }));
