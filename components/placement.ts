import type { ScaleSet } from "../model/scaleset.ts";
import type { Toleration } from "../model/taint.ts";

/** A toleration in Kubernetes' own form. */
export interface PodToleration {
  readonly key?: string;
  readonly operator: Toleration["operator"];
  readonly value?: string;
  readonly effect?: string;
}

/** Where pods of a scale set may run, in Kubernetes' own form; absent parts do not restrict. */
export interface Placement {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly PodToleration[];
}

/** The placement of a scale set: one source for the runner pod, the workflow pod and the listener. */
export function placementOf(set: Pick<ScaleSet, "selector" | "tolerations">): Placement {
  return {
    ...(Object.keys(set.selector).length === 0 ? {} : { nodeSelector: set.selector }),
    ...(set.tolerations.length === 0 ? {} : { tolerations: set.tolerations.map(podToleration) }),
  };
}

function podToleration({ key, operator, value, effect }: Toleration): PodToleration {
  return {
    ...(key === undefined ? {} : { key }),
    operator,
    // The API server refuses a value beside `Exists`.
    ...(operator === "Exists" ? {} : { value }),
    ...(effect === undefined ? {} : { effect }),
  };
}
