import type { PlainObject } from "./plain.ts";

/** A resource as the engine is about to create or change it, or as an exported stack holds it. */
export interface Resource {
  readonly urn: string;
  /** Pulumi's type token: `libvirt:index/domain:Domain`. */
  readonly type: string;
  /** The last part of the URN. */
  readonly name: string;
  readonly inputs: PlainObject;
  /** Inputs of its provider; empty if the engine did not tell. */
  readonly provider: PlainObject;
}

/** What the running total counts, by type token. */
export type Kind = "plan" | "domain" | "volume" | "release" | "runnerSet" | "runnerSetPatch";

export const PLAN = "numafleet:capacity:Plan";
export const DOMAIN = "libvirt:index/domain:Domain";
export const VOLUME = "libvirt:index/volume:Volume";

const KINDS: ReadonlyMap<string, Kind> = new Map([
  [PLAN, "plan"],
  [DOMAIN, "domain"],
  [VOLUME, "volume"],
  ["kubernetes:helm.sh/v3:Release", "release"],
]);

/** ARC's custom resource in any version of its API; with `Patch` it changes one that exists already. */
const RUNNER_SET = /^kubernetes:actions\.github\.com\/[^:]+:AutoscalingRunnerSet(Patch)?$/;

/** What a type token stands for; undefined if capacity has no interest in it. */
export function kindOf(type: string): Kind | undefined {
  const runnerSet = RUNNER_SET.exec(type);
  if (runnerSet) return runnerSet[1] === undefined ? "runnerSet" : "runnerSetPatch";
  return KINDS.get(type);
}
