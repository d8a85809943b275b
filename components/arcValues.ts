import { configUrl, type ScaleSet } from "../model/scaleset.ts";
import { type Placement, placementOf } from "./placement.ts";
import { podResources } from "./podResources.ts";
import { containerOf, type RunnerPodSpec, runnerPod } from "./runnerPod.ts";
import { type ConnectionValues, connectionValues } from "./scaleSetConnection.ts";

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
export interface ArcValues extends ConnectionValues {
  readonly githubConfigUrl: string;
  readonly githubConfigSecret: string;
  readonly runnerGroup: string;
  readonly runnerScaleSetName: string;
  readonly scaleSetLabels: readonly string[];
  readonly minRunners: number;
  readonly maxRunners: number;
  readonly containerMode?: ContainerModeValues;
  readonly template: { readonly spec: RunnerPodSpec };
  readonly listenerTemplate?: { readonly spec: ListenerPodSpec };
  readonly controllerServiceAccount: { readonly namespace: string; readonly name: string };
}

interface ContainerModeValues {
  readonly type: "kubernetes" | "kubernetes-novolume";
  readonly kubernetesModeWorkVolumeClaim?: {
    readonly accessModes: readonly ["ReadWriteOnce"];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

/** ARC fills in the rest of the container that is named `listener`, its image and command among it. */
interface ListenerPodSpec extends Omit<Placement, "runtimeClassName" | "priorityClassName"> {
  readonly containers: readonly [{ readonly name: "listener" }];
}

/** The chart's values for a scale set. */
export function arcValues(set: ScaleSet, references: ArcReferences): ArcValues {
  const mode = containerMode(set);
  const listener = listenerPod(set);
  return {
    githubConfigUrl: configUrl(set),
    githubConfigSecret: references.githubSecret,
    runnerGroup: set.runnerGroup,
    runnerScaleSetName: set.name,
    scaleSetLabels: set.labels,
    minRunners: set.minRunners,
    maxRunners: set.maxRunners,
    ...(mode === undefined ? {} : { containerMode: mode }),
    template: { spec: runnerPod(set, references.workflowConfigMap) },
    ...(listener === undefined ? {} : { listenerTemplate: { spec: listener } }),
    ...connectionValues(set),
    controllerServiceAccount: references.controller,
  };
}

/**
 * The listener has the runners' placement. It states no requests, so that the scheduler takes none of a runner's seat
 * for it, on a node for one runner at a time neither. Undefined where there is nothing to say.
 */
function listenerPod(set: ScaleSet): ListenerPodSpec | undefined {
  const { nodeSelector, affinity, tolerations } = placementOf(set);
  const isHeld = set.listener?.placement !== "anywhere";
  const placed = {
    ...(isHeld && nodeSelector ? { nodeSelector } : {}),
    ...(isHeld && affinity ? { affinity } : {}),
    ...(tolerations ? { tolerations } : {}),
  };
  return Object.keys(placed).length === 0 ? undefined : { ...placed, containers: [{ name: "listener" }] };
}

/** The chart's own mode, where it does more than shape the pod. */
function containerMode(set: ScaleSet): ContainerModeValues | undefined {
  switch (set.containerMode) {
    case "none":
    case "dind":
      return undefined;
    case "kubernetes": {
      const storage =
        podResources(containerOf(set, "runner")).requests?.["ephemeral-storage"] ?? DEFAULT_WORK_VOLUME;
      return {
        type: set.containerMode,
        kubernetesModeWorkVolumeClaim: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage } },
        },
      };
    }
    case "kubernetes-novolume":
      return { type: set.containerMode };
  }
}
