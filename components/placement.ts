import type { NodeAffinity } from "../model/affinity.ts";
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
  readonly affinity?: { readonly nodeAffinity: object };
  readonly tolerations?: readonly PodToleration[];
  readonly runtimeClassName?: string;
  readonly priorityClassName?: string;
}

/** The placement of a scale set: one source for the runner pod, the workflow pod and the listener. */
export function placementOf(
  set: Pick<ScaleSet, "selector" | "affinity" | "tolerations" | "runtimeClass" | "priorityClass">,
): Placement {
  return {
    ...(Object.keys(set.selector).length === 0 ? {} : { nodeSelector: set.selector }),
    ...(set.affinity === undefined ? {} : { affinity: podAffinity(set.affinity) }),
    ...(set.tolerations.length === 0 ? {} : { tolerations: set.tolerations.map(podToleration) }),
    // Its overhead is not written out: the API server takes it from the RuntimeClass, and refuses another.
    ...(set.runtimeClass === undefined ? {} : { runtimeClassName: set.runtimeClass.name }),
    ...(set.priorityClass === undefined ? {} : { priorityClassName: set.priorityClass }),
  };
}

function podAffinity({ required }: NodeAffinity): { readonly nodeAffinity: object } {
  const nodeSelectorTerms = required.map(({ matchExpressions }) => ({
    matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values.length === 0 ? {} : { values }),
    })),
  }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
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
