/** Nodes and pods without kubelets, for the real scheduler to judge. */
import { setTimeout as sleep } from "node:timers/promises";
import { callApi } from "./api.ts";
import type { RunningCluster } from "./cluster.ts";

export interface NodeOptions {
  name: string;
  labels?: Record<string, string>;
  taints?: { key: string; value?: string; effect: string }[];
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
  const metadata = { name: options.name, labels: options.labels ?? {} };
  await expectOk(callApi(cluster, "POST", "/api/v1/nodes", { metadata }));
  const path = `/api/v1/nodes/${options.name}`;
  const conditions = [{ type: "Ready", status: "True" }];
  const status = { capacity: options.allocatable, allocatable: options.allocatable, conditions };
  await expectOk(callApi(cluster, "PATCH", `${path}/status`, { status }, "application/merge-patch+json"));
  // The API server taints every new node as not ready; a controller takes that away, and none runs here.
  const spec = { taints: options.taints ?? [] };
  await expectOk(callApi(cluster, "PATCH", path, { spec }, "application/merge-patch+json"));
}

/**
 * Creates a pod in the namespace `default` and waits for the scheduler's verdict.
 *
 * @param spec of the pod; its containers need no image that exists.
 */
export async function placePod(cluster: RunningCluster, name: string, spec: object): Promise<Placement> {
  await expectOk(callApi(cluster, "POST", "/api/v1/namespaces/default/pods", { metadata: { name }, spec }));
  for (;;) {
    const { body } = await callApi(cluster, "GET", `/api/v1/namespaces/default/pods/${name}`);
    if (body.spec.nodeName !== undefined) return { node: body.spec.nodeName };
    const conditions: { type: string; status: string; message?: string }[] = body.status.conditions ?? [];
    const verdict = conditions.find(
      (condition) => condition.type === "PodScheduled" && condition.status === "False",
    );
    if (verdict !== undefined) return { pending: verdict.message ?? "" };
    await sleep(PAUSE);
  }
}

async function expectOk(answer: ReturnType<typeof callApi>): Promise<void> {
  const { code, body } = await answer;
  if (code >= 300) throw new Error(`the API server answered ${code}: ${body.message}`);
}
