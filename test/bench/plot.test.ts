import fc from "fast-check";
import { expect, test } from "vitest";
import { type Curve, renderPlot } from "../../bench/plot.ts";

const curve = (lines: Curve["lines"]): Curve => ({
  name: "p",
  title: "Cost & size",
  x: "hosts",
  y: "ms",
  lines,
});

test("a plot has a line, its points and a label for each series, on axes of whole powers of ten", () => {
  const svg = renderPlot(
    curve([
      {
        name: "index",
        points: [
          { x: 100, y: 0.02 },
          { x: 1000, y: 0.05 },
        ],
      },
      { name: "scan", points: [{ x: 100, y: 0.1 }] },
    ]),
  );
  expect(svg.match(/<polyline points="([^"]*)"/g)).toEqual([
    '<polyline points="70,256.7 620,133.3"',
    '<polyline points="70,40"',
  ]);
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg.match(/(?<=text-anchor="[a-z]+">)[^<]*/g)).toEqual([
    "Cost &amp; size",
    "100",
    "1000",
    "0.01",
    "0.1",
    "index",
    "scan",
    "hosts",
    "ms",
  ]);
  expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
});

test("the same figures give the same text, and every point lies on the sheet", () => {
  const figure = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
  const line = fc.array(fc.record({ x: figure, y: figure }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (list) => {
      const given = curve(list.map((points, i) => ({ name: `l${i}`, points })));
      const svg = renderPlot(given);
      expect(renderPlot(structuredClone(given))).toBe(svg);
      for (const [, cx, cy] of svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)) {
        expect(Number(cx)).toBeGreaterThanOrEqual(70);
        expect(Number(cx)).toBeLessThanOrEqual(620);
        expect(Number(cy)).toBeGreaterThanOrEqual(40);
        expect(Number(cy)).toBeLessThanOrEqual(350);
      }
    }),
  );
});

test("a figure of 0 has no place on a logarithmic axis", () => {
  expect(() => renderPlot(curve([{ name: "l", points: [{ x: 1, y: 0 }] }]))).toThrow(
    "p: only figures above 0 can be plotted",
  );
});
