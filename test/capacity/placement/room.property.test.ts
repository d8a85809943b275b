import fc from "fast-check";
import { expect, test } from "vitest";
import { distribute } from "../../../capacity/host/flow.ts";
import { type Claim, Room } from "../../../capacity/placement/room.ts";

/** Memory of cells as figures, held against the flow that the judgement settles it with. */

const CELLS = 4;
const amount = fc.integer({ min: 0, max: 6 });
const one = fc.record({ amount, cells: fc.integer({ min: 0, max: CELLS - 1 }).map((c) => [c]) });
const some = fc.record({
  amount,
  cells: fc.subarray(
    Array.from({ length: CELLS }, (_, c) => c),
    { minLength: 1 },
  ),
});
const any = fc.record({ amount, cells: fc.constant(undefined) });
/** What one VM claims: parts in different cells, or one amount. */
const parts = fc
  .tuple(
    amount,
    fc.subarray(
      Array.from({ length: CELLS }, (_, c) => c),
      { minLength: 1 },
    ),
  )
  .map(([each, cells]) => cells.map((c) => ({ amount: each, cells: [c] })));
const claims: fc.Arbitrary<readonly Claim[]> = fc.oneof(parts, fc.tuple(one), fc.tuple(any), fc.tuple(some));
const bound: fc.Arbitrary<readonly Claim[]> = fc.oneof(parts, fc.tuple(one), fc.tuple(any));

function short(capacity: readonly number[], all: readonly Claim[]): number {
  const every = capacity.map((_, c) => c);
  const demands = all.map((claim) => ({ amount: claim.amount, places: claim.cells ?? every }));
  return distribute(demands, capacity).shortages.reduce((sum, s) => sum + s.requested - s.available, 0);
}

test.each([
  ["claims on one cell or on any", bound],
  ["claims on some cells of several too", claims],
])("what fits beside %s is what the flow has room for", (_, kind) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -2, max: 9 }), { minLength: CELLS, maxLength: CELLS }),
      fc.array(kind, { maxLength: 5 }),
      claims,
      (capacity, taken, asked) => {
        const room = new Room(capacity);
        for (const claim of taken) room.take(claim);
        const there = taken.flat();
        const before = short(capacity, there);
        const fits = (more: readonly Claim[]) => short(capacity, [...there, ...more]) === before;
        expect(room.fits(asked)).toBe(fits(asked));
        const most = (cells: readonly number[] | undefined) => {
          let n = 0;
          while (n < 40 && fits([{ amount: n + 1, cells }])) n++;
          return n;
        };
        expect(room.anywhere()).toBe(most(undefined));
        capacity.forEach((_size, cell) => {
          expect(room.inCell(cell)).toBe(most([cell]));
        });
      },
    ),
    { numRuns: 500 },
  );
});
