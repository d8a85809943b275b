import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeRunners } from "../../../capacity/runners/runners.ts";
import { type Fleet, type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { tolerates } from "../../../model/taint.ts";
import { refusesMaxima } from "../refusesMaxima.ts";
import { smallFleet } from "./arbitrary.ts";
import { allSeated, eligible, isOneAtATime, largestBrute, mostRunners } from "./bruteforce.ts";

const options = { today: "2026-05-06" };
const runs = { numRuns: 400 };
/** No scale set of these fleets can have more: the nodes take 12 pods in all. */
const MOST = 13;

const judgeInput = (input: FleetInput) => {
  const fleet = requireFleet(input);
  return { fleet, ...judgeRunners(fleet, options) };
};
const maximaOf = (fleet: Fleet) => fleet.scaleSets.map((s) => s.maxRunners);

describe("placement against brute force", () => {
  it("decides as trying everything does, by requests and with limits", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: true }), (input) => {
        const { fleet, placement, findings } = judgeInput(input);
        const maxima = maximaOf(fleet);
        const fits = allSeated({ fleet, limits: false, maxima });
        expect(placement.verdict).toBe(fits ? "placed" : "impossible");
        if (!fits) return;
        const exceeds = findings.some((f) => f.rule === "runners/limits-exceed-node");
        expect(exceeds).toBe(!allSeated({ fleet, limits: true, maxima }));
      }),
      runs,
    );
  });

  it("bounds the seats exactly, or from above where a runner is two pods", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: false }), (input) => {
        const { fleet, placement } = judgeInput(input);
        const most = mostRunners({ fleet, limits: false, maxima: maximaOf(fleet) });
        expect(placement.bound).toBe(most);
        const unseated = placement.unseated.reduce((sum, u) => sum + u.runners, 0);
        expect(placement.asked - unseated).toBeLessThanOrEqual(most);
        if (placement.verdict === "impossible" && !placement.seats.length) expect(most).toBe(0);
      }),
      runs,
    );
    fc.assert(
      fc.property(smallFleet({ novolume: true }), (input) => {
        const { fleet, placement } = judgeInput(input);
        const most = mostRunners({ fleet, limits: false, maxima: maximaOf(fleet) });
        expect(placement.bound).toBeGreaterThanOrEqual(most);
      }),
      runs,
    );
  });

  it("names the largest maximum that the nodes seat", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: true }), (input) => {
        const { fleet, scaleSets } = judgeInput(input);
        const maxima = maximaOf(fleet);
        scaleSets.forEach(({ largest }, s) => {
          for (const limits of [false, true]) {
            const most = largestBrute({ fleet, limits, maxima }, s, MOST);
            // Where the others do not fit by themselves, the part without them decides; not compared here.
            if (most === -1) continue;
            expect(limits ? largest.byLimits : largest.byRequests).toBe(most);
          }
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe("what a refusal says", () => {
  it("names groups that do not fit together, and of which none can be left out", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: false }), (input) => {
        const { fleet, findings } = judgeInput(input);
        for (const { message } of findings.filter((f) => f.rule === "runners/unplaceable")) {
          const groups = [...message.matchAll(/((?:set-\d(?:, | and )?)+) asks? for/g)].map(([, names]) =>
            (names ?? "").match(/set-\d/g),
          );
          expect(groups.length).toBeGreaterThan(0);
          const seated = (kept: typeof groups) => {
            const names = new Set(kept.flat());
            const maxima = fleet.scaleSets.map((s) => (names.has(s.name) ? s.maxRunners : 0));
            return allSeated({ fleet, limits: false, maxima });
          };
          expect(seated(groups)).toBe(false);
          for (const group of groups) expect(seated(groups.filter((g) => g !== group))).toBe(true);
        }
      }),
      runs,
    );
  });

  it("refuses a rollback exactly where the fleet with the lane on one node has no seating", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: true }), (input) => {
        const { fleet, findings } = judgeInput(input);
        const maxima = maximaOf(fleet);
        const lanes = fleet.policy.overflow.filter((o) => o.lanes.length > 0);
        const [lane] = fleet.scaleSets;
        const back = fleet.nodes.find((n) => n.name === "node-0");
        if (lanes.length === 0 || !lane || lane.maxRunners === 0 || !back) return;
        // Once it was put back it tolerates the overflow nodes' taint no more, which is the same on all of them.
        const put = {
          selector: { ...lane.selector, "kubernetes.io/hostname": back.name },
          tolerations: lane.tolerations.filter((t) => !lanes.some((o) => tolerates(t, o.taint))),
        };
        const confined = {
          ...fleet,
          scaleSets: fleet.scaleSets.map((s) => (s === lane ? { ...s, ...put } : s)),
        };
        const fits = allSeated({ fleet: confined, limits: true, maxima });
        // Where other scale sets have no seating anyway, the lane's own part decides; not compared here.
        if (!fits && !allSeated({ fleet, limits: true, maxima })) return;
        const inCluster = lanes.filter((o) =>
          fleet.nodes.some((n) => n.name === o.node && n.cluster === lane.cluster),
        );
        const own = findings.filter(
          (f) => f.rule === "overflow/rollback" && f.subject === `scale set ${lane.name}`,
        );
        expect(own).toHaveLength(fits ? 0 : inCluster.length);
      }),
      runs,
    );
  });
});

describe("seats", () => {
  it("are ones that the nodes have, and all of them if the verdict says so", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: false }), (input) => {
        const { fleet, placement, nodes } = judgeInput(input);
        const limitsKept = allSeated({ fleet, limits: true, maxima: maximaOf(fleet) });
        const seated = new Map<string, number>();
        fleet.nodes.forEach((node, n) => {
          const here = placement.seats.filter((s) => s.node === node.name);
          const sum = { cpu: 0, memory: 0, storage: 0, pods: 0, limit: 0, runners: 0 };
          for (const seat of here) {
            const set = fleet.scaleSets.find((s) => s.name === seat.scaleSet && s.cluster === seat.cluster);
            if (!set) throw new Error(`no scale set ${seat.scaleSet}`);
            expect(eligible(set, node)).toBe(true);
            seated.set(set.name, (seated.get(set.name) ?? 0) + seat.runners);
            sum.runners += seat.runners;
            sum.pods += seat.runners * (set.containerMode === "kubernetes" ? 2 : 1);
            for (const c of set.containers) {
              sum.cpu += seat.runners * (c.requests.cpu ?? 0);
              sum.memory += seat.runners * (c.requests.memory ?? 0);
              sum.storage += seat.runners * (c.requests.ephemeralStorage ?? 0);
              sum.limit += seat.runners * (c.limits.memory ?? 0);
            }
          }
          const { allocatable: a, running: r } = node;
          if (sum.cpu > 0) expect(sum.cpu + (r?.cpu ?? 0)).toBeLessThanOrEqual(a.cpu ?? 0);
          if (sum.memory > 0) expect(sum.memory + (r?.memory ?? 0)).toBeLessThanOrEqual(a.memory ?? 0);
          if (sum.storage > 0)
            expect(sum.storage + (r?.ephemeralStorage ?? 0)).toBeLessThanOrEqual(a.ephemeralStorage ?? 0);
          if (sum.pods > 0) expect(sum.pods + (r?.pods ?? 0)).toBeLessThanOrEqual(a.pods ?? 0);
          if (isOneAtATime(fleet, node)) expect(sum.runners).toBeLessThanOrEqual(1);
          else if (limitsKept && sum.limit > 0) {
            const running = r?.memoryLimit ?? r?.memory ?? 0;
            expect(sum.limit + running).toBeLessThanOrEqual((a.memory ?? 0) * fleet.policy.limitRatio);
          }
          expect(nodes[n]?.cpu?.committed).toBe(sum.cpu);
          expect(nodes[n]?.memory?.committed).toBe(sum.memory);
          expect(nodes[n]?.pods?.committed).toBe(sum.pods);
          expect(nodes[n]?.memoryLimits?.committed).toBe(sum.limit);
        });
        for (const set of fleet.scaleSets) {
          const missing = placement.unseated.find((u) => u.scaleSet === set.name)?.runners ?? 0;
          expect((seated.get(set.name) ?? 0) + missing).toBe(set.maxRunners);
        }
        if (placement.verdict === "placed") expect(placement.unseated).toEqual([]);
      }),
      runs,
    );
  });

  it("do not depend on the order of declaration", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: true }), fc.boolean(), (input, both) => {
        const shuffled = {
          ...input,
          nodes: [...(input.nodes ?? [])].reverse(),
          scaleSets: both ? [...(input.scaleSets ?? [])].reverse() : input.scaleSets,
        } as FleetInput;
        const [a, b] = [judgeInput(input), judgeInput(shuffled)];
        const line = (s: { scaleSet: string; node: string; runners: number }) =>
          `${s.scaleSet} ${s.node} ${s.runners}`;
        expect(b.placement.verdict).toBe(a.placement.verdict);
        expect(b.placement.bound).toBe(a.placement.bound);
        expect(b.placement.seats.map(line).sort()).toEqual(a.placement.seats.map(line).sort());
        const largest = (j: typeof a) => j.scaleSets.map((s) => [s.name, s.largest] as const);
        expect(new Map(largest(b))).toEqual(new Map(largest(a)));
      }),
      runs,
    );
  });
});

describe("the largest maximum that passes", () => {
  const passes = (input: FleetInput, s: number, maxRunners: number) => {
    const scaleSets = (input.scaleSets ?? []).map((set, i) => (i === s ? { ...set, maxRunners } : set));
    const { fleet, findings } = judgeInput({ ...input, scaleSets });
    return !refusesMaxima(findings, fleet);
  };

  it("passes, and one more does not", () => {
    fc.assert(
      fc.property(smallFleet({ novolume: true }), (input) => {
        const { scaleSets } = judgeInput(input);
        scaleSets.forEach(({ largest }, s) => {
          // A scale set without an eligible node is refused for that, whatever its maximum.
          if (scaleSets[s]?.eligibleNodes.length === 0 || !passes(input, s, 0)) return;
          expect(largest.passes).not.toBeNull();
          expect(passes(input, s, largest.passes ?? -1)).toBe(true);
          expect(passes(input, s, (largest.passes ?? -1) + 1)).toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });
});
