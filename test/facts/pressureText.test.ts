import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseNodeMemory, parsePressureFigures } from "../../facts/pressureText.ts";

const NONE = { total: null, available: null };
const whole =
  "memory MemTotal:       24684096 kB\nmemory MemAvailable:   21976388 kB\nroot 4096 66052044 16100592\n";

describe("what a host says of memory and root file system", () => {
  test("in bytes", () => {
    expect(parsePressureFigures(whole)).toEqual({
      memory: { total: 24684096 * 1024, available: 21976388 * 1024 },
      systemDisk: { total: 66052044 * 4096, available: 16100592 * 4096 },
    });
  });

  test("huge pages count neither as memory nor as available", () => {
    const huge = `${whole}memory Hugetlb:        20684096 kB\n`;
    expect(parsePressureFigures(huge).memory).toEqual({ total: 4_000_000 * 1024, available: 22503821312 });
  });

  test.each([
    ["nothing", "", NONE, NONE],
    [
      "more huge pages than memory",
      "memory MemTotal: 10 kB\nmemory Hugetlb: 11 kB\nmemory MemAvailable: 1 kB\n",
      { total: null, available: 1024 },
      NONE,
    ],
    [
      "half: statfs fails",
      whole.replace(/root .*/, "root "),
      { total: 25276514304, available: 22503821312 },
      NONE,
    ],
    [
      "half: a kernel without MemAvailable",
      whole.replace(/.*MemAvailable.*\n/, ""),
      { total: 25276514304, available: null },
      { total: 270549172224, available: 65948024832 },
    ],
    ["sizes beyond what is exact", "root 4096 9007199254740991 1\n", NONE, { total: null, available: 4096 }],
    ["figures that are none", "memory MemTotal: many kB\nroot 4096 -1 x\n", NONE, NONE],
  ])("%s", (_, text, memory, systemDisk) => {
    expect(parsePressureFigures(text)).toEqual({ memory, systemDisk });
  });

  test("any text is read without failing", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("memory MemTotal: 1 kB", "root 1 2 3", "root 1 2"));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { total, available } of Object.values(parsePressureFigures(lines.join("\n"))))
          for (const figure of [total, available]) expect(figure === null || figure >= 0).toBe(true);
      }),
    );
  });
});

describe("what libvirt alone says of a host's memory", () => {
  const told =
    "total  :             24684096 KiB\nfree   :             19807284 KiB\nbuffers:               397128 KiB\ncached :              2275900 KiB\n\n";
  const KIB = 1024;

  test("lies between what is free and what is free or cached", () => {
    expect(parseNodeMemory(told, 0)).toEqual({
      total: 24684096 * KIB,
      atLeast: 19807284 * KIB,
      atMost: (19807284 + 397128 + 2275900) * KIB,
    });
  });

  test("has no huge pages in it, and never more than there is", () => {
    const [total, atLeast] = [20_000_000 * KIB, 19807284 * KIB];
    expect(parseNodeMemory(told, 4684096 * KIB)).toEqual({ total, atLeast, atMost: total });
  });

  test.each([
    ["a figure is missing", told.replace(/cached.*\n/, ""), 0],
    ["a figure is none", told.replace("19807284", "much"), 0],
    ["there are more huge pages than memory", told, 24684097 * KIB],
  ])("is not known where %s", (_, text, hugepages) => {
    expect(parseNodeMemory(text, hugepages)).toEqual({ total: null, atLeast: null, atMost: null });
  });
});
