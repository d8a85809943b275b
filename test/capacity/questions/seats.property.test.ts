import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reach } from "../../../capacity/questions/reach.ts";
import { askSeats, type Beside } from "../../../capacity/questions/seats.ts";
import { judgeRunners } from "../../../capacity/runners/runners.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import type { ScaleSet } from "../../../model/scaleset.ts";
import { refusesMaxima } from "../refusesMaxima.ts";
import { eligible, largestBrute } from "../runners/bruteforce.ts";
import { sharedFleet } from "./arbitrary.ts";
import { holds } from "./seed.ts";

const options = { today: "2026-05-06" };
/** The nodes take 15 pods at most in all. */
const MOST = 16;

const withoutOverflow = (fleet: Fleet): Fleet => ({ ...fleet, policy: { ...fleet.policy, overflow: [] } });
const withMaxima = (fleet: Fleet, of: (s: ScaleSet) => number): Fleet => ({
  ...fleet,
  scaleSets: fleet.scaleSets.map((s) => ({ ...s, maxRunners: of(s) })),
});

/** The last scale set is the shape; the others are the fleet. */
const split = (all: Fleet) => {
  const shape = all.scaleSets.at(-1) as ScaleSet;
  return { shape, fleet: { ...all, scaleSets: all.scaleSets.slice(0, -1) } };
};
const bruteSeats = (all: Fleet, limits: boolean) =>
  largestBrute(
    { fleet: all, limits, maxima: all.scaleSets.map((s) => s.maxRunners) },
    all.scaleSets.length - 1,
    MOST,
  );
const reach = (n: number): Reach => ({ atLeast: n < 0 ? null : n, below: n + 1, exact: true });

describe("seats against trying everything", () => {
  for (const beside of ["maxima", "minima", "nothing"] as const satisfies readonly Beside[]) {
    it(`beside ${beside}`, () => {
      holds(
        `seats beside ${beside}`,
        150,
        fc.property(sharedFleet(), (input) => {
          const all = requireFleet(input);
          const { shape, fleet } = split(all);
          const answer = askSeats(fleet, { shape, beside, survive: false }, options);
          const of = (s: ScaleSet) => ({ maxima: s.maxRunners, minima: s.minRunners, nothing: 0 })[beside];
          const others = withMaxima(all, of);
          const most = bruteSeats(withoutOverflow(others), false);
          // Where the others do not fit by themselves, the part without them decides; not compared here.
          if (most === -1) return;
          expect(answer.capacity.seats).toEqual(reach(most));
          expect(answer.capacity.where.reduce((sum, w) => sum + w.seats, 0)).toBe(most);
        }),
      );
    });
  }

  it("by policy: every rule but the budget, since nobody owns the seats yet", () => {
    let limited = 0;
    holds(
      "seats by policy",
      200,
      fc.property(sharedFleet(), fc.boolean(), (input, labelled) => {
        const all = requireFleet(input);
        const { shape: last, fleet } = split(all);
        const shape = { ...last, name: "shape", labels: labelled ? last.labels : [] };
        const budget = { scaleSet: "shape", maximum: MOST, date: "2026-05-03", evidence: "Generated." };
        const passes = (maxRunners: number) => {
          const { findings } = judgeRunners(
            {
              ...fleet,
              scaleSets: [...fleet.scaleSets, { ...shape, maxRunners }],
              policy: { ...fleet.policy, ownerBudgets: [budget] },
            },
            options,
          );
          return !refusesMaxima(findings, fleet);
        };
        if (!passes(0)) return;
        const { policy, capacity } = askSeats(fleet, { shape, beside: "maxima", survive: false }, options);
        if ((capacity.seats.atLeast ?? 0) === 0) return;
        expect(policy.seats.exact).toBe(true);
        const most = policy.seats.atLeast ?? -1;
        if (most < (capacity.seats.atLeast ?? 0)) limited++;
        expect(passes(most)).toBe(true);
        expect(passes(most + 1)).toBe(false);
      }),
    );
    expect(limited).toBeGreaterThan(10);
  });

  it("with any one node lost: the least over all losses that concern the shape", () => {
    let fewer = 0;
    holds(
      "seats that survive",
      200,
      fc.property(sharedFleet(), (input) => {
        const all = onePod(requireFleet(input));
        const { shape, fleet } = split(all);
        const { capacity } = askSeats(fleet, { shape, beside: "maxima", survive: true }, options);
        const own = withoutOverflow(partOf(all));
        if (bruteSeats(own, false) === -1) return;
        const losses = own.nodes.map((lost) =>
          bruteSeats({ ...own, nodes: own.nodes.filter((n) => n !== lost) }, false),
        );
        const least = Math.min(bruteSeats(own, false), ...losses);
        if (least >= 0 && least < bruteSeats(own, false)) fewer++;
        // Without a node that seats one there is none, whether or not others that share no node fit.
        const { atLeast, exact } = capacity.survive?.seats ?? { atLeast: null, exact: false };
        expect({ seats: atLeast ?? 0, exact }).toEqual({ seats: Math.max(0, least), exact: true });
      }),
    );
    expect(fewer).toBeGreaterThan(10);
  });

  it("losing a node never gains a seat", () => {
    holds(
      "monotone",
      150,
      fc.property(sharedFleet(), fc.nat(2), (input, lost) => {
        const { shape, fleet } = split(requireFleet(input));
        const question = { shape, beside: "maxima", survive: true } as const;
        const whole = askSeats(fleet, question, options);
        const without = { ...fleet, nodes: fleet.nodes.filter((_, n) => n !== lost % fleet.nodes.length) };
        const less = askSeats(without, question, options);
        const seats = (r: Reach | undefined) => r?.atLeast ?? 0;
        // Where the fleet's own have no seats nothing has any; a lost node may part them from the shape.
        if (whole.capacity.seats.atLeast === null) return;
        expect(seats(less.capacity.seats)).toBeLessThanOrEqual(seats(whole.capacity.seats));
        expect(seats(whole.capacity.survive?.seats)).toBeLessThanOrEqual(seats(whole.capacity.seats));
        expect(seats(whole.policy.survive?.seats)).toBeLessThanOrEqual(seats(whole.policy.seats));
      }),
    );
  });
});

/** Without runners of two pods, which may lie in different parts. */
function onePod(fleet: Fleet): Fleet {
  const scaleSets = fleet.scaleSets.map((s) => ({
    ...s,
    containerMode: "none" as const,
    containers: s.containers.filter((c) => c.name === "runner"),
  }));
  return { ...fleet, scaleSets };
}

/** The nodes and scale sets that the last one is tied to, by nodes that seat a runner of each. */
function partOf(fleet: Fleet): Fleet {
  const seats = (set: ScaleSet, node: Fleet["nodes"][number]) => {
    const [container] = set.containers;
    const { allocatable: a, running: r } = node;
    const { requests: q = {} } = container ?? {};
    return (
      eligible(set, node) &&
      (q.cpu ?? 0) <= (a.cpu ?? 0) - (r?.cpu ?? 0) &&
      (q.memory ?? 0) <= (a.memory ?? 0) - (r?.memory ?? 0) &&
      (q.ephemeralStorage ?? 0) <= (a.ephemeralStorage ?? 0) - (r?.ephemeralStorage ?? 0) &&
      (a.pods ?? 0) - (r?.pods ?? 0) >= 1
    );
  };
  let sets = fleet.scaleSets.slice(-1);
  for (;;) {
    const nodes = fleet.nodes.filter((n) => sets.some((s) => seats(s, n)));
    const more = fleet.scaleSets.filter((s) => sets.includes(s) || nodes.some((n) => seats(s, n)));
    if (more.length === sets.length) return { ...fleet, nodes, scaleSets: more };
    sets = more;
  }
}
