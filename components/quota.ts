import { type Container, MODE_CONTAINERS, type ScaleSet } from "../model/scaleset.ts";
import { type ResourceList, resourceList } from "./podResources.ts";
import { containerOf } from "./runnerPod.ts";

/**
 * The `hard` limits of a scale set's namespace: its envelope with every runner at work, so that the cluster
 * itself refuses what capacity did not judge. A figure that some container lacks is left out, since a quota
 * on it would keep every pod of that container from starting.
 */
export function quotaHard(set: ScaleSet): ResourceList {
  const containers = MODE_CONTAINERS[set.containerMode].map((name) => containerOf(set, name));
  const podsPerRunner = containers.some((c) => c.name === "workflow") ? 2 : 1;
  return {
    pods: String(set.maxRunners * podsPerRunner),
    ...prefixed("requests", resourceList(total(set, containers, "requests"))),
    ...prefixed("limits", resourceList(total(set, containers, "limits"))),
  };
}

/**
 * What containers without figures are given in a namespace with workflow pods: services of a workflow and
 * the hooks' own init containers have none, and a quota would keep them out.
 */
export function defaultResources(set: ScaleSet): {
  readonly type: "Container";
  readonly defaultRequest: ResourceList;
  readonly default: ResourceList;
} {
  const { requests, limits } = containerOf(set, "workflow");
  return { type: "Container", defaultRequest: resourceList(requests), default: resourceList(limits) };
}

function total(
  set: ScaleSet,
  containers: readonly Container[],
  kind: "requests" | "limits",
): Container["requests"] {
  const sum: Container["requests"] = {};
  for (const figure of ["cpu", "memory", "ephemeralStorage"] as const) {
    const values = containers.map((c) => c[kind][figure]);
    if (values.every((v) => v !== undefined)) {
      sum[figure] = set.maxRunners * values.reduce((all, v) => all + v, 0);
    }
  }
  return sum;
}

function prefixed(prefix: string, list: ResourceList): ResourceList {
  return Object.fromEntries(Object.entries(list).map(([name, value]) => [`${prefix}.${name}`, value]));
}
