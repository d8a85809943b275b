/** What a refresh learns: the program's inputs as they would have to be to make what is there now. */
import { isSameQuantity } from "./quantity.ts";
import { isObject } from "./values.ts";
import { type Properties, Secret, type Value } from "./wire.ts";

/**
 * `inputs` with every field replaced by the live one. Fields that only the cluster sets stay out, so that
 * defaults are no drift; a field that is gone there is gone here.
 */
export function projectLive(inputs: Properties, live: Properties): Properties {
  const projected: Properties = {};
  for (const [key, input] of Object.entries(inputs)) {
    if (key === "stringData") {
      projected[key] = input;
      continue;
    }
    const found = live[key];
    if (found !== undefined) projected[key] = projectValue(input, found);
  }
  return projected;
}

/** The inputs for an object that the state does not know yet: everything but what the cluster itself writes. */
export function adoptLive(live: Properties): Properties {
  const { status: _status, metadata, ...rest } = live;
  const kept: Properties = {};
  for (const key of ["name", "namespace", "labels", "annotations"]) {
    const value = isObject(metadata) ? metadata[key] : undefined;
    if (value !== undefined) kept[key] = value;
  }
  return { ...rest, metadata: kept };
}

function projectValue(input: Value, live: Value): Value {
  if (input instanceof Secret) return new Secret(projectValue(input.value, live));
  if (Array.isArray(input) && Array.isArray(live)) {
    return live.map((item, index) =>
      index < input.length ? projectValue(input[index] ?? null, item) : item,
    );
  }
  if (isObject(input) && isObject(live)) return projectLive(input, live);
  const isScalar = (value: Value): value is string | number =>
    typeof value === "string" || typeof value === "number";
  return isScalar(input) && isScalar(live) && isSameQuantity(input, live) ? input : live;
}
