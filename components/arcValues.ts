import type { ScaleSet } from "../model/scaleset.ts";
import { placementOf } from "./placement.ts";
import { podResources } from "./podResources.ts";
import { containerOf, type RunnerPodSpec, runnerPod } from "./runnerPod.ts";

/** The official chart of a runner scale set, and the version that these values are written for. */
export const SCALE_SET_CHART = "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set";
export const SCALE_SET_CHART_VERSION = "0.14.2";

/** Storage of the work volume of mode `kubernetes` where the runner states no ephemeral storage. */
const DEFAULT_WORK_VOLUME = "10Gi";

/** References to what lives in the cluster beside the scale set. */
export interface ArcReferences {
  /** Secret in the scale set's namespace with GitHub's credentials; only its name is ever known here. */
  readonly githubSecret: string;
  /** Service account of the controller, named so that the chart need not look for it. */
  readonly controller: { readonly namespace: string; readonly name: string };
  /** ConfigMap with the workflow pod's template. */
  readonly workflowConfigMap: string;
}

/** Values of the chart; only those that are set. */
export interface ArcValues {
  readonly githubConfigUrl: string;
  readonly githubConfigSecret: string;
  readonly runnerGroup: string;
  readonly runnerScaleSetName: string;
  readonly scaleSetLabels: readonly string[];
  readonly minRunners: number;
  readonly maxRunners: number;
  readonly containerMode?: object;
  readonly template: { readonly spec: RunnerPodSpec };
  readonly listenerTemplate?: object;
  readonly controllerServiceAccount: { readonly namespace: string; readonly name: string };
}

/** The chart's values for a scale set. */
export function arcValues(set: ScaleSet, references: ArcReferences): ArcValues {
  const mode = containerMode(set);
  const { tolerations } = placementOf(set);
  return {
    githubConfigUrl: `https://github.com/${set.scope}`,
    githubConfigSecret: references.githubSecret,
    runnerGroup: set.runnerGroup,
    runnerScaleSetName: set.name,
    scaleSetLabels: set.labels,
    minRunners: set.minRunners,
    maxRunners: set.maxRunners,
    ...(mode === undefined ? {} : { containerMode: mode }),
    template: { spec: runnerPod(set, references.workflowConfigMap) },
    // The listener is admitted where the runners are, but not held there: it is counted against no node, and
    // must not take the seat on one that runs one runner at a time.
    ...(tolerations === undefined
      ? {}
      : { listenerTemplate: { spec: { tolerations, containers: [{ name: "listener" }] } } }),
    controllerServiceAccount: references.controller,
  };
}

/** The chart's own mode, where it does more than shape the pod. */
function containerMode(set: ScaleSet): object | undefined {
  switch (set.containerMode) {
    case "none":
    case "dind":
      return undefined;
    case "kubernetes":
      return {
        type: set.containerMode,
        kubernetesModeWorkVolumeClaim: {
          accessModes: ["ReadWriteOnce"],
          resources: {
            requests: {
              storage:
                podResources(containerOf(set, "runner")).requests?.["ephemeral-storage"] ??
                DEFAULT_WORK_VOLUME,
            },
          },
        },
      };
    case "kubernetes-novolume":
      return { type: set.containerMode };
  }
}
