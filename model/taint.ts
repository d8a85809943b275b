import { z } from "zod";

/** Taints, tolerations and labels with Kubernetes' own meaning. */

const LABEL_KEY =
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

const EXPECTED_KEY = 'expected a label key, like "workload" or "capability.tinyland.dev/kvm"';
const EXPECTED_VALUE =
  "expected a label value of at most 63 letters, digits, dashes, dots or underscores, in quotes";
const EXPECTED_EFFECT = 'expected the effect "NoSchedule", "PreferNoSchedule" or "NoExecute"';

export const labelKey = z
  .string({ error: () => EXPECTED_KEY })
  .regex(LABEL_KEY, { error: () => EXPECTED_KEY });
export const labelValue = z
  .string({ error: () => EXPECTED_VALUE })
  .regex(LABEL_VALUE, { error: () => EXPECTED_VALUE });
const effect = z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], { error: () => EXPECTED_EFFECT });

/** Labels of a node or VM, or the selector of a pod (all must match). */
export const labels = z
  .record(labelKey, labelValue)
  .meta({ id: "Labels", description: "Kubernetes labels: keys with an optional prefix, values in quotes." });
export type Labels = z.output<typeof labels>;

export const taint = z
  .strictObject({
    key: labelKey.meta({ description: "The taint's key." }),
    value: labelValue.default("").meta({ description: "The taint's value; empty by default." }),
    effect: effect.meta({ description: "What happens to a pod that does not tolerate the taint." }),
  })
  .meta({ id: "Taint", description: "A node taint. k3s applies it only when the node first registers." });
export type Taint = z.output<typeof taint>;

export const toleration = z
  .strictObject({
    key: labelKey.optional().meta({ description: "The taint's key; every key if absent (with `Exists`)." }),
    operator: z
      .enum(["Equal", "Exists"], { error: () => 'expected "Equal" or "Exists"' })
      .default("Equal")
      .meta({ description: "`Equal` (default) compares the value too." }),
    value: labelValue.default("").meta({ description: "The value for `Equal`." }),
    effect: effect.optional().meta({ description: "The effect; every effect if absent." }),
  })
  .check((ctx) => {
    const { key, operator, value } = ctx.value;
    const problem = (path: string, message: string, input?: string) =>
      ctx.issues.push({ code: "custom", message, path: [path], input });
    if (operator === "Exists" && value !== "")
      problem("value", 'expected no value with the operator "Exists": Kubernetes rejects the pod', value);
    if (operator === "Equal" && key === undefined) problem("key", 'expected a key, or the operator "Exists"');
  })
  .meta({
    id: "Toleration",
    description: "A pod toleration, with Kubernetes' own meaning.",
    anyOf: [{ required: ["key"] }, { required: ["operator"], properties: { operator: { const: "Exists" } } }],
  });
export type Toleration = z.output<typeof toleration>;

/** Kubernetes' ToleratesTaint. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  if (toleration.key !== undefined && toleration.key !== taint.key) return false;
  return toleration.operator === "Exists" || toleration.value === taint.value;
}

/** The taints that keep a pod off a node: `PreferNoSchedule` never does. */
export function untolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): Taint[] {
  return taints.filter((t) => t.effect !== "PreferNoSchedule" && !tolerations.some((o) => tolerates(o, t)));
}

/** True if the labels hold every pair of the selector. */
export function selects(selector: Labels, nodeLabels: Labels): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(nodeLabels, key) && nodeLabels[key] === value,
  );
}

/** `key=value:effect`, as kubectl and k3s write it. */
export function formatTaint(t: Taint): string {
  return t.value === "" ? `${t.key}:${t.effect}` : `${t.key}=${t.value}:${t.effect}`;
}
