import fc from "fast-check";
import type { FleetInput } from "../../../model/fleet.ts";
import { type containerModes, MODE_CONTAINERS } from "../../../model/scaleset.ts";
import { overflowOf, smallNode, someLanes, TAINT } from "./smallNode.ts";

/** Small fleets that touch every dimension of the placement: what the brute force can still answer. */

const figure = (max: number) => fc.integer({ min: 0, max });

const node = (i: number) =>
  smallNode(i, {
    cpu: fc.integer({ min: 1, max: 8 }),
    memory: fc.integer({ min: 1, max: 16 }),
    storage: figure(8),
    pods: fc.integer({ min: 0, max: 4 }),
    tainted: fc.boolean(),
    zone: fc.constantFrom("a", "b"),
    cluster: fc.constantFrom("one", "one", "one", "two"),
  });

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

const scaleSet = (i: number, modes: readonly (typeof containerModes)[number][]) =>
  fc.constantFrom(...modes).chain((mode) =>
    fc
      .record({
        containers: fc.tuple(...MODE_CONTAINERS[mode].map(container)),
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
        tolerations: s.tolerates ? [{ ...TAINT, operator: "Equal" }] : [],
        maxRunners: s.maxRunners,
        containerMode: mode,
        containers: s.containers,
      })),
  );

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
          overflow: overflowOf(nodes, lanes, scaleSets.length),
        },
      }),
    );
};
