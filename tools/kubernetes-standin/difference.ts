/** The difference between two sets of inputs, path by path, as a preview shows it. */
import { isObject, reveal } from "./values.ts";
import { type Properties, UNKNOWN, type Value } from "./wire.ts";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  /** Keys and list positions from the resource's root. */
  path: (string | number)[];
  kind: ChangeKind;
}

/**
 * Lists compare position by position, as Pulumi's own display does. An unknown new value is a change, because
 * nobody can say that it will be the old one.
 */
export function difference(before: Properties, after: Properties): Change[] {
  return compare(reveal(before), reveal(after), []);
}

/** A path as Pulumi writes it: `metadata.labels["a.b/c"]`, `spec.taints[0].key`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function compare(before: Value | undefined, after: Value | undefined, path: (string | number)[]): Change[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (after === UNKNOWN) return [{ path, kind: "update" }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      compare(before[index], after[index], [...path, index]),
    ).flat();
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => compare(before[key], after[key], [...path, key]));
  }
  return before === after ? [] : [{ path, kind: "update" }];
}
