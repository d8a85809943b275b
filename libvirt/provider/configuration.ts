/** Checking and comparing the provider's own configuration. */
import { changesOf } from "../schema/changes.ts";
import { provider } from "../schema/provider.ts";
import type { CheckFailure } from "./failure.ts";
import type { DiffAnswer } from "./resource.ts";
import { validate } from "./validation.ts";
import { type Properties, plainProperties, type Value } from "./values.ts";

const NUMBERS = new Set(["commandTimeout", "connectTimeout", "maxConcurrency", "imageReserve"]);

/** The engine carries configuration as text; numbers come out of it here. `version` is the engine's own. */
function typed(properties: Properties): Properties {
  const out: Record<string, Value> = {};
  for (const [key, value] of Object.entries(plainProperties(properties))) {
    if (key === "version" || key === "pluginDownloadURL" || value === undefined) continue;
    out[key] = NUMBERS.has(key) && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  }
  return out;
}

/** All failures of the configuration. */
export function checkConfiguration(news: Properties): CheckFailure[] {
  return validate(provider, typed(news));
}

/** A changed configuration is taken up as it is; the resources stay, as the same host may be reached in several ways. */
export function diffConfiguration(before: Properties, after: Properties): DiffAnswer {
  return {
    changes: changesOf(provider, typed(before), typed(after)),
    replaces: [],
    deleteBeforeReplace: false,
  };
}
