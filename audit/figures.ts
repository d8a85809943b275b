import { podFigures } from "../capacity/runners/envelope.ts";
import { podLimits, podRequests } from "../capacity/runners/podRequest.ts";
import { FIGURES, type Figures } from "../facts/resourceFigures.ts";
import { formatExpression, type NodeAffinity } from "../model/affinity.ts";
import { formatBytes, formatCpu } from "../model/format.ts";
import type { ScaleSet } from "../model/scaleset.ts";
import { formatTaint, type Labels, type Toleration } from "../model/taint.ts";

/** Envelopes and placements as the policy page writes them. */

/** `4 CPU, 32Gi, 24Gi ephemeral`; `none` without any figure. */
export function formatFigures({ cpu, memory, ephemeralStorage }: Figures): string {
  const parts = [
    ...(cpu === undefined ? [] : [`${formatCpu(cpu)} CPU`]),
    ...(memory === undefined ? [] : [formatBytes(memory)]),
    ...(ephemeralStorage === undefined ? [] : [`${formatBytes(ephemeralStorage)} ephemeral`]),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}

export function sameFigures(a: Figures, b: Figures): boolean {
  return FIGURES.every((figure) => a[figure] === b[figure]);
}

/**
 * What the runner pod of a declared scale set asks for: without its workflow pod and its runtime class, which ARC's
 * object does not hold.
 */
export function declaredFigures(set: ScaleSet): { readonly requests: Figures; readonly limits: Figures } {
  const [runner] = podFigures({ ...set, runtimeClass: undefined });
  return runner ? { requests: podRequests(runner), limits: podLimits(runner) } : { requests: {}, limits: {} };
}

/** Alternatives by `or`; `none` without affinity. */
export function formatAffinity(affinity: NodeAffinity | undefined): string {
  if (affinity === undefined) return "none";
  if (affinity.required.length === 0) return "no node";
  return affinity.required.map((t) => t.matchExpressions.map(formatExpression).join(" and ")).join(" or ");
}

/** `honey plus capability.tinyland.dev/kvm=true`: a host name stands for itself. `any node` without a selector. */
export function formatSelector(selector: Labels): string {
  const host = selector[HOSTNAME];
  const rest = Object.entries(selector)
    .filter(([key]) => key !== HOSTNAME)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  const parts = [...(host === undefined ? [] : [host]), ...rest];
  return parts.length === 0 ? "any node" : parts.join(" plus ");
}

const HOSTNAME = "kubernetes.io/hostname";

/** `dedicated=x:NoSchedule`; `none` without one. */
export function formatTolerations(tolerations: readonly Toleration[]): string {
  return tolerations.length === 0 ? "none" : tolerations.map(formatToleration).sort().join(", ");
}

function formatToleration({ key, operator, value, effect }: Toleration): string {
  if (operator === "Equal" && key !== undefined && effect !== undefined)
    return formatTaint({ key, value, effect });
  const what = key === undefined ? "every taint" : operator === "Exists" ? key : `${key}=${value}`;
  return effect === undefined ? what : `${what}:${effect}`;
}
