import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isQuantity, isSameQuantity } from "../../tools/kubernetes-standin/quantity.ts";

describe("isSameQuantity", () => {
  it.each([
    ["2048Mi", "2Gi"],
    ["1000m", "1"],
    [4, "4"],
    ["0.5", "500m"],
    ["1e3", "1k"],
    ["1.5Gi", "1536Mi"],
    ["-1", "-1000m"],
    [".5", "500m"],
  ])("%s is %s", (left, right) => {
    expect(isSameQuantity(left, right)).toBe(true);
  });

  it.each([
    ["2G", "2Gi"],
    ["1", "1m"],
    ["true", "true"],
    ["9007199254740993", "9007199254740992"],
    ["1Mi", "1M"],
  ])("%s is not %s", (left, right) => {
    expect(isSameQuantity(left, right)).toBe(false);
  });

  it("holds for every integer and its thousandths, however large", () => {
    fc.assert(fc.property(fc.bigInt(), (value) => isSameQuantity(`${value}`, `${value * 1000n}m`)));
  });
});

describe("isQuantity", () => {
  it("takes what an API server takes", () => {
    expect(["12", "500m", "80Gi", "1e3", "0.1"].map(isQuantity)).toEqual(Array(5).fill(true));
    expect(["", "12x", "Gi", "1 Gi", "1GiB", "four"].map(isQuantity)).toEqual(Array(6).fill(false));
  });
});
