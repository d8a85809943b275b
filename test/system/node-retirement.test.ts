/** A VM that is deleted leaves its cluster first: real libvirt, real API server. */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode } from "../../tools/kube/nodes.ts";
import { type RecordingProxy, recordingProxy } from "../kubernetes/recordingProxy.ts";
import { type Bag, type PluginClient, startPlugin, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const missing = missingTools();
const why = whyNoLibvirtd() ?? (missing.length > 0 ? missing.join("; ") : undefined);

const NODE = "/api/v1/nodes/honey";
const SECRET = "/api/v1/namespaces/kube-system/secrets/honey.node-password.k3s";
const PODS = "/api/v1/namespaces/default/pods";
const MERGE = "application/merge-patch+json";

describe.skipIf(why !== undefined)(`a node's retirement${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let cluster: RunningCluster;
  let proxy: RecordingProxy;
  let plugin: PluginClient;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    cluster = await startCluster();
    proxy = await recordingProxy(cluster, () => `(VM ${stateOf("honey")})`);
    await ok("POST", "/api/v1/namespaces", { metadata: { name: "kube-system" } }).catch(() => undefined);
    plugin = await startPlugin({ uri: daemon.uri, stateDir: path.join(daemon.folder, "state") });
  }, 20 * 60_000);
  afterAll(async () => {
    await plugin?.close();
    await proxy?.stop();
    await cluster?.stop();
    await daemon?.stop();
  });

  const domain = (node: object): Bag => ({
    name: "honey",
    type: "qemu",
    memory: 16,
    memoryUnit: "MiB",
    vcpu: 1,
    running: true,
    os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
    destroy: { kubernetesNode: { name: "honey", kubeconfig: proxy.kubeconfig, timeout: 1, ...node } },
  });
  const create = async (): Promise<string> => (await plugin.create(TYPES.domain, domain({}))).id;
  const remove = (id: string, node: object = {}): Promise<void> =>
    plugin.delete(TYPES.domain, id, domain(node), domain(node));
  const stateOf = (vm: string): string => {
    const known = daemon.virsh("list", "--all", "--name").split("\n").includes(vm);
    return known ? daemon.virsh("domstate", vm).trim() : "gone";
  };
  async function ok(method: string, where: string, body?: object, type?: string) {
    const answer = await callApi(cluster, method, where, body, type);
    if (answer.code >= 300) throw new Error(`${method} ${where}: ${answer.code} ${answer.body.message}`);
    return answer.body;
  }

  /** A running pod of the node; no kubelet runs, so it goes at once when it is evicted. */
  async function pod(name: string, metadata: object): Promise<void> {
    const spec = {
      nodeName: "honey",
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "main", image: "none" }],
    };
    await ok("POST", PODS, { metadata: { name, ...metadata }, spec });
    const conditions = [{ type: "Ready", status: "True" }];
    await ok("PATCH", `${PODS}/${name}/status`, { status: { phase: "Running", conditions } }, MERGE);
  }

  const ownedBy = (kind: string) => ({
    ownerReferences: [{ apiVersion: "apps/v1", kind, name: "owner", uid: "1-2-3", controller: true }],
  });

  /** The node as its kubelet registers it, with its password. */
  async function join(systemUUID: string): Promise<void> {
    await createNode(cluster, { name: "honey", allocatable: { cpu: "1", memory: "1Gi", pods: "10" } });
    await ok("PATCH", `${NODE}/status`, { status: { nodeInfo: { systemUUID } } }, MERGE);
    const name = "honey.node-password.k3s";
    await ok("POST", path.posix.dirname(SECRET), { metadata: { name }, stringData: { hash: "x" } });
  }

  /** What the disruption controller would say. */
  async function allow(disruptionsAllowed: number): Promise<void> {
    const where = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/db";
    const { metadata } = await ok("GET", where);
    const status = {
      disruptionsAllowed,
      observedGeneration: metadata.generation,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
    };
    await ok("PATCH", `${where}/status`, { status }, MERGE);
  }

  const podNames = async (): Promise<string[]> =>
    (await ok("GET", PODS)).items.map((item: { metadata: { name: string } }) => item.metadata.name).sort();

  it("keeps a VM whose pods may not leave, and leaves its node as it was", async () => {
    const id = await create();
    await join(id);
    await pod("db-0", { ...ownedBy("StatefulSet"), labels: { app: "db" } });
    await ok("POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", {
      metadata: { name: "db" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "db" } } },
    });
    await allow(0);
    const pid = daemon.qemuPid("honey");
    await expect(remove(id)).rejects.toThrow(
      /node honey was not drained: it is not empty after 1 s: pod default\/db-0 stays: .*disruption budget db.* So the VM is not deleted/,
    );
    await pod("alone", {});
    await expect(remove(id)).rejects.toThrow("pod default/alone on it belongs to no controller");
    await expect(remove(id, { kubeconfig: "/nowhere/kubeconfig" })).rejects.toThrow(
      "kubeconfig /nowhere/kubeconfig cannot be read: ENOENT",
    );
    await expect(remove(id, { context: "attic" })).rejects.toThrow('no context "attic" (there: lab)');
    expect(daemon.qemuPid("honey")).toBe(pid);
    expect((await ok("GET", NODE)).spec.unschedulable).toBeUndefined();
    await ok("GET", SECRET);

    // Told to, it evicts what it may and goes on.
    await remove(id, { whenBlocked: "proceed" });
    expect(stateOf("honey")).toBe("gone");
    expect((await callApi(cluster, "GET", NODE)).code).toBe(404);
    expect(await podNames()).toEqual(["db-0"]);
    await ok("DELETE", `${PODS}/db-0`);
  });

  it("lets a namesake on another machine be", async () => {
    const id = await create();
    await join("00000000-1111-2222-3333-444444444444");
    proxy.changes.length = 0;
    await remove(id);
    expect(stateOf("honey")).toBe("gone");
    expect(proxy.changes).toEqual([]);
    await ok("DELETE", NODE);
    await ok("DELETE", SECRET);
  });

  it("drains as budgets allow, ends the VM, and then removes Node and password", async () => {
    const id = await create();
    await join(id);
    await pod("db-0", { ...ownedBy("StatefulSet"), labels: { app: "db" } });
    await pod("db-1", { ...ownedBy("StatefulSet"), labels: { app: "db" } });
    await pod("log", ownedBy("DaemonSet"));
    await pod("static", { ...ownedBy("Node"), annotations: { "kubernetes.io/config.mirror": "x" } });
    await allow(1);
    proxy.changes.length = 0;

    const removed = remove(id, { timeout: 60 });
    // As the disruption controller does once a replacement is ready elsewhere.
    while (!proxy.changes.some((line) => line.includes(" 429 "))) await sleep(100);
    await allow(1);
    await removed;

    expect(proxy.changes.filter((line) => !line.includes(" 429 "))).toEqual([
      `PATCH ${NODE} 200 (VM running)`,
      `POST ${PODS}/db-0/eviction 201 (VM running)`,
      `POST ${PODS}/db-1/eviction 201 (VM running)`,
      `DELETE ${NODE} 200 (VM shut off)`,
      `DELETE ${SECRET} 200 (VM shut off)`,
    ]);
    expect(stateOf("honey")).toBe("gone");
    expect(await podNames()).toEqual(["log", "static"]);
  });
});
