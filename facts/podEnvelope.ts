import { type PodFigures, podLimits, podRequests } from "../capacity/runners/podRequest.ts";
import { type Json, object, objects, text } from "./kubeText.ts";
import {
  type Figure,
  type Figures,
  figuresOf,
  most,
  RESOURCES,
  type Reading,
  resourcesOf,
} from "./resourceFigures.ts";

/** What a pod asks of its node as the scheduler counts it, and the limits it may grow to. */
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
  readonly sidecar: boolean;
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
      const asked = { ...defaultsOf(item, limits), ...requests };
      const counts = kind === "containers" || isSidecar ? held(name) : undefined;
      return {
        name,
        sidecar: isSidecar,
        requests: counts ? counts.requests(asked) : asked,
        limits: counts ? counts.limits(limits) : limits,
      };
    };
  const containers = objects(spec.containers).map(read("containers"));
  const initContainers = objects(spec.initContainers).map(read("initContainers"));
  const ofPod = resourcesOf({ resources: spec.resources }, path, reading);
  const own = { requests: ownRequests(ofPod, [...containers, ...initContainers]), limits: ofPod.limits };
  const overhead = figuresOf(spec.overhead, `${path}.overhead`, "demand", reading);
  const pod: PodFigures = { containers, initContainers, own, overhead };
  const lasting = [...containers, ...initContainers.filter((c) => c.sidecar)];
  return {
    requests: podRequests(pod),
    limits: podLimits(pod),
    missing: [
      ...missingOf(lasting, "requests", "cpu", own.requests),
      ...missingOf(lasting, "requests", "memory", own.requests),
      ...missingOf(lasting, "limits", "memory", ofPod.limits),
    ],
  };
}

/** A request that is not stated is the limit; one that cannot be read is stated. */
function defaultsOf(item: Json, limits: Figures): Figures {
  const stated = object(object(item.resources).requests);
  return Object.fromEntries(
    Object.entries(limits).filter(([figure]) => !Object.hasOwn(stated, RESOURCES[figure as Figure])),
  );
}

/** As the API server defaults them: what no container asks for is the pod's limit. */
function ownRequests(
  { requests, limits }: { readonly requests: Figures; readonly limits: Figures },
  containers: readonly Container[],
): Figures {
  const unasked = Object.entries(limits).filter(([f]) =>
    containers.every((c) => c.requests[f as Figure] === undefined),
  );
  return { ...Object.fromEntries(unasked), ...requests };
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
