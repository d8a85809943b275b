import fc from "fast-check";
import type { FleetInput } from "../../../model/fleet.ts";
import { overflowOf, smallNode, someLanes, TAINT } from "../runners/smallNode.ts";

/**
 * Small fleets in which several scale sets compete for nodes that hold a few runners of each: what combinations
 * and losses are about. Every kind of rule that depends on a maximum is in some of them.
 */

const node = (i: number) =>
  smallNode(i, {
    cpu: fc.integer({ min: 3, max: 10 }),
    memory: fc.integer({ min: 6, max: 20 }),
    storage: fc.integer({ min: 2, max: 12 }),
    pods: fc.integer({ min: 3, max: 5 }),
    tainted: fc.constantFrom(false, false, true),
    zone: fc.constantFrom("a", "a", "b"),
  });

const envelope = fc.record({
  cpu: fc.integer({ min: 1, max: 3 }),
  memory: fc.integer({ min: 1, max: 5 }),
  storage: fc.constantFrom(0, 1, 2),
  more: fc.constantFrom(0, 0, 2),
});

const containers = (
  names: readonly ("runner" | "workflow")[],
  e: { cpu: number; memory: number; storage: number; more: number },
) =>
  names.map((name) => ({
    name,
    requests: { cpu: e.cpu, memory: `${e.memory}Gi`, ephemeralStorage: `${e.storage}Gi` },
    limits: { cpu: e.cpu, memory: `${e.memory + e.more}Gi`, ephemeralStorage: `${e.storage + 1}Gi` },
  }));

/** Up to three nodes and two or three scale sets; every second fleet has two that are alike. */
export const sharedFleet = () =>
  fc
    .record({
      nodes: fc
        .integer({ min: 1, max: 3 })
        .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => node(i)))),
      sets: fc.array(
        fc.record({
          envelope,
          tolerates: fc.boolean(),
          zone: fc.constantFrom(undefined, undefined, undefined, "a"),
          maxRunners: fc.integer({ min: 0, max: 3 }),
          novolume: fc.constantFrom(false, false, false, true),
        }),
        { minLength: 2, maxLength: 3 },
      ),
      alike: fc.boolean(),
      limitRatio: fc.constantFrom(1, 1, 1.5),
      ceiling: fc.constantFrom(3, 5, 100),
      newOwnerMaximum: fc.constantFrom(2, 100),
      lanes: someLanes(),
    })
    .map(({ nodes, sets, alike, lanes, ...policy }): FleetInput => {
      const [first] = sets;
      return {
        nodes: nodes.map((n) => n.input),
        scaleSets: sets.map((own, i) => {
          const s = alike && i === 1 && first ? { ...first, maxRunners: own.maxRunners } : own;
          return {
            name: `set-${i}`,
            scope: `owner-${i}`,
            labels: ["small"],
            selector: s.zone === undefined ? {} : { zone: s.zone },
            tolerations: s.tolerates ? [{ ...TAINT, operator: "Equal" }] : [],
            maxRunners: s.maxRunners,
            containerMode: s.novolume ? "kubernetes-novolume" : "none",
            containers: containers(s.novolume ? ["runner", "workflow"] : ["runner"], s.envelope),
          };
        }),
        policy: {
          limitRatio: policy.limitRatio,
          newOwnerMaximum: policy.newOwnerMaximum,
          labels: [{ label: "small", ceiling: policy.ceiling, date: "2026-05-03", evidence: "Generated." }],
          overflow: overflowOf(nodes, lanes, sets.length),
        },
      };
    });
