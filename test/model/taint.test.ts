import { describe, expect, test } from "vitest";
import { formatTaint, selects, taint, tolerates, toleration, untolerated } from "../../model/taint.ts";

/**
 * Kubernetes' own table of `Toleration.ToleratesTaint` (component-helpers, `toleration_test.go`), restated:
 * an empty key with Exists matches every taint, an empty effect every effect, Equal compares the value.
 */
const foo = { key: "foo", value: "bar", effect: "NoSchedule" };

describe("tolerates", () => {
  test.each([
    ["same key, Exists, same effect", { key: "foo", operator: "Exists", effect: "NoSchedule" }, foo, true],
    ["same key, Exists, every effect", { key: "foo", operator: "Exists" }, foo, true],
    ["every key, Exists, every effect", { operator: "Exists" }, foo, true],
    ["every key, Exists, same effect", { operator: "Exists", effect: "NoSchedule" }, foo, true],
    ["every key, Exists, other effect", { operator: "Exists", effect: "NoExecute" }, foo, false],
    ["same key, Equal, same value, same effect", foo, foo, true],
    ["operator left out is Equal", { key: "foo", value: "bar" }, foo, true],
    ["operator left out, no value", { key: "foo" }, foo, false],
    ["no value matches a taint without value", { key: "foo" }, { key: "foo", effect: "NoSchedule" }, true],
    ["other value", { ...foo, value: "baz" }, foo, false],
    ["other key", { ...foo, key: "fou" }, foo, false],
    ["other key, Exists", { key: "fou", operator: "Exists" }, foo, false],
    ["other effect", { ...foo, effect: "NoExecute" }, foo, false],
    ["keys are compared with their case", { ...foo, key: "Foo" }, foo, false],
    ["PreferNoSchedule is an effect of its own", { ...foo, effect: "PreferNoSchedule" }, foo, false],
  ])("%s", (_, given, against, expected) => {
    expect(tolerates(toleration.parse(given), taint.parse(against))).toBe(expected);
  });
});

describe("untolerated", () => {
  const taints = [foo, { key: "a", effect: "NoExecute" }, { key: "b", effect: "PreferNoSchedule" }].map((t) =>
    taint.parse(t),
  );
  const keys = (tolerations: readonly object[]) =>
    untolerated(
      taints,
      tolerations.map((t) => toleration.parse(t)),
    ).map((t) => t.key);

  test.each([
    ["PreferNoSchedule keeps nobody away", [], ["foo", "a"]],
    ["each taint needs its own toleration", [foo], ["a"]],
    ["all tolerated", [foo, { key: "a" }], []],
    ["one for everything", [{ operator: "Exists" }], []],
  ])("%s", (_, tolerations, expected) => expect(keys(tolerations)).toEqual(expected));
});

test.each([
  ["no selector admits any node", {}, {}, true],
  ["all pairs must match", { a: "1", b: "2" }, { a: "1", b: "2", c: "3" }, true],
  ["one pair differs", { a: "1", b: "2" }, { a: "1", b: "3" }, false],
  ["a label is missing", { a: "1" }, {}, false],
  ["an empty value still needs the label", { a: "" }, {}, false],
  ["an inherited property is no label", { constructor: "x" }, {}, false],
])("selects: %s", (_, selector, labels, expected) => expect(selects(selector, labels)).toBe(expected));

test.each([
  [foo, "foo=bar:NoSchedule"],
  [
    { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
    "node-role.kubernetes.io/control-plane:NoSchedule",
  ],
])("formatTaint %j", (given, text) => expect(formatTaint(taint.parse(given))).toBe(text));
