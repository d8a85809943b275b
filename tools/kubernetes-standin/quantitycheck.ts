/**
 * Finds what is no quantity where Kubernetes wants one: an API server refuses it without saying which field
 * it means.
 */
import { formatPath } from "./difference.ts";
import { isNamespaced, type Token } from "./kinds.ts";
import { isQuantity } from "./quantity.ts";
import type { Failure } from "./settings.ts";
import { isObject, reveal } from "./values.ts";
import { type Properties, UNKNOWN, type Value } from "./wire.ts";

/** Objects that hold quantities by resource name, where their parent is the key on the left. */
const HOLDERS: Record<string, readonly string[]> = {
  resources: ["requests", "limits"],
  spec: ["hard", "overhead"],
  limits: ["default", "defaultRequest", "max", "maxLimitRequestRatio", "min"],
};

/** One failure for each field; kinds of somebody's own API group are not looked at. */
export function checkQuantities(inputs: Properties, token: Token): Failure[] {
  return isNamespaced(token) === undefined ? [] : walk(reveal(inputs), [], "");
}

/** @param holder the nearest key above, list positions left out. */
function walk(value: Value, path: (string | number)[], holder: string): Failure[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, [...path, index], holder));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const here = [...path, key];
    if (HOLDERS[holder]?.includes(key) && isObject(member)) return listFailures(member, here);
    return walk(member, here, key);
  });
}

function listFailures(list: Properties, path: (string | number)[]): Failure[] {
  return Object.entries(list).flatMap(([name, value]) => {
    if (value === UNKNOWN) return [];
    if ((typeof value === "string" || typeof value === "number") && isQuantity(value)) return [];
    const reason = `${JSON.stringify(value)} is no quantity such as 500m, 4 or 80Gi`;
    return [{ property: formatPath([...path, name]), reason }];
  });
}
