import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOptions } from "../../bench/bench.ts";
import { type Figure, median, met, renderFigures } from "../../bench/figure.ts";
import { alternate, BenchmarkError, type TimedCommand } from "../../bench/process.ts";

const figure = (init: Partial<Figure>): Figure => ({
  name: "f",
  value: 1,
  unit: "×",
  target: 3,
  runs: 5,
  detail: "",
  ...init,
});

describe("median", () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  test("has as many values below as above", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const m = median(values);
        const below = values.filter((v) => v < m).length;
        const above = values.filter((v) => v > m).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  test("of nothing is an error", () => expect(() => median([])).toThrow(RangeError));
});

test.each([
  [3, 3, true],
  [3.01, 3, false],
  [99, null, true],
  [null, 3, true],
])("%d with target %j is met: %j", (value, target, expected) => {
  expect(met(figure({ value, target }))).toBe(expected);
});

test("figures are shown beside their targets", () => {
  const text = renderFigures([
    figure({ name: "preview", value: 2.345, detail: "2.6 s against 1.1 s" }),
    figure({ name: "capacity", value: 7.5, unit: "ms", target: 5 }),
    figure({ name: "large", value: 640.4, unit: "ms", target: null }),
    figure({ name: "rollout", value: null, detail: "no libvirtd" }),
    figure({ name: "scheduler", value: 0.004321, target: 0.05 }),
  ]);
  expect(text.split("\n")).toEqual([
    "preview    2.35×         at most 3.00×    met     2.6 s against 1.1 s",
    "capacity   7.50 ms       at most 5.00 ms  MISSED",
    "large      640 ms",
    "rollout    not measured  at most 3.00×            no libvirtd",
    "scheduler  0.0043×       at most 0.05×    met",
  ]);
});

describe("alternate", () => {
  const command = (name: string, code: string): TimedCommand => ({
    name,
    command: process.execPath,
    args: ["-e", code],
    cwd: import.meta.dirname,
  });

  test("gives as many ratios as pairs, each of its own pair", async () => {
    const pairs = await alternate(command("a", "0"), command("b", "0"), 2);
    expect(pairs.base).toHaveLength(2);
    expect(pairs.ratios).toEqual(pairs.subject.map((s, i) => s / (pairs.base[i] as number)));
  });

  test("a command that fails is no measurement", async () => {
    const failing = command("b", "console.error('no such stack'); process.exit(3)");
    const attempt = alternate(command("a", "0"), failing, 1);
    await expect(attempt).rejects.toThrow(new BenchmarkError("b ended with exit code 3:\nno such stack"));
  });
});

test.each([
  [
    [],
    {
      pairs: 5,
      names: [
        "audit",
        "capacity",
        "placement",
        "policy",
        "preview",
        "questions",
        "rollout",
        "scheduler",
        "status",
      ],
      json: false,
      check: false,
    },
  ],
  [
    ["--pairs", "7", "--only", "preview", "--json", "--check"],
    { pairs: 7, names: ["preview"], json: true, check: true },
  ],
  [["--pairs", "0"], "--pairs is 0"],
  [["--pairs", "x"], "--pairs is x"],
  [["--only", "toString"], "--only is toString"],
])("options %j", (args, expected) => expect(readOptions(args)).toEqual(expected));

test("an unknown option is told", () => expect(readOptions(["--fast"])).toMatch(/--fast/));
