import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatBandwidth, formatBytes, formatCpu, formatFigure, formatStorage } from "../../model/format.ts";
import { parseBandwidth, parseCpu, parseQuantity, parseSize } from "../../model/quantity.ts";

const GI = 1024 ** 3;

describe("formatBytes", () => {
  test.each([
    [80 * GI, "80Gi"],
    [0, "0"],
    [17, "17"],
    [1023, "1023"],
    [1024, "1Ki"],
    [512 * 1024 ** 2, "512Mi"],
    [1024 * GI, "1024Gi"],
    [9999 * GI, "9999Gi"],
    [10_240 * GI, "10Ti"],
    [-32 * GI, "-32Gi"],
    [parseQuantity("219.81Gi", "capacity"), "219.81Gi"],
    [parseQuantity("1384.60Gi", "capacity"), "1384.60Gi"],
    [parseQuantity("15.06Gi", "capacity"), "15.06Gi"],
  ])("%d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test("is off by at most half a hundredth of the shown unit, and says so in a form that is read back", () => {
    const units = { Pi: 1024 ** 5, Ti: 1024 ** 4, Gi: GI, Mi: 1024 ** 2, Ki: 1024, "": 1 } as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (bytes) => {
        const text = formatBytes(bytes);
        const unit = /[A-Za-z]*$/.exec(text)?.[0] as keyof typeof units;
        const error = Math.abs(parseQuantity(text, "demand") - bytes);
        expect(error).toBeLessThanOrEqual(units[unit] === 1 ? 0 : units[unit] / 200 + 1);
      }),
    );
  });
});

test.each([
  [parseSize("960 GB", "capacity"), "960 GB"],
  [parseSize("8 TB", "capacity"), "8 TB"],
  [parseSize("40 GB", "capacity"), "40 GB"],
  [0, "0 B"],
])("storage of %d bytes is %s", (bytes, text) => expect(formatStorage(bytes)).toBe(text));

test("CPU: no millicore is lost between text and figure", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (millicores) => {
      expect(parseCpu(formatCpu(millicores), "capacity")).toBe(millicores);
      expect(parseCpu(formatCpu(millicores), "demand")).toBe(millicores);
    }),
  );
});

test.each([
  [12_000, "12"],
  [500, "0.5"],
  [1250, "1.25"],
  [1, "0.001"],
  [-1500, "-1.5"],
])("%d millicores are %s CPUs", (millicores, text) => expect(formatCpu(millicores)).toBe(text));

test("bandwidth: what is shown is read back to the bit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (rate) => {
      expect(parseBandwidth(formatBandwidth(rate), "capacity")).toBe(rate);
    }),
  );
});

test.each([
  [null, "bytes", "unknown"],
  ["any", "bytes", "any"],
  [GI, "bytes", "1Gi"],
  [500, "millicores", "0.5"],
  [4, "runners", "4 runners"],
  [4, "", "4"],
])("the figure %j in %j is %s", (value, unit, text) => expect(formatFigure(value, unit)).toBe(text));
