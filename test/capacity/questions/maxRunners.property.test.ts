import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askMaxRunners } from "../../../capacity/questions/maxRunners.ts";
import type { Reach } from "../../../capacity/questions/reach.ts";
import type { NodeShortage } from "../../../capacity/questions/shortage.ts";
import { judgeRunners } from "../../../capacity/runners/runners.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import { refusesMaxima } from "../refusesMaxima.ts";
import { smallFleet } from "../runners/arbitrary.ts";
import { allSeated, largestBrute } from "../runners/bruteforce.ts";
import { sharedFleet } from "./arbitrary.ts";
import { holds } from "./seed.ts";

const options = { today: "2026-05-06" };
/** No scale set of these fleets can have more: the nodes take 15 pods at most in all. */
const MOST = 16;

const ask = (fleet: Fleet) =>
  askMaxRunners(fleet, [...fleet.scaleSets.keys()], options, [...fleet.scaleSets.keys()]);
const withoutOverflow = (fleet: Fleet): Fleet => ({ ...fleet, policy: { ...fleet.policy, overflow: [] } });
const withMaxima = (fleet: Fleet, maxima: readonly number[]): Fleet => ({
  ...fleet,
  scaleSets: fleet.scaleSets.map((s, i) => ({ ...s, maxRunners: maxima[i] as number })),
});
const maximaOf = (fleet: Fleet) => fleet.scaleSets.map((s) => s.maxRunners);

/** By requests alone, trying everything; the nodes of the fleet take any number of runners. */
const seated = (fleet: Fleet, maxima: readonly number[]) =>
  allSeated({ fleet: withoutOverflow(fleet), limits: false, maxima });

/** By every rule that a maximum can break. */
const passes = (fleet: Fleet, maxima: readonly number[]) => {
  const { findings } = judgeRunners(withMaxima(fleet, maxima), options);
  return !refusesMaxima(findings, fleet);
};

const exactly = (n: number): Reach => ({ atLeast: n < 0 ? null : n, below: n + 1, exact: true });
const some = (fleet: Fleet, s: number, n: number) => fleet.scaleSets.map((_, i) => (i === s ? n : 0));

/** The points of which none can be raised, of all up to `most` with a runner of each at least. */
function bruteFront(k: number, most: number, holdsAt: (counts: readonly number[]) => boolean): string[] {
  const inside: number[][] = [];
  const visit = (counts: number[]): void => {
    if (counts.length === k) {
      if (holdsAt(counts)) inside.push(counts);
      return;
    }
    for (let n = 1; n <= most; n++) {
      const rest = Array.from({ length: k - counts.length - 1 }, () => 1);
      // Every point above one that does not hold does not hold either.
      if (!holdsAt([...counts, n, ...rest])) return;
      visit([...counts, n]);
    }
  };
  visit([]);
  const known = new Set(inside.map(String));
  return inside
    .filter((p) => p.every((n, i) => !known.has(String(p.with(i, n + 1)))))
    .map(String)
    .sort();
}

/** Every split of a sum over some scale sets, a runner of each at least, none above its own most. */
function splits(sum: number, most: readonly number[]): number[][] {
  const [first, ...others] = most;
  if (first === undefined) return sum === 0 ? [[]] : [];
  return Array.from({ length: Math.min(first, sum) }, (_, i) => i + 1).flatMap((n) =>
    splits(sum - n, others).map((rest) => [n, ...rest]),
  );
}

/** The combinations of all contests as points of all scale sets. */
function expand(
  fleet: Fleet,
  contests: ReturnType<typeof ask>["together"]["capacity"],
  most: readonly number[],
): string[] {
  const index = (name: string) => fleet.scaleSets.findIndex((s) => `${s.cluster}/${s.name}` === name);
  let points = [fleet.scaleSets.map(() => 0)];
  for (const { columns, combinations, complete } of contests) {
    expect(complete).toBe(true);
    points = points.flatMap((point) =>
      combinations.flatMap(({ maxima }) => {
        let split = [point];
        columns.forEach(({ scaleSets }, c) => {
          const sets = scaleSets.map(index);
          split = split.flatMap((p) =>
            splits(
              maxima[c] as number,
              sets.map((s) => most[s] as number),
            ).map((own) => p.map((n, s) => (sets.includes(s) ? (own[sets.indexOf(s)] as number) : n))),
          );
        });
        return split;
      }),
    );
  }
  return points.map(String).sort();
}

describe("the largest maximum against trying everything", () => {
  it("alone: with no runner of another scale set there", () => {
    holds(
      "alone",
      150,
      fc.property(smallFleet({ novolume: true }), (input) => {
        const fleet = requireFleet(input);
        ask(fleet).scaleSets.forEach(({ alone }, s) => {
          const plain = { fleet: withoutOverflow(fleet), limits: false, maxima: some(fleet, s, 0) };
          expect(alone.capacity).toEqual(exactly(largestBrute(plain, s, MOST)));
          // A scale set that no node admits is refused for that, whatever its maximum.
          if ((alone.capacity.atLeast ?? 0) === 0) return;
          expect(alone.policy.exact).toBe(true);
          const most = alone.policy.atLeast ?? 0;
          expect(passes(fleet, some(fleet, s, most))).toBe(true);
          expect(passes(fleet, some(fleet, s, most + 1))).toBe(false);
        });
      }),
    );
  });

  it("beside the others at their maxima", () => {
    holds(
      "beside",
      150,
      fc.property(smallFleet({ novolume: true }), (input) => {
        const fleet = requireFleet(input);
        ask(fleet).scaleSets.forEach(({ beside }, s) => {
          const brute = { fleet: withoutOverflow(fleet), limits: false, maxima: maximaOf(fleet) };
          const most = largestBrute(brute, s, MOST);
          // Where the others do not fit by themselves, the part without them decides; not compared here.
          if (most === -1) return;
          expect(beside.capacity).toEqual(exactly(most));
          if (most === 0 || !passes(fleet, maximaOf(fleet).with(s, 0))) return;
          expect(passes(fleet, maximaOf(fleet).with(s, beside.policy.atLeast ?? -1))).toBe(true);
          expect(passes(fleet, maximaOf(fleet).with(s, (beside.policy.atLeast ?? -1) + 1))).toBe(false);
        });
      }),
    );
  });

  it("one more fits with what the answer says that it needs", () => {
    let told = 0;
    holds(
      "one more",
      200,
      fc.property(smallFleet({ novolume: true }), (input) => {
        const fleet = requireFleet(input);
        ask(fleet).scaleSets.forEach(({ beside, stops }, s) => {
          const needs = stops.capacity?.shortage?.oneMore;
          if (!needs || beside.capacity.atLeast === null) return;
          told++;
          const maxima = maximaOf(fleet).with(s, beside.capacity.atLeast + 1);
          const others = fleet.scaleSets.map((_, i) => (i === s ? 0 : (maxima[i] as number)));
          // Scale sets of a part that the question does not touch may not fit by themselves.
          if (!seated(fleet, others)) return;
          expect(seated(fleet, maxima)).toBe(false);
          expect(seated(withMore(fleet, needs), maxima)).toBe(true);
        });
      }),
    );
    expect(told).toBeGreaterThan(100);
  });
});

/** The fleet with what nodes lack added to them. */
function withMore(fleet: Fleet, needs: readonly NodeShortage[]): Fleet {
  const keys = {
    cpu: "cpu",
    memory: "memory",
    "ephemeral storage": "ephemeralStorage",
    pods: "pods",
  } as const;
  const nodes = fleet.nodes.map((node) => {
    const allocatable = { ...node.allocatable };
    for (const { cluster, node: name, lacks } of needs) {
      if (name !== node.name || cluster !== node.cluster) continue;
      for (const { resource, short } of lacks) {
        const key = keys[resource as keyof typeof keys];
        allocatable[key] = (allocatable[key] ?? 0) + short;
      }
    }
    return { ...node, allocatable };
  });
  return { ...fleet, nodes };
}

describe("combinations against trying everything", () => {
  it("by capacity: all that cannot be raised, and no other", () => {
    let several = 0;
    holds(
      "combinations by capacity",
      300,
      fc.property(sharedFleet(), (input) => {
        const fleet = requireFleet(input);
        const { together, scaleSets } = ask(fleet);
        const most = scaleSets.map((s) => s.alone.capacity.atLeast ?? 0);
        const brute = bruteFront(fleet.scaleSets.length, MOST, (counts) => seated(fleet, counts));
        if (brute.length > 1) several++;
        expect(expand(fleet, together.capacity, most)).toEqual(brute);
      }),
    );
    expect(several).toBeGreaterThan(20);
  });

  it("by policy: all that pass and cannot be raised, and no other", () => {
    let several = 0;
    holds(
      "combinations by policy",
      200,
      fc.property(sharedFleet(), (input) => {
        const fleet = requireFleet(input);
        const { together } = ask(fleet);
        const budgets = fleet.scaleSets.map(() => fleet.policy.newOwnerMaximum);
        const brute = bruteFront(fleet.scaleSets.length, MOST, (counts) => passes(fleet, counts));
        if (brute.length > 1) several++;
        expect(expand(fleet, together.policy, budgets)).toEqual(brute);
      }),
    );
    expect(several).toBeGreaterThan(10);
  });

  it("whatever is left out of them stands as declared", () => {
    holds(
      "combinations beside others",
      200,
      fc.property(sharedFleet(), (input) => {
        const fleet = requireFleet(input);
        const [, ...chosen] = fleet.scaleSets.keys();
        if (chosen.length === 0) return;
        const { together } = askMaxRunners(fleet, chosen, options, chosen);
        const first = (fleet.scaleSets[0] as (typeof fleet.scaleSets)[number]).maxRunners;
        for (const { columns, combinations } of together.capacity) {
          const sets = columns.map((c) =>
            c.scaleSets.map((n) => fleet.scaleSets.findIndex((s) => n.endsWith(`/${s.name}`))),
          );
          for (const { maxima } of combinations) {
            const at = (counts: readonly number[]) =>
              fleet.scaleSets.map((_, s) => {
                const c = sets.findIndex((own) => own.includes(s));
                // Of alike ones the first takes what the others leave.
                if (c !== -1) return sets[c]?.[0] === s ? (counts[c] as number) - (sets[c].length - 1) : 1;
                return s === 0 && seated(fleet, some(fleet, 0, first)) ? first : 0;
              });
            expect(seated(fleet, at(maxima))).toBe(true);
          }
        }
      }),
    );
  });
});
