/** Emptying a node: cordon it, and evict its pods as their disruption budgets allow. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiServer, ClusterError, refused } from "./apiServer.ts";

export interface DrainOptions {
  /** Seconds that the pods may take to leave. */
  readonly timeout: number;
  /** Whether the VM goes all the same: pods that nobody would make again are evicted too, and none may come back. */
  readonly goesAnyway: boolean;
  /** Throws once the update is cancelled. */
  readonly checkCancelled: () => Promise<unknown>;
  readonly progress: (text: string) => void;
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly controller?: boolean }[];
    readonly deletionTimestamp?: string;
  };
  readonly status?: { readonly phase?: string };
}

const PAUSE_MS = 2000;
/** Pods that an error names one by one. */
const NAMED = 5;

/**
 * Cordons a node and evicts its pods, except those that stay by nature: a DaemonSet's and the kubelet's own. A node
 * that does not get empty in time is uncordoned again, unless somebody else had cordoned it or its VM goes anyway.
 * @throws ClusterError that says which pods are left, and why
 */
export async function drain(server: ApiServer, node: string, options: DrainOptions): Promise<void> {
  const lone = options.goesAnyway ? [] : (await leaving(server, node)).filter((pod) => !hasController(pod));
  if (lone.length > 0) {
    throw new ClusterError(
      `${list(lone.map(nameOf))} on it ${lone.length === 1 ? "belongs" : "belong"} to no controller, so nobody would make ${lone.length === 1 ? "it" : "them"} again`,
    );
  }
  const isOurs = await cordon(server, node);
  try {
    await evictAll(server, node, options);
  } catch (failure) {
    // A cancelled update keeps its VM in any case.
    const goes = options.goesAnyway && failure instanceof ClusterError;
    // A cluster that is lost cannot be asked for it either; the first failure is the one to show.
    if (isOurs && !goes) await setUnschedulable(server, node, false).catch(() => undefined);
    throw failure;
  }
}

async function evictAll(server: ApiServer, node: string, options: DrainOptions): Promise<void> {
  const deadline = Date.now() + options.timeout * 1000;
  for (;;) {
    const pods = await leaving(server, node);
    if (pods.length === 0) return;
    options.progress(`${pods.length} pod${pods.length === 1 ? "" : "s"} left on node ${node}`);
    const reasons: string[] = [];
    for (const pod of pods) reasons.push(`${nameOf(pod)} ${await evict(server, pod)}`);
    if (Date.now() >= deadline) {
      throw new ClusterError(`it is not empty after ${options.timeout} s: ${list(reasons, "; ")}`);
    }
    await options.checkCancelled();
    await sleep(Math.min(PAUSE_MS, Math.max(100, deadline - Date.now())));
  }
}

/** Asks for an eviction; returns what the pod does now, in words. */
async function evict(server: ApiServer, pod: Pod): Promise<string> {
  if (pod.metadata.deletionTimestamp !== undefined) return "is ending";
  const { name, namespace, uid } = pod.metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
  const answer = await server.request("POST", path, {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    deleteOptions: { preconditions: { uid } },
  });
  // 409: another pod has its name by now, and that one is not on this node.
  if (answer.code < 300 || answer.code === 404 || answer.code === 409) return "is ending";
  if (answer.code !== 429) throw refused(`to evict pod ${namespace}/${name}`, answer);
  const cause = answer.body?.details?.causes?.[0]?.message ?? answer.body?.message ?? "too many requests";
  return `stays: ${cause}`;
}

/** The pods of a node that a drain waits for. */
async function leaving(server: ApiServer, node: string): Promise<Pod[]> {
  const query = new URLSearchParams({ fieldSelector: `spec.nodeName=${node}` });
  const answer = await server.request("GET", `/api/v1/pods?${query}`);
  if (answer.code >= 300) throw refused(`to list the pods of node ${node}`, answer);
  return (answer.body.items as Pod[]).filter((pod) => !staysByNature(pod));
}

function staysByNature({ metadata, status }: Pod): boolean {
  const isMirror = metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  const isDaemon = metadata.ownerReferences?.some((owner) => owner.controller && owner.kind === "DaemonSet");
  return isMirror || isDaemon === true || status?.phase === "Succeeded" || status?.phase === "Failed";
}

function hasController({ metadata }: Pod): boolean {
  return metadata.ownerReferences?.some((owner) => owner.controller) === true;
}

/** @returns whether it was not cordoned before */
async function cordon(server: ApiServer, node: string): Promise<boolean> {
  const answer = await server.request("GET", nodePath(node));
  if (answer.code >= 300) throw refused(`to read node ${node}`, answer);
  if (answer.body.spec?.unschedulable === true) return false;
  await setUnschedulable(server, node, true);
  return true;
}

async function setUnschedulable(server: ApiServer, node: string, unschedulable: boolean): Promise<void> {
  const patch = { spec: { unschedulable } };
  const answer = await server.request("PATCH", nodePath(node), patch, "application/merge-patch+json");
  if (answer.code >= 300) throw refused(`to ${unschedulable ? "cordon" : "uncordon"} node ${node}`, answer);
}

export function nodePath(node: string): string {
  return `/api/v1/nodes/${encodeURIComponent(node)}`;
}

const nameOf = ({ metadata }: Pod): string => `pod ${metadata.namespace}/${metadata.name}`;

function list(items: readonly string[], separator = ", "): string {
  const rest = items.length - NAMED;
  return [...items.slice(0, NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join(separator);
}
