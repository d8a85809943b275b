import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteSize, inUnit, roundedUp, unitBytes, wholeUnits } from "../../libvirt/schema/byteSize.ts";
import { parseCpuSet, sameCpuSet } from "../../libvirt/schema/cpuSet.ts";

describe("sizes", () => {
  it("know libvirt's units: of 1024 with i or a single letter, of 1000 with B", () => {
    const expected = {
      B: 1n,
      bytes: 1n,
      K: 1024n,
      k: 1024n,
      KiB: 1024n,
      KB: 1000n,
      kB: 1000n,
      MiB: 1048576n,
      GB: 1000000000n,
      T: 1n << 40n,
      EiB: 1n << 60n,
    };
    for (const [unit, bytes] of Object.entries(expected)) expect(unitBytes(unit), unit).toBe(bytes);
    for (const unit of ["", "Gib ", "G1B", "bit", "ZiB"]) expect(unitBytes(unit), unit).toBeUndefined();
  });

  it("are exact beyond what a double can hold", () => {
    expect(byteSize(8, "EiB")).toBe(9223372036854775808n);
    expect(byteSize(1.5, "GiB")).toBeUndefined();
    expect(byteSize("16", "MiB")).toBe(16777216n);
    expect(byteSize("1.5", "GiB")).toBeUndefined();
    expect(byteSize(2 ** 53, "B")).toBeUndefined();
    expect(roundedUp(1025n, "KiB")).toBe(2048n);
  });

  it("come back from any unit that divides them", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom("B", "KiB", "MB", "GiB"), (value, unit) => {
        expect(inUnit(byteSize(value, unit) as bigint, unit)).toBe(value);
      }),
    );
    expect(inUnit(1025n, "KiB")).toBeUndefined();
  });
});

describe("CPU sets", () => {
  it("are the same however they are written", () => {
    expect(sameCpuSet("0-3", "3,2,1,0")).toBe(true);
    expect(sameCpuSet("0-3,^2", "0,1,3")).toBe(true);
    expect(sameCpuSet("0-3", "0-2")).toBe(false);
  });

  it("are refused when they make no sense or no end", () => {
    for (const text of ["", "3-1", "a", "1,", "0-9999999", "0-65536"])
      expect(parseCpuSet(text), text).toBeUndefined();
  });

  it("hold exactly the CPUs that were written", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 300 }), { minLength: 1, maxLength: 40 }), (cpus) => {
        expect(parseCpuSet(cpus.join(","))).toEqual([...cpus].sort((a, b) => a - b));
      }),
    );
  });
});

it("rounds bytes down to whole units", () => {
  expect(wholeUnits(3 * 1024 ** 3 - 1, "GiB")).toBe(2);
  expect(wholeUnits(1999, "KB")).toBe(1);
  expect(wholeUnits(7, "B")).toBe(7);
});
