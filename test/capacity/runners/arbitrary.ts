import fc from "fast-check";
import type { FleetInput } from "../../../model/fleet.ts";

/** Small fleets that touch every dimension of the placement: what the brute force can still answer. */

const taint = { key: "dedicated", value: "true", effect: "NoSchedule" } as const;
const figure = (max: number) => fc.integer({ min: 0, max });

const node = (i: number) =>
  fc
    .record({
      cpu: fc.integer({ min: 1, max: 8 }),
      memory: fc.integer({ min: 1, max: 16 }),
      storage: figure(8),
      pods: fc.integer({ min: 0, max: 4 }),
      runs: fc.boolean(),
      tainted: fc.boolean(),
      zone: fc.constantFrom("a", "b"),
      cluster: fc.constantFrom("one", "one", "one", "two"),
      overflow: fc.constantFrom("no", "no", "one", "many"),
    })
    .map((n) => ({
      overflow: n.overflow,
      input: {
        name: `node-${i}`,
        cluster: n.cluster,
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
        taints: n.tainted ? [taint] : [],
      } satisfies NonNullable<FleetInput["nodes"]>[number],
    }));

const container = (name: "runner" | "dind" | "workflow") =>
  fc
    .record({
      cpu: fc.integer({ min: 0, max: 4 }),
      memory: fc.integer({ min: 1, max: 6 }),
      storage: fc.constantFrom(0, 0, 1, 3),
      more: fc.constantFrom(0, 0, 2, 5),
    })
    .map(({ cpu, memory, storage, more }) => ({
      name,
      requests: { cpu, memory: `${memory}Gi`, ephemeralStorage: `${storage}Gi` },
      limits: { cpu: cpu + 1, memory: `${memory + more}Gi`, ephemeralStorage: `${storage + 1}Gi` },
    }));

const MODES = {
  none: ["runner"],
  dind: ["runner", "dind"],
  kubernetes: ["runner", "workflow"],
  "kubernetes-novolume": ["runner", "workflow"],
} as const;

const scaleSet = (i: number, modes: readonly (keyof typeof MODES)[]) =>
  fc.constantFrom(...modes).chain((mode) =>
    fc
      .record({
        containers: fc.tuple(...MODES[mode].map(container)),
        maxRunners: figure(3),
        tolerates: fc.boolean(),
        zone: fc.constantFrom(undefined, undefined, "a", "b"),
        cluster: fc.constantFrom("one", "one", "one", "two"),
      })
      .map((s): NonNullable<FleetInput["scaleSets"]>[number] => ({
        name: `set-${i}`,
        cluster: s.cluster,
        scope: `owner-${i}`,
        labels: ["small"],
        selector: s.zone === undefined ? {} : { zone: s.zone },
        tolerations: s.tolerates ? [{ ...taint, operator: "Equal" }] : [],
        maxRunners: s.maxRunners,
        containerMode: mode,
        containers: s.containers,
      })),
  );

/** How many of the first scale sets are lanes of every overflow node, and what the audit of their files found free. */
export const someLanes = () =>
  fc.record({ count: fc.constantFrom(0, 1, 1, 2), free: fc.constantFrom(undefined, 3, 5, 9, 100) });

export const lanesOf = ({ count, free }: { count: number; free: number | undefined }, sets: number) =>
  Array.from({ length: Math.min(count, sets) }, (_, i) => ({
    scaleSet: `set-${i}`,
    rollbackNode: "node-0",
    gates:
      free === undefined
        ? []
        : [{ gate: "imagefs" as const, date: "2026-05-03", evidence: "Generated.", free: `${free}Gi` }],
  }));

/** A fleet of up to three nodes and three scale sets. `novolume` admits runners of two placeable pods. */
export const smallFleet = ({ novolume }: { readonly novolume: boolean }) => {
  const modes = [
    "none",
    "none",
    "dind",
    "kubernetes",
    ...(novolume ? ["kubernetes-novolume" as const] : []),
  ] as const;
  const many = <T>(of: (i: number) => fc.Arbitrary<T>) =>
    fc.integer({ min: 1, max: 3 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => of(i))));
  return fc
    .record({
      nodes: many(node),
      scaleSets: many((i) => scaleSet(i, modes)),
      limitRatio: fc.constantFrom(1, 1, 1.5),
      ceiling: fc.constantFrom(4, 8, 100),
      newOwnerMaximum: fc.constantFrom(2, 100),
      lanes: someLanes(),
    })
    .map(
      ({ nodes, scaleSets, limitRatio, ceiling, newOwnerMaximum, lanes }): FleetInput => ({
        nodes: nodes.map((n) => n.input),
        scaleSets,
        policy: {
          limitRatio,
          newOwnerMaximum,
          labels: [{ label: "small", ceiling, date: "2026-05-03", evidence: "Generated." }],
          overflow: nodes
            .filter((n) => n.overflow !== "no")
            .map((n) => ({
              node: n.input.name,
              taint,
              oneAtATime: n.overflow === "one",
              lanes: lanesOf(lanes, scaleSets.length),
            })),
        },
      }),
    );
};
