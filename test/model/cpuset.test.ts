import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CPUSET_PATTERN, cpusetHint, formatCpuset, MAX_CPU, parseCpuset } from "../../model/cpuset.ts";

const cpus = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1 });
const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);

test("parsing what was formatted gives the set, ascending, whatever the order it was given in", () => {
  fc.assert(
    fc.property(cpus, (set) => {
      expect(parseCpuset(formatCpuset(set))).toEqual(ascending(set));
    }),
  );
});

test("the format is canonical and shortest: formatting again changes nothing, no two parts touch", () => {
  fc.assert(
    fc.property(cpus, (set) => {
      const text = formatCpuset(set);
      expect(formatCpuset(parseCpuset(text) ?? [])).toBe(text);
      const parts = text.split(",").map((p) => p.split("-").map(Number));
      parts.slice(1).forEach((part, i) => {
        expect(part[0]).toBeGreaterThan((parts[i]?.at(-1) as number) + 1);
      });
    }),
  );
});

test("ranges and exclusions mean what libvirt means: applied from left to right", () => {
  const part = fc.record({
    out: fc.boolean(),
    first: fc.integer({ min: 0, max: 40 }),
    length: fc.integer({ min: 0, max: 8 }),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
      const expected = new Set<number>();
      const text = parts.map(({ out, first, length }) => {
        if (out) expected.delete(first);
        else for (let c = first; c <= first + length; c++) expected.add(c);
        return out ? `^${first}` : length === 0 ? `${first}` : `${first}-${first + length}`;
      });
      expect(parseCpuset(text.join(","))).toEqual(expected.size === 0 ? undefined : ascending([...expected]));
    }),
  );
});

test.each([
  ["0", [0]],
  ["16-17,52-53", [16, 17, 52, 53]],
  ["0-3,^2", [0, 1, 3]],
  ["5,1,3", [1, 3, 5]],
  ["1, 2", [1, 2]],
  [`${MAX_CPU}`, [MAX_CPU]],
])("%j", (text, expected) => expect(parseCpuset(text)).toEqual(expected));

test.each([
  "",
  " ",
  ",",
  "0,",
  "a",
  "1-",
  "-1",
  "3-1",
  "1.5",
  "^1",
  "0-3,^0-1",
  "0x1",
  `${MAX_CPU + 1}`,
  "0-999999",
  "1 2",
  "all",
])("%j is no CPU set", (text) => expect(parseCpuset(text)).toBeUndefined());

test.each([
  ["5-3", "; did you mean 3-5?"],
  ["0-3,^1-2", "; ^ excludes a single CPU, like ^3"],
  ["70000", "; the highest CPU is 65535"],
  ["0-999999", "; the highest CPU is 65535"],
  ["1234567", "; the highest CPU is 65535"],
  ["0-1,^0,^1", "; no CPU is left of it"],
  ["two", ""],
])("of %j is said%s", (text, hint) => expect(cpusetHint(text)).toBe(hint));

test("the pattern for editors takes what the parser takes", () => {
  const pattern = new RegExp(CPUSET_PATTERN, "u");
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9^,\- ]{0,12}$/), (text) => {
      if (parseCpuset(text) !== undefined) expect(text).toMatch(pattern);
    }),
  );
  for (const text of ["", "a", "1-", "-1", "1 2", "0,"]) expect(text).not.toMatch(pattern);
});
