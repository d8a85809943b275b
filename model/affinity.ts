import { z } from "zod";
import { type Labels, labelKey, labelValue } from "./taint.ts";

/** Required node affinity with Kubernetes' own meaning. Preferred affinity keeps no pod off a node and is no part of it. */

const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] as const;
const EXPECTED_OPERATOR = `expected one of ${OPERATORS.join(", ")}`;
/** Kubernetes compares as 64-bit integers; a label value cannot begin with a sign. */
const INTEGER = /^[0-9]+$/;
const LARGEST = 2n ** 63n - 1n;

const expression = z
  .strictObject({
    key: labelKey.meta({ description: "The label's key." }),
    operator: z.enum(OPERATORS, { error: () => EXPECTED_OPERATOR }).meta({
      description:
        "`In`, `NotIn` (also without the label), `Exists`, `DoesNotExist`, `Gt` and `Lt` (whole numbers; never without the label).",
    }),
    values: z.array(labelValue).default([]).meta({
      description: "At least one for `In` and `NotIn`, one whole number for `Gt` and `Lt`, none otherwise.",
    }),
  })
  .check((ctx) => {
    const { operator, values } = ctx.value;
    const problem = (message: string) =>
      ctx.issues.push({ code: "custom", message, path: ["values"], input: values });
    const one = values.length === 1 ? values[0] : undefined;
    if ((operator === "In" || operator === "NotIn") && values.length === 0)
      problem(`expected at least one value with the operator "${operator}"`);
    if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
      problem(`expected no value with the operator "${operator}": Kubernetes rejects the pod`);
    if ((operator === "Gt" || operator === "Lt") && integer(one) === undefined)
      problem(`expected one whole number with the operator "${operator}"`);
  })
  .meta({ id: "LabelExpression", description: "A condition on one label of a node." });
export type LabelExpression = z.output<typeof expression>;

const term = z
  .strictObject({
    matchExpressions: z
      .array(expression)
      // Kubernetes takes an empty term, which matches no node.
      .min(1, { error: () => "expected at least one expression" })
      .meta({ description: "Conditions that a node has to meet, all of them." }),
  })
  .meta({ id: "NodeSelectorTerm", description: "Conditions on a node's labels, all of which have to hold." });

export const affinity = z
  .strictObject({
    required: z
      .array(term)
      .min(1, { error: () => "expected at least one term" })
      .meta({ description: "Terms, one of which has to hold for a node." }),
  })
  .meta({
    id: "NodeAffinity",
    description:
      "Required node affinity, beside the selector: both have to hold. Effect of a change: new runners are placed by it.",
  });
export type NodeAffinity = z.output<typeof affinity>;

/** True if one of the terms holds for a node with these labels. */
export function admitsLabels({ required }: NodeAffinity, labels: Labels): boolean {
  return required.some(({ matchExpressions }) => matchExpressions.every((e) => holds(e, labels)));
}

/** Kubernetes' `labels.Requirement.Matches`. */
export function holds({ key, operator, values }: LabelExpression, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt": {
      const [have, bound] = [integer(value), integer(values[0])];
      if (have === undefined || bound === undefined) return false;
      return operator === "Gt" ? have > bound : have < bound;
    }
  }
}

function integer(text: string | undefined): bigint | undefined {
  if (text === undefined || !INTEGER.test(text)) return undefined;
  const value = BigInt(text);
  return value > LARGEST ? undefined : value;
}

/** `zone In (a, b)`, `gpu Exists`, as messages tell it. */
export function formatExpression({ key, operator, values }: LabelExpression): string {
  return values.length === 0 ? `${key} ${operator}` : `${key} ${operator} (${values.join(", ")})`;
}
