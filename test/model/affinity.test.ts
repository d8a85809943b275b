import { describe, expect, test } from "vitest";
import { admitsLabels, affinity, formatExpression, holds } from "../../model/affinity.ts";

const labels = { zone: "a", cores: "16", version: "v2", empty: "" };

function parse(...required: object[][]) {
  return affinity.parse({ required: required.map((matchExpressions) => ({ matchExpressions })) });
}
const expression = (given: object) => {
  const [term] = parse([given]).required;
  const [only] = term?.matchExpressions ?? [];
  if (only === undefined) throw new Error("one expression goes in, and one comes out");
  return only;
};

/** Kubernetes' `labels.Requirement.Matches` and `nodeaffinity.NodeSelector.Match`, restated. */
describe("a label expression", () => {
  test.each([
    [{ key: "zone", operator: "In", values: ["b", "a"] }, true],
    [{ key: "zone", operator: "In", values: ["b"] }, false],
    [{ key: "rack", operator: "In", values: [""] }, false],
    [{ key: "empty", operator: "In", values: [""] }, true],
    [{ key: "zone", operator: "NotIn", values: ["a"] }, false],
    [{ key: "zone", operator: "NotIn", values: ["b"] }, true],
    [{ key: "rack", operator: "NotIn", values: ["a"] }, true],
    [{ key: "empty", operator: "Exists" }, true],
    [{ key: "rack", operator: "Exists" }, false],
    [{ key: "toString", operator: "Exists" }, false],
    [{ key: "rack", operator: "DoesNotExist" }, true],
    [{ key: "zone", operator: "DoesNotExist" }, false],
    [{ key: "cores", operator: "Gt", values: ["9"] }, true],
    [{ key: "cores", operator: "Gt", values: ["16"] }, false],
    [{ key: "cores", operator: "Gt", values: ["015"] }, true],
    [{ key: "cores", operator: "Lt", values: ["17"] }, true],
    [{ key: "cores", operator: "Lt", values: ["16"] }, false],
    [{ key: "cores", operator: "Lt", values: ["9223372036854775807"] }, true],
    [{ key: "version", operator: "Lt", values: ["3"] }, false],
    [{ key: "empty", operator: "Lt", values: ["3"] }, false],
    [{ key: "rack", operator: "Lt", values: ["3"] }, false],
  ])("%j: %s", (given, expected) => {
    expect(holds(expression(given), labels)).toBe(expected);
  });

  test.each([
    [{ key: "zone", operator: "In" }, 'expected at least one value with the operator "In"'],
    [
      { key: "zone", operator: "Exists", values: ["a"] },
      'expected no value with the operator "Exists": Kubernetes rejects the pod',
    ],
    [{ key: "zone", operator: "Gt" }, 'expected one whole number with the operator "Gt"'],
    [{ key: "zone", operator: "Gt", values: ["1", "2"] }, 'expected one whole number with the operator "Gt"'],
    [{ key: "zone", operator: "Lt", values: ["1.5"] }, 'expected one whole number with the operator "Lt"'],
    [
      { key: "zone", operator: "Lt", values: ["9223372036854775808"] },
      'expected one whole number with the operator "Lt"',
    ],
    [
      { key: "zone", operator: "Equals", values: ["1"] },
      "expected one of In, NotIn, Exists, DoesNotExist, Gt, Lt",
    ],
  ])("%j is refused", (given, message) => {
    const { error } = affinity.safeParse({ required: [{ matchExpressions: [given] }] });
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test("is told with its values, if it has any", () => {
    expect(formatExpression(expression({ key: "zone", operator: "NotIn", values: ["a", "b"] }))).toBe(
      "zone NotIn (a, b)",
    );
    expect(formatExpression(expression({ key: "zone", operator: "Exists" }))).toBe("zone Exists");
  });
});

describe("required affinity", () => {
  const inA = { key: "zone", operator: "In", values: ["a"] };
  const inB = { key: "zone", operator: "In", values: ["b"] };
  const exists = { key: "rack", operator: "Exists" };

  test("asks for all expressions of one of its terms", () => {
    expect(admitsLabels(parse([inA, exists]), labels)).toBe(false);
    expect(admitsLabels(parse([inA, exists], [inB]), labels)).toBe(false);
    expect(admitsLabels(parse([inB], [inA]), labels)).toBe(true);
  });

  test.each([
    [{ required: [] }, "expected at least one term"],
    [{ required: [{ matchExpressions: [] }] }, "expected at least one expression"],
  ])("%j is refused", (given, message) => {
    expect(affinity.safeParse(given).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
