import type { Controller } from "../model/cluster.ts";
import { type PodToleration, placementOf } from "./placement.ts";
import { type PodResources, podResources } from "./podResources.ts";

/** Values of the controller's chart; only those that are set. */
export interface ControllerValues {
  readonly replicaCount: number;
  readonly resources?: PodResources;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly PodToleration[];
  readonly priorityClassName?: string;
  readonly metrics?: {
    readonly controllerManagerAddr: string;
    readonly listenerAddr: string;
    readonly listenerEndpoint: string;
  };
}

const METRICS = {
  controllerManagerAddr: ":8080",
  listenerAddr: ":8080",
  listenerEndpoint: "/metrics",
} as const;

/** The chart's values for a controller. */
export function controllerValues(controller: Controller): ControllerValues {
  const { replicas, selector, tolerations, priorityClass, metrics } = controller;
  const resources = podResources(controller);
  const placement = placementOf({ selector, tolerations });
  return {
    replicaCount: replicas,
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...(placement.nodeSelector ? { nodeSelector: placement.nodeSelector } : {}),
    ...(placement.tolerations ? { tolerations: placement.tolerations } : {}),
    ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
    ...(metrics ? { metrics: METRICS } : {}),
  };
}

const BASE_NAME = "gha-rs-controller";
/** Kubernetes' limit for the name of a service account's label. */
const MOST = 63;

/** The service account that the chart makes for a release. Source: chart 0.14.2, `…controller.fullname`. */
export function controllerServiceAccount({ namespace, release }: Pick<Controller, "namespace" | "release">) {
  const full = release.includes(BASE_NAME) ? release : `${release}-${BASE_NAME}`;
  return { namespace, name: full.slice(0, MOST).replace(/-$/, "") };
}
