import { ephemeralRequest } from "../capacity/runners/envelope.ts";
import { FIGURES, type Figures } from "../facts/resourceFigures.ts";
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

/** What the runner pod of a declared scale set asks for, without its workflow pod, which ARC's object does not hold. */
export function declaredFigures(set: ScaleSet): { readonly requests: Figures; readonly limits: Figures } {
  const own = set.containers.filter((c) => c.name !== "workflow");
  const sum = (list: readonly Figures[]): Figures =>
    Object.fromEntries(
      FIGURES.flatMap((figure) => {
        const stated = list.flatMap((f) => f[figure] ?? []);
        return stated.length === 0 ? [] : [[figure, stated.reduce((a, b) => a + b, 0)]];
      }),
    );
  return {
    requests: sum(
      own.map((c) => {
        const { ephemeralStorage: _, ...rest } = c.requests;
        const storage = ephemeralRequest(c);
        return stated({ ...rest, ...(storage === undefined ? {} : { ephemeralStorage: storage }) });
      }),
    ),
    limits: sum(own.map((c) => stated(c.limits))),
  };
}

/** The same without properties that are there and undefined. */
function stated(figures: { readonly [F in keyof Figures]?: number | undefined }): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
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
