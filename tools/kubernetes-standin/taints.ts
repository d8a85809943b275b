/**
 * The taints of a node, one by one.
 *
 * `spec.taints` is one value to server-side apply: whoever sets a taint owns all of them. k3s, the node
 * controller and people set theirs too, so ours are merged in by key and effect, and only ours are taken out.
 */
import { UserError } from "./apierror.ts";
import { asText, isObject } from "./values.ts";
import type { Properties, Value } from "./wire.ts";

export interface TaintChange {
  /** The node's whole list afterwards. */
  taints: Properties[];
  isChanged: boolean;
  /** Names (`key:effect`) of the taints that we put there and would take away on delete. */
  owned: string[];
}

/**
 * @param live what the node has.
 * @param before what the program declared last time.
 * @param after what it declares now.
 * @param owned of those declared last time, the ones that were not there before us.
 * @param force takes over a taint that has another value.
 * @throws UserError when somebody else's taint has the same key and effect and another value.
 */
export function changeTaints(
  live: readonly Properties[],
  before: readonly Properties[],
  after: readonly Properties[],
  owned: readonly string[],
  force: boolean,
): TaintChange {
  const wanted = new Map(after.map((taint) => [taintName(taint), taint]));
  const managed = new Set(before.map(taintName));
  const present = new Set(live.map(taintName));
  const kept = live.filter((taint) => wanted.has(taintName(taint)) || !managed.has(taintName(taint)));
  const taints = kept.map((taint) => {
    const want = wanted.get(taintName(taint));
    if (want === undefined || sameValue(want, taint)) return taint;
    if (!managed.has(taintName(taint)) && !force) {
      throw new UserError(
        `somebody else's taint ${formatTaint(taint)} is there, and the program sets ${formatTaint(want)}. ` +
          'Take it out of the program, or take it over with the annotation pulumi.com/patchForce: "true".',
      );
    }
    return want;
  });
  const added = after.filter((taint) => !present.has(taintName(taint)));
  return {
    taints: [...taints, ...added],
    isChanged:
      added.length > 0 ||
      taints.length !== live.length ||
      taints.some((taint, index) => taint !== live[index]),
    owned: [...wanted.keys()].filter((name) => owned.includes(name) || !present.has(name)).sort(),
  };
}

/** The taints in `spec.taints` of an object; none when there are none. */
export function taintsOf(object: Properties): Properties[] {
  const spec = object.spec;
  const taints: Value | undefined = isObject(spec) ? spec.taints : undefined;
  return Array.isArray(taints) ? taints.filter((taint) => isObject(taint)) : [];
}

export function taintName(taint: Properties): string {
  return `${text(taint.key)}:${text(taint.effect)}`;
}

function sameValue(left: Properties, right: Properties): boolean {
  return (left.value ?? "") === (right.value ?? "");
}

function formatTaint(taint: Properties): string {
  return `${text(taint.key)}=${text(taint.value)}:${text(taint.effect)}`;
}

function text(value: Value | undefined): string {
  return asText(value) ?? "";
}
