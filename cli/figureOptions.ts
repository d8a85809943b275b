import type { Finding } from "../model/finding.ts";
import { parseCpu, parseQuantity, QuantityError } from "../model/quantity.ts";
import {
  type Labels,
  labelKey,
  labelValue,
  type Taint,
  type Toleration,
  taint,
  toleration,
} from "../model/taint.ts";
import { wrongOption } from "./question.ts";

/** Values of options as kubectl spells them: quantities, selectors, tolerations, taints. */

export type Figure = "cpu" | "memory" | "ephemeralStorage";

/** `ephemeral-storage` as a flag and a Kubernetes resource has it. */
export const FIGURES: Readonly<Record<string, Figure>> = {
  cpu: "cpu",
  memory: "memory",
  "ephemeral-storage": "ephemeralStorage",
};

/**
 * A Kubernetes quantity: a demand is rounded up below one byte or millicore, a capacity down.
 *
 * @param given the option's whole value, of which this is a part
 */
export function readQuantity(
  findings: Finding[],
  option: string,
  figure: Figure,
  value: string | undefined,
  rounding: "capacity" | "demand" = "demand",
  given = value,
): number | undefined {
  if (value === undefined) return undefined;
  try {
    return figure === "cpu" ? parseCpu(value, rounding) : parseQuantity(value, rounding);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    findings.push(wrongOption(option, given ?? value, error.message.replace(/\?$/, "")));
    return undefined;
  }
}

/** A whole number from `least`. */
export function readCount(
  findings: Finding[],
  option: string,
  value: string | undefined,
  least: number,
  most = 1_000_000,
  given = value,
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  findings.push(wrongOption(option, given ?? value, `expected a whole number from ${least} to ${most}`));
  return undefined;
}

/** `--selector a=b,c=d --selector e=f`; a node selector compares by equality alone. */
export function readSelector(findings: Finding[], option: string, values: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (const pair of values.flatMap((v) => v.split(","))) {
    const match = /^([^=!]+?)==?([^=]*)$/.exec(pair.trim());
    const [, key = "", value = ""] = match ?? [];
    if (!match || !labelKey.safeParse(key).success || !labelValue.safeParse(value).success) {
      findings.push(wrongOption(option, pair, 'expected a label like "capability.tinyland.dev/kvm=true"'));
    } else if (Object.hasOwn(labels, key) && labels[key] !== value) {
      findings.push(wrongOption(option, pair, `${key} is given already, as ${JSON.stringify(labels[key])}`));
    } else {
      labels[key] = value;
    }
  }
  return labels;
}

const EXPECTED_TOLERATION =
  'expected a toleration like "key=value:NoSchedule", "key:NoSchedule" (any value), "key" (any effect) or "*" (everything)';

/** `key=value:Effect` compares the value; without a value any is tolerated, without an effect every one. */
export function readTolerations(
  findings: Finding[],
  option: string,
  values: readonly string[],
): Toleration[] {
  return values.flatMap((text): Toleration[] => {
    const match = /^([^=:]+)(?:=([^:]*))?(?::([A-Za-z]+))?$/.exec(text.trim());
    const [, key, value, effect] = match ?? [];
    const parsed = toleration.safeParse({
      ...(key !== "*" && { key }),
      operator: value === undefined ? "Exists" : "Equal",
      ...(value !== undefined && { value }),
      ...(effect !== undefined && { effect }),
    });
    if (match && parsed.success) return [parsed.data];
    findings.push(wrongOption(option, text, EXPECTED_TOLERATION));
    return [];
  });
}

/** `key=value:Effect`, as `kubectl taint` takes it. */
export function readTaint(findings: Finding[], option: string, text: string): Taint | undefined {
  const match = /^([^=:]+)(?:=([^:]*))?:([A-Za-z]+)$/.exec(text.trim());
  const [, key, value = "", effect] = match ?? [];
  const parsed = taint.safeParse({ key, value, effect });
  if (match && parsed.success) return parsed.data;
  findings.push(wrongOption(option, text, 'expected a taint like "dedicated=batch:NoSchedule"'));
  return undefined;
}

/** A toleration as `readTolerations` takes it. */
export function formatToleration({ key = "*", operator, value, effect }: Toleration): string {
  const pair = operator === "Equal" ? `${key}=${value}` : key;
  return effect === undefined ? pair : `${pair}:${effect}`;
}
