import { everyContainer, podFigures } from "../capacity/runners/envelope.ts";
import { podLimits, podRequests } from "../capacity/runners/podRequest.ts";
import { type Container, MODE_CONTAINERS, type ScaleSet } from "../model/scaleset.ts";
import { type ResourceList, resourceList } from "./podResources.ts";
import { containerOf } from "./runnerPod.ts";

/**
 * The `hard` limits of a scale set's namespace: its envelope with every runner at work, so that the cluster
 * itself refuses what capacity did not judge. A figure that some container lacks is left out, since a quota
 * on it would keep every pod of that container from starting.
 */
export function quotaHard(set: ScaleSet): ResourceList {
  const pods = podFigures(set);
  return {
    pods: String(set.maxRunners * pods.length),
    ...prefixed("requests", resourceList(total(set, pods.map(podRequests), "requests"))),
    ...prefixed("limits", resourceList(total(set, pods.map(podLimits), "limits"))),
  };
}

/**
 * What containers without figures are given in the namespace, since a quota would keep them out: the workflow
 * container's figures where there are workflow pods (services of a workflow and the hooks' own init containers state
 * none), the runner's otherwise. Only figures that the quota asks for: one that a container of the runner's leaves out
 * would be given to that one too, and the scheduler would count what capacity did not.
 */
export function defaultResources(set: ScaleSet): {
  readonly type: "Container";
  readonly defaultRequest: ResourceList;
  readonly default: ResourceList;
} {
  const hasWorkflow = MODE_CONTAINERS[set.containerMode].includes("workflow");
  const { requests, limits } = containerOf(set, hasWorkflow ? "workflow" : "runner");
  const hard = quotaHard(set);
  const asked = (kind: "requests" | "limits", list: ResourceList): ResourceList =>
    Object.fromEntries(Object.entries(list).filter(([name]) => Object.hasOwn(hard, `${kind}.${name}`)));
  return {
    type: "Container",
    defaultRequest: asked("requests", resourceList(requests)),
    default: asked("limits", resourceList(limits)),
  };
}

function total(
  set: ScaleSet,
  pods: readonly Readonly<Record<string, number>>[],
  kind: "requests" | "limits",
): Container["requests"] {
  const listed = everyContainer(set);
  const sum: Container["requests"] = {};
  if (MODE_CONTAINERS[set.containerMode].some((name) => !listed.some((c) => c.name === name))) return sum;
  for (const figure of ["cpu", "memory", "ephemeralStorage"] as const) {
    if (listed.some((c) => c[kind][figure] === undefined)) continue;
    sum[figure] = set.maxRunners * pods.reduce((all, pod) => all + (pod[figure] ?? 0), 0);
  }
  return sum;
}

function prefixed(prefix: string, list: ResourceList): ResourceList {
  return Object.fromEntries(Object.entries(list).map(([name, value]) => [`${prefix}.${name}`, value]));
}
