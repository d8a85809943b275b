import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CLEAR,
  type ConditionSettings,
  type ConditionState,
  isBelow,
  isSet,
  type Observation,
  observe,
  type Transition,
} from "../../../capacity/pressure/condition.ts";

const settings: ConditionSettings = { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 };
const low: Observation = { total: 1000, available: 99 };
const at = (step: number) => new Date(Date.UTC(2026, 10, 21, 0, 0, step)).toISOString();

/** A history of observations a second apart. */
function run(history: readonly Observation[], given = settings, start: ConditionState = CLEAR) {
  let state = start;
  const transitions: Transition[] = [];
  for (const [step, observation] of history.entries()) {
    const next = observe(state, observation, given, at(step));
    state = next.state;
    transitions.push(next.transition);
  }
  return { state, transitions };
}

describe("the threshold", () => {
  test.each<[string, Observation, number, boolean | undefined]>([
    ["just below", { total: 1000, available: 99 }, 10, true],
    ["at it", { total: 1000, available: 100 }, 10, false],
    ["above", { total: 1000, available: 101 }, 10, false],
    ["nothing available", { total: 1, available: 0 }, 1, true],
    ["a third of a byte below", { total: 333, available: 33 }, 10, true],
    [
      "one byte below at 2^53, where a double would not see it",
      { total: 2 ** 53 - 1, available: 900719925474099 },
      10,
      true,
    ],
    ["one byte above it", { total: 2 ** 53 - 1, available: 900719925474100 }, 10, false],
    ["no total", { total: null, available: 5 }, 10, undefined],
    ["nothing said to be available", { total: 1000, available: null }, 10, undefined],
    ["a total of zero", { total: 0, available: 0 }, 10, undefined],
    ["more available than there is", { total: 10, available: 11 }, 10, undefined],
    ["a negative figure", { total: 10, available: -1 }, 10, undefined],
    ["no number", { total: Number.NaN, available: 1 }, 10, undefined],
    ["an endless one", { total: Number.POSITIVE_INFINITY, available: 1 }, 10, undefined],
    ["beyond what is exact", { total: 2 ** 53, available: 1 }, 10, undefined],
    ["a fraction", { total: 10, available: 0.5 }, 10, undefined],
  ])("%s", (_, observation, percent, expected) => expect(isBelow(observation, percent)).toBe(expected));

  test("is exact for any figures", () => {
    const bytes = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 1, max: 99 }), (a, b, percent) => {
        const [available, total] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(total > 0);
        // The least number of bytes at which it is not below: total × percent / 100, rounded up.
        const edge = (BigInt(total) * BigInt(percent) + 99n) / 100n;
        expect(isBelow({ total, available }, percent)).toBe(BigInt(available) < edge);
      }),
    );
  });
});

describe("set late, cleared at once", () => {
  const high: Observation = { total: 1000, available: 100 };
  const missing: Observation = { total: 1000, available: null };

  test("the third observation below sets it, with its time", () => {
    expect(run([low, low, low])).toEqual({
      state: { count: 3, since: at(2) },
      transitions: ["counting", "counting", "set"],
    });
  });

  test("further ones count on, and keep the time", () => {
    expect(run([low, low, low, low, low])).toEqual({
      state: { count: 5, since: at(2) },
      transitions: ["counting", "counting", "set", "none", "none"],
    });
  });

  test("the first one at the threshold clears it and its counter", () => {
    expect(run([low, low, low, low, high])).toEqual({
      state: CLEAR,
      transitions: ["counting", "counting", "set", "none", "cleared"],
    });
  });

  test("one in between starts the counting anew", () => {
    expect(run([low, low, high, low, low])).toEqual({
      state: { count: 2, since: null },
      transitions: ["counting", "counting", "none", "counting", "counting"],
    });
  });

  test("missing ones carry flag and counter forward, set or not", () => {
    expect(run([low, low, missing, missing, low])).toEqual({
      state: { count: 3, since: at(4) },
      transitions: ["counting", "counting", "none", "none", "set"],
    });
    expect(run([low, low, low, missing, { total: null, available: null }]).state).toEqual({
      count: 3,
      since: at(2),
    });
  });

  test("with one required the first sets it, as for pools", () => {
    const single = { ...settings, thresholdPercent: 15, consecutiveRequired: 1 };
    expect(run([{ total: 1000, available: 149 }], single)).toEqual({
      state: { count: 1, since: at(0) },
      transitions: ["set"],
    });
    expect(run([{ total: 1000, available: 150 }], single).state).toEqual(CLEAR);
  });

  test("a lower number required is met by what was counted already", () => {
    expect(run([low], { ...settings, consecutiveRequired: 2 }, { count: 7, since: null }).state).toEqual({
      count: 8,
      since: at(0),
    });
  });

  test("disabled, it is never touched and never set, not even by what was set before", () => {
    const off = { ...settings, enabled: false };
    expect(run([low, low, low, low, high], off)).toEqual({
      state: CLEAR,
      transitions: ["none", "none", "none", "none", "none"],
    });
    const before = { count: 4, since: at(9) };
    expect(run([low, high], off, before).state).toEqual(before);
    expect(isSet(before, off)).toBe(false);
    expect(isSet(before, settings)).toBe(true);
  });

  test("its state is plain JSON, and goes on where it stopped", () => {
    const { state } = run([low, low]);
    expect(run([low], settings, JSON.parse(JSON.stringify(state)) as ConditionState).transitions).toEqual([
      "set",
    ]);
  });
});

describe("any history", () => {
  const figure = fc.option(fc.integer({ min: -2, max: 40 }));
  const observations = fc.array(fc.record({ total: figure, available: figure }), { maxLength: 40 });
  const anySettings = fc.record({
    enabled: fc.boolean(),
    thresholdPercent: fc.integer({ min: 1, max: 99 }),
    consecutiveRequired: fc.integer({ min: 1, max: 5 }),
  });

  /** By the whole history at once: what was below after the last observation that was not. */
  function oracle(history: readonly Observation[], given: ConditionSettings): ConditionState {
    const told = history
      .map(({ total, available }, step) => ({ total, available, step }))
      .filter(({ total, available }) => total && total > 0 && available !== null && available >= 0)
      .filter(({ total, available }) => (available as number) <= (total as number));
    const isLow = (o: { total: number | null; available: number | null }) =>
      (o.available as number) / (o.total as number) < given.thresholdPercent / 100;
    const tail = told.slice(told.findLastIndex((o) => !isLow(o)) + 1);
    const setter = tail[given.consecutiveRequired - 1];
    return given.enabled ? { count: tail.length, since: setter ? at(setter.step) : null } : CLEAR;
  }

  test("gives what looking at all of it at once gives", () => {
    fc.assert(
      fc.property(observations, anySettings, (history, given) => {
        expect(run(history, given).state).toEqual(oracle(history, given));
      }),
      { numRuns: 2000 },
    );
  });

  test("sets and clears in turn, and is set exactly between the two", () => {
    fc.assert(
      fc.property(observations, anySettings, (history, given) => {
        const { state, transitions } = run(history, given);
        const turns = transitions.filter((t) => t === "set" || t === "cleared");
        for (const [i, turn] of turns.entries()) expect(turn).toBe(i % 2 === 0 ? "set" : "cleared");
        expect(isSet(state, given)).toBe(turns.at(-1) === "set");
      }),
    );
  });

  test("missing observations may be left out, wherever they stand", () => {
    fc.assert(
      fc.property(observations, anySettings, (history, given) => {
        const holes = history.flatMap((o): Observation[] => [{ total: null, available: null }, o]);
        const { count, since } = run(history, given).state;
        const other = run(holes, given).state;
        expect({ count: other.count, set: other.since !== null }).toEqual({ count, set: since !== null });
      }),
    );
  });
});
