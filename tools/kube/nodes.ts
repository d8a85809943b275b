/** Nodes and pods without kubelets, for the real scheduler to judge. */
import { setTimeout as sleep } from "node:timers/promises";
import { callApi, expectOk } from "./api.ts";
import type { RunningCluster } from "./cluster.ts";

export interface NodeOptions {
  name: string;
  labels?: Record<string, string>;
  taints?: readonly { key: string; value?: string; effect: string }[];
  /** True: cordoned. */
  unschedulable?: boolean;
  /** Kubernetes quantities by resource: `{ cpu: "16", memory: "125Gi", "ephemeral-storage": "200Gi", pods: "110" }`. */
  allocatable: Record<string, string>;
}

/** Where the scheduler put a pod, or its reason for not doing so. */
export type Placement = { node: string } | { pending: string };

const PAUSE = 50;

/**
 * Creates a node and reports it ready, as its kubelet would. Start the scheduler afterwards: one that runs already
 * may judge the next pod by what it knew of the node a moment before, and that verdict would look final.
 *
 * @throws with the API server's message.
 */
export async function createNode(cluster: RunningCluster, options: NodeOptions): Promise<void> {
  const { name, labels = {}, taints = [], unschedulable = false, allocatable } = options;
  const conditions = [{ type: "Ready", status: "True" }];
  const status = { capacity: allocatable, allocatable, conditions };
  const node = { metadata: { name, labels }, spec: { unschedulable }, status };
  await expectOk(callApi(cluster, "POST", "/api/v1/nodes", node));
  // The API server taints every new node as not ready; a controller takes that away, and none runs here.
  const path = `/api/v1/nodes/${name}`;
  await expectOk(callApi(cluster, "PATCH", path, { spec: { taints } }, "application/merge-patch+json"));
}

/** The scheduler's verdict over a pod as the API server tells it; undefined while there is none. */
export function verdictOf(pod: PodState): Placement | undefined {
  if (pod.spec.nodeName !== undefined) return { node: pod.spec.nodeName };
  // A scheduler that stumbled says so too, with another reason, and tries again.
  const verdict = pod.status?.conditions?.find(
    ({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
  return verdict && { pending: verdict.message ?? "" };
}

/** A pod as far as its place goes. */
export interface PodState {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/**
 * Creates a pod in the namespace `default` and waits for the scheduler's verdict.
 *
 * @param spec of the pod; its containers need no image that exists.
 */
export async function placePod(cluster: RunningCluster, name: string, spec: object): Promise<Placement> {
  await expectOk(callApi(cluster, "POST", "/api/v1/namespaces/default/pods", { metadata: { name }, spec }));
  for (;;) {
    const pod = await expectOk(callApi(cluster, "GET", `/api/v1/namespaces/default/pods/${name}`));
    const verdict = verdictOf(pod);
    if (verdict !== undefined) return verdict;
    await sleep(PAUSE);
  }
}
