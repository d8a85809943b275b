import { type Json, object, objects, text } from "./kubeText.ts";
import {
  FIGURES,
  type Figure,
  type Figures,
  figuresOf,
  most,
  plus,
  RESOURCES,
  type Reading,
  resourcesOf,
} from "./resourceFigures.ts";

/**
 * What a pod asks of its node as the scheduler counts it, and the limits it may grow to.
 * Source: component-helpers/resource/helpers.go of Kubernetes 1.36 (PodRequests, PodLimits).
 */
export interface PodEnvelope {
  readonly requests: Figures;
  readonly limits: Figures;
  /** What some container that runs as long as the pod does not state: `memory limit of container dind`. */
  readonly missing: readonly string[];
}

interface Container {
  readonly name: string;
  readonly requests: Figures;
  readonly limits: Figures;
  readonly isSidecar: boolean;
}

/**
 * The envelope of a pod's `spec`. A sum is of what is stated: `missing` tells what is not.
 * @param status of a pod that exists: a container that is resized in place counts with the most of what it has, is
 *   given and is to have
 */
export function podEnvelope(spec: Json, path: string, reading: Reading, status: Json = {}): PodEnvelope {
  const held = heldFigures(status, reading);
  const read =
    (kind: string) =>
    (item: Json, i: number): Container => {
      const name = text(item.name);
      const isSidecar = kind === "initContainers" && item.restartPolicy === "Always";
      const { requests, limits } = resourcesOf(item, `${path}.${kind}[${i}]`, reading);
      const counts = kind === "containers" || isSidecar ? held(name) : undefined;
      return {
        name,
        isSidecar,
        requests: counts ? counts.requests({ ...limits, ...requests }) : { ...limits, ...requests },
        limits: counts ? counts.limits(limits) : limits,
      };
    };
  const main = objects(spec.containers).map(read("containers"));
  const init = objects(spec.initContainers).map(read("initContainers"));
  const ofPod = resourcesOf({ resources: spec.resources }, path, reading);
  const overhead = figuresOf(spec.overhead, `${path}.overhead`, "demand", reading);
  const requests = withOverhead(
    podLevel(total(main, init, "requests"), ofPod.requests, ofPod.limits),
    overhead,
  );
  const limits = podLevel(total(main, init, "limits"), ofPod.limits, {});
  const lasting = [...main, ...init.filter((c) => c.isSidecar)];
  return {
    requests,
    // Overhead counts for a limit only where there is one.
    limits: withOverhead(limits, onlyStated(overhead, limits)),
    missing: [
      ...missingOf(lasting, "requests", "cpu", requestsOf(ofPod)),
      ...missingOf(lasting, "requests", "memory", requestsOf(ofPod)),
      ...missingOf(lasting, "limits", "memory", ofPod.limits),
    ],
  };
}

/** The sum of containers and sidecars, or what the largest step of initialisation takes, if that is more. */
function total(main: readonly Container[], init: readonly Container[], kind: "requests" | "limits"): Figures {
  let sum = main.reduce<Figures>((all, c) => plus(all, c[kind]), {});
  let sidecars: Figures = {};
  let largest: Figures = {};
  for (const container of init) {
    const own = container[kind];
    if (container.isSidecar) {
      sum = plus(sum, own);
      sidecars = plus(sidecars, own);
      largest = most(largest, sidecars);
    } else {
      largest = most(largest, plus(own, sidecars));
    }
  }
  return most(sum, largest);
}

/** What the pod states for itself as a whole replaces the sum; there is no such figure for storage. */
function podLevel(sum: Figures, stated: Figures, fallback: Figures): Figures {
  const result: { -readonly [F in Figure]?: number } = { ...sum };
  for (const figure of ["cpu", "memory"] as const) {
    const value = stated[figure] ?? (sum[figure] === undefined ? fallback[figure] : undefined);
    if (value !== undefined) result[figure] = value;
  }
  return result;
}

function requestsOf({ requests, limits }: { requests: Figures; limits: Figures }): Figures {
  return { ...limits, ...requests };
}

function withOverhead(figures: Figures, overhead: Figures): Figures {
  return plus(figures, overhead);
}

function onlyStated(figures: Figures, stated: Figures): Figures {
  return Object.fromEntries(
    FIGURES.flatMap((f) => (figures[f] === undefined || stated[f] === undefined ? [] : [[f, figures[f]]])),
  );
}

function missingOf(
  containers: readonly Container[],
  kind: "requests" | "limits",
  figure: Figure,
  ofPod: Figures,
): string[] {
  if (ofPod[figure] !== undefined) return [];
  const word = kind === "requests" ? "request" : "limit";
  return containers
    .filter((c) => c[kind][figure] === undefined)
    .map((c) => `${RESOURCES[figure]} ${word} of container ${c.name}`);
}

/** What running containers hold, by name. */
function heldFigures(status: Json, reading: Reading) {
  const infeasible = objects(status.conditions).some(
    (c) => c.type === "PodResizePending" && c.reason === "Infeasible",
  );
  const statuses = new Map(
    [...objects(status.containerStatuses), ...objects(status.initContainerStatuses)].map((s) => [
      text(s.name),
      s,
    ]),
  );
  return (name: string) => {
    const found = statuses.get(name);
    if (!found || found.resources === undefined) return undefined;
    const actual = object(found.resources);
    const requests = most(
      figuresOf(actual.requests, "status", "demand", reading),
      figuresOf(found.allocatedResources, "status", "demand", reading),
    );
    const limits = figuresOf(actual.limits, "status", "demand", reading);
    return {
      requests: (spec: Figures) => (infeasible ? requests : most(spec, requests)),
      limits: (spec: Figures) => (infeasible ? limits : most(spec, limits)),
    };
  };
}
