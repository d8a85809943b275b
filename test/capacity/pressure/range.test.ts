import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBelow } from "../../../capacity/pressure/condition.ts";
import { decided } from "../../../capacity/pressure/range.ts";
import { unwatched, withSample } from "../../../capacity/pressure/watched.ts";

const NONE = { total: null, available: null };

describe("memory of which only a range is known", () => {
  test.each([
    ["even the most is below", 50, 99, { total: 1000, available: 99 }],
    ["the least is at the threshold", 100, 900, { total: 1000, available: 100 }],
    ["the threshold lies between", 99, 100, NONE],
  ])("%s", (_, atLeast, atMost, expected) =>
    expect(decided({ total: 1000, atLeast, atMost }, 10)).toEqual(expected),
  );

  test.each([
    ["nothing", { total: null, atLeast: null, atMost: null }],
    ["more than there is", { total: 10, atLeast: 11, atMost: 12 }],
    ["no most", { total: 1000, atLeast: 5, atMost: null }],
  ])("%s is no observation", (_, range) => expect(decided(range, 10)).toEqual(NONE));

  test("never says what a figure within it would deny", () => {
    const bytes = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(
        bytes,
        bytes,
        bytes,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 99 }),
        (a, b, c, total, percent) => {
          const [atLeast, available, atMost] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
          fc.pre(atMost <= total);
          const said = isBelow(decided({ total, atLeast, atMost }, percent), percent);
          expect([undefined, isBelow({ total, available }, percent)]).toContain(said);
        },
      ),
    );
  });

  test("sets, carries forward and clears as other observations do", () => {
    const on = { enabled: true, thresholdPercent: 10, consecutiveRequired: 2 };
    const settings = { memory: on, systemDisk: on, disk: on };
    const answers: [number, number][] = [
      [10, 50],
      [50, 300],
      [20, 60],
      [60, 400],
      [150, 500],
    ];
    let host = unwatched("a");
    const sets = answers.map(([atLeast, atMost]) => {
      const memory = { total: 1000, atLeast, atMost };
      host = withSample(host, { memory, systemDisk: NONE }, settings, "2026-11-22T00:00:00.000Z").host;
      return [host.memory.count, host.memory.since !== null, host.memory.available];
    });
    expect(sets).toEqual([
      [1, false, 50],
      [1, false, null],
      [2, true, 60],
      [2, true, null],
      [0, false, 150],
    ]);
    expect(host.systemDisk).toEqual({ ...NONE, count: 0, since: null });
  });
});
