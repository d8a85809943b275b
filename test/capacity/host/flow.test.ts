import fc from "fast-check";
import { expect, test } from "vitest";
import { type Demand, distribute } from "../../../capacity/host/flow.ts";

/** The most that can be placed, by trying every way to hand the demands' units out. */
function bruteForce(demands: readonly Demand[], capacities: readonly number[]): number {
  const units = demands.flatMap((d) => Array.from({ length: d.amount }, () => d.places));
  const seen = new Map<string, number>();
  const most = (i: number, free: readonly number[]): number => {
    const places = units[i];
    if (places === undefined) return 0;
    const key = `${i}:${free.join()}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    let best = most(i + 1, free);
    for (const p of places) {
      if ((free[p] as number) > 0) {
        best = Math.max(
          best,
          1 +
            most(
              i + 1,
              free.map((f, q) => (q === p ? f - 1 : f)),
            ),
        );
      }
    }
    seen.set(key, best);
    return best;
  };
  return most(
    0,
    capacities.map((c) => Math.max(0, c)),
  );
}

const instance = fc.integer({ min: 1, max: 4 }).chain((places) =>
  fc.record({
    capacities: fc.array(fc.integer({ min: -1, max: 5 }), { minLength: places, maxLength: places }),
    demands: fc.array(
      fc.record({
        amount: fc.integer({ min: 0, max: 4 }),
        places: fc.shuffledSubarray(
          Array.from({ length: places }, (_, i) => i),
          { minLength: 1 },
        ),
      }),
      { maxLength: 5 },
    ),
  }),
);

const loads = (shares: readonly ReadonlyMap<number, number>[], places: number) =>
  Array.from({ length: places }, (_, p) => shares.reduce((sum, s) => sum + (s.get(p) ?? 0), 0));

test("as much is placed as brute force can place, and every shortage is proven by its own places", () => {
  fc.assert(
    fc.property(instance, ({ demands, capacities }) => {
      const { shares, shortages } = distribute(demands, capacities);
      const asked = demands.reduce((sum, d) => sum + d.amount, 0);
      const short = shortages.reduce((sum, s) => sum + s.requested - s.available, 0);
      expect(asked - short).toBe(bruteForce(demands, capacities));

      for (const s of shortages) {
        const there = new Set(s.places);
        for (const d of s.demands) {
          expect((demands[d] as Demand).places.every((p) => there.has(p))).toBe(true);
        }
        expect(s.requested).toBe(s.demands.reduce((sum, d) => sum + (demands[d] as Demand).amount, 0));
        expect(s.available).toBe(s.places.reduce((sum, p) => sum + Math.max(0, capacities[p] as number), 0));
        expect(s.requested).toBeGreaterThan(s.available);
      }
      const named = shortages.flatMap((s) => s.places);
      expect(new Set(named).size).toBe(named.length);
      const over = loads(shares, capacities.length).reduce(
        (sum, load, p) => sum + Math.max(0, load - Math.max(0, capacities[p] as number)),
        0,
      );
      expect(over).toBe(short);
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test("every demand is booked in full, on its own places only", () => {
  fc.assert(
    fc.property(instance, ({ demands, capacities }) => {
      const { shares } = distribute(demands, capacities);
      demands.forEach((demand, i) => {
        const share = [...(shares[i] as ReadonlyMap<number, number>)];
        expect(share.every(([place, n]) => demand.places.includes(place) && n > 0)).toBe(true);
        expect(share.reduce((sum, [, n]) => sum + n, 0)).toBe(demand.amount);
      });
    }),
  );
});

test("the load of each place does not depend on the order of the demands", () => {
  fc.assert(
    fc.property(
      instance.chain((i) =>
        fc.record({
          instance: fc.constant(i),
          shuffled: fc.shuffledSubarray(i.demands, { minLength: i.demands.length }),
        }),
      ),
      ({ instance: { demands, capacities }, shuffled }) => {
        const places = capacities.length;
        const a = distribute(demands, capacities);
        const b = distribute(shuffled, capacities);
        expect(loads(b.shares, places)).toEqual(loads(a.shares, places));
        const figures = (d: typeof a) => d.shortages.map((s) => [s.places, s.requested, s.available]);
        expect(figures(b)).toEqual(figures(a));
      },
    ),
  );
});

test("a demand with a choice makes way for one without", () => {
  const { shares, shortages } = distribute(
    [
      { amount: 4, places: [0, 1] },
      { amount: 4, places: [0] },
    ],
    [4, 4],
  );
  expect(shortages).toEqual([]);
  expect(shares.map((s) => [...s])).toEqual([[[1, 4]], [[0, 4]]]);
});
