import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Finding,
  FleetError,
  finding,
  formatFinding,
  refuses,
  sortFindings,
} from "../../model/finding.ts";

const one = (init: Partial<Finding>) =>
  finding({ rule: "r", path: "", subject: "s", message: "m.", remedy: "Do.", ...init });

test("what is not known to be harmless refuses, and has no figures unless given", () => {
  expect(one({})).toEqual({
    rule: "r",
    severity: "refuse",
    path: "",
    subject: "s",
    have: null,
    need: null,
    limit: null,
    unit: "",
    message: "m.",
    remedy: "Do.",
  });
});

test("only a refusal refuses", () => {
  expect(refuses([])).toBe(false);
  expect(refuses([one({ severity: "warn" })])).toBe(false);
  expect(refuses([one({ severity: "warn" }), one({})])).toBe(true);
});

test("the order of findings does not depend on the order they were found in", () => {
  const text = fc.constantFrom("a", "B", "ä", "a/b");
  const any = fc
    .record({ rule: text, path: text, message: text, severity: fc.constantFrom("refuse", "warn") })
    .map((init) => one(init as Partial<Finding>));
  const list = fc.array(any, { maxLength: 6 });
  fc.assert(
    fc.property(
      list.chain((l) => fc.tuple(fc.constant(l), fc.shuffledSubarray(l, { minLength: l.length }))),
      ([a, b]) => {
        expect(sortFindings(b)).toEqual(sortFindings(a));
      },
    ),
  );
});

test("refusals come first", () => {
  const sorted = sortFindings([one({ rule: "a", severity: "warn" }), one({ rule: "z" })]);
  expect(sorted.map((f) => f.rule)).toEqual(["z", "a"]);
});

test.each([
  [one({}), "refuse r: m. Do."],
  [one({ path: "vms[0]", severity: "warn" }), "warn r vms[0]: m. Do."],
])("formatFinding", (given, text) => expect(formatFinding(given)).toBe(text));

test("the error lists every finding in order", () => {
  const error = new FleetError("No:", [one({ rule: "b", severity: "warn" }), one({ rule: "a" })]);
  expect(error.message).toBe("No:\n  - refuse a: m. Do.\n  - warn b: m. Do.");
  expect(error.findings.map((f) => f.rule)).toEqual(["a", "b"]);
});
