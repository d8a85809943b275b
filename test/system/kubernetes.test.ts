import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { finalizeNamespaces } from "../../tools/kube/namespaces.ts";
import { isNamespaced } from "../../tools/kubernetes-standin/kinds.ts";
import { DRY_RUN_VARIABLE } from "../../tools/kubernetes-standin/object.ts";
import { type Properties, Secret } from "../../tools/kubernetes-standin/wire.ts";
import { ProviderClient } from "../kubernetes/client.ts";

const missing = missingTools();
if (missing.length > 0) console.warn(`test/system/kubernetes.test.ts is skipped: ${missing.join("; ")}`);

/** A first run builds the API server. */
const START_TIMEOUT = 20 * 60_000;

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const NODE_PATCH = "kubernetes:core/v1:NodePatch";
const QUOTA = "kubernetes:core/v1:ResourceQuota";
const SECRET = "kubernetes:core/v1:Secret";

function namespace(name: string, labels: Properties = {}): Properties {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

function quota(namespace: string, hard: Properties): Properties {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "envelope", namespace },
    spec: { hard },
  };
}

describe.skipIf(missing.length > 0)("the stand-in against a real API server", { timeout: 60_000 }, () => {
  let cluster: RunningCluster;
  let finalizer: { stop(): Promise<void> };
  let provider: ProviderClient;

  beforeAll(async () => {
    cluster = await startCluster();
    finalizer = finalizeNamespaces(cluster);
    provider = await ProviderClient.start({ kubeconfig: cluster.kubeconfig });
  }, START_TIMEOUT);

  afterAll(async () => {
    provider?.stop();
    await finalizer?.stop();
    await cluster?.stop();
  });

  async function get(path: string) {
    return callApi(cluster, "GET", path);
  }

  it("creates, changes and deletes a namespace with its quota", async () => {
    const space = await provider.create(NAMESPACE, "ci", namespace("ci", { tier: "a", team: "b" }));
    expect(space.id).toBe("ci");
    expect(space.outputs.status).toEqual({ phase: "Active" });

    const first = await provider.create(
      QUOTA,
      "envelope",
      quota("ci", { "requests.cpu": 12, "requests.memory": "80Gi" }),
    );
    expect(first.id).toBe("ci/envelope");
    const second = await provider.update(QUOTA, "envelope", first, quota("ci", { "requests.cpu": 16 }));
    expect(second.outputs.spec).toEqual({ hard: { "requests.cpu": "16" } });
    expect((await get("/api/v1/namespaces/ci/resourcequotas/envelope")).body.spec).toEqual({
      hard: { "requests.cpu": "16" },
    });

    const relabelled = await provider.update(NAMESPACE, "ci", space, namespace("ci", { tier: "c" }));
    expect((await get("/api/v1/namespaces/ci")).body.metadata.labels).toEqual({
      "kubernetes.io/metadata.name": "ci",
      tier: "c",
    });

    await provider.delete(QUOTA, "envelope", second);
    await provider.delete(NAMESPACE, "ci", relabelled);
    expect((await get("/api/v1/namespaces/ci")).code).toBe(404);
    await provider.delete(NAMESPACE, "ci", relabelled);
  });

  it("finds no drift in what only the server writes differently", async () => {
    const made = await provider.create(QUOTA, "same", {
      ...quota("default", { "requests.cpu": 4, "requests.memory": "2048Mi" }),
    });
    const found = await provider.read(QUOTA, "same", made);
    expect(found?.inputs).toEqual(made.inputs);
    expect(await provider.diff(QUOTA, "same", found?.inputs ?? {}, made.inputs)).toMatchObject({
      isChanged: false,
    });
    await callApi(
      cluster,
      "PATCH",
      "/api/v1/namespaces/default/resourcequotas/envelope",
      { spec: { hard: { "requests.cpu": "5" } } },
      "application/merge-patch+json",
    );
    const drifted = await provider.read(QUOTA, "same", made);
    expect(await provider.diff(QUOTA, "same", drifted?.inputs ?? {}, made.inputs)).toMatchObject({
      changes: ['spec.hard["requests.cpu"] UPDATE'],
    });
    await provider.delete(QUOTA, "same", made);
    expect(await provider.read(QUOTA, "same", made)).toBeUndefined();
  });

  it("keeps the content of a Secret secret in its outputs and in the server's refusal", async () => {
    const data = { token: Buffer.from("k3s-join-token").toString("base64") };
    const base: Properties = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "join", namespace: "default" },
    };
    const made = await provider.create(SECRET, "join", { ...base, data });
    expect(made.outputs.data).toEqual(new Secret(data));
    await provider.delete(SECRET, "join", made);

    const refused = provider.create(SECRET, "join", {
      ...base,
      metadata: { name: "join", namespace: "default", labels: { a: "b" } },
      type: new Secret("kubernetes.io/tls"),
      stringData: { "bad key": "hunter22" },
    });
    const message = await refused.then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message).toContain('Secret "default/join" was not created: the API server answered 422 Invalid.');
    expect(message).toContain("data[bad key]");
    expect(message).not.toContain("hunter22");
    expect(message).not.toContain(Buffer.from("hunter22").toString("base64"));
  });

  it("says what is wrong in the server's own words, and one way out", async () => {
    await expect(
      provider.create(QUOTA, "bad", quota("default", { pods: "-1", services: "-2" })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: ResourceQuota "default/envelope" was not created: the API server answered 422 Invalid.
        - spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0
        - spec.hard[services]: Invalid value: "-2": must be greater than or equal to 0
      Correct the fields named above in the program.]
    `);
    await expect(
      provider.create(CONFIG_MAP, "bad", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", namespace: "nowhere" },
      }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: ConfigMap "nowhere/a" was not created: the API server answered 404 NotFound.
        - namespaces "nowhere" not found
      Create the namespace first: make this resource depend on it, or take the name from its metadata.]
    `);
    await expect(
      provider.create("kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet", "bad", {
        apiVersion: "actions.github.com/v1alpha1",
        kind: "AutoscalingRunnerSet",
        metadata: { name: "a", namespace: "default" },
      }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: AutoscalingRunnerSet "default/a" was not created: the API server knows no kind "AutoscalingRunnerSet" in "actions.github.com/v1alpha1"; install what defines it first, or correct apiVersion and kind]`,
    );
    await expect(provider.create(NAMESPACE, "default", namespace("default"))).rejects.toThrow(
      'Namespace "default" was not created: default is there already and this stack did not make it; import it, or name it otherwise',
    );
    await expect(
      provider.create(CONFIG_MAP, "typo", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "typo", namespace: "default" },
        dat: { a: "b" },
      }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: ConfigMap "default/typo" was not created: the API server answered 500.
        - dat: field not declared in schema
      Correct the fields named above in the program.]
    `);
  });

  it("is asked in a preview where that is wanted, and nothing changes", async () => {
    vi.stubEnv(DRY_RUN_VARIABLE, "1");
    const bad = provider.create(QUOTA, "envelope", quota("default", { pods: "-1" }), true);
    await expect(bad).rejects.toThrow('spec.hard[pods]: Invalid value: "-1"');
    const good = await provider.create(QUOTA, "envelope", quota("default", { pods: "1" }), true);
    expect(good).toMatchObject({ id: "", outputs: quota("default", { pods: "1" }) });
    expect((await get("/api/v1/namespaces/default/resourcequotas/envelope")).code).toBe(404);
    const planned = await provider.create(QUOTA, "envelope", quota("planned", { pods: "1" }), true);
    expect(planned.outputs).toEqual(quota("planned", { pods: "1" }));
    vi.unstubAllEnvs();
  });

  it("explains a conflict with another owner, and takes over only when told to", async () => {
    const map = (value: string, annotations: Properties = {}): Properties => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "shared", namespace: "default", annotations },
      data: { mode: value },
    });
    const made = await provider.create(CONFIG_MAP, "shared", map("a"));
    const path = "/api/v1/namespaces/default/configmaps/shared";
    const edit = { data: { mode: "b" } };
    await callApi(
      cluster,
      "PATCH",
      `${path}?fieldManager=kubectl-edit`,
      edit,
      "application/merge-patch+json",
    );

    await expect(provider.update(CONFIG_MAP, "shared", made, map("c"))).rejects.toThrow(
      'ConfigMap "default/shared" was not changed: other owners hold fields that this program sets to another value.\n' +
        '  - data.mode: held in conflict with "kubectl-edit" using v1\n' +
        'Take these fields out of the program, or take them over with the annotation pulumi.com/patchForce: "true".',
    );
    const forced = await provider.update(
      CONFIG_MAP,
      "shared",
      made,
      map("c", { "pulumi.com/patchForce": "true" }),
    );
    expect((await get(path)).body.data).toEqual({ mode: "c" });
    await provider.delete(CONFIG_MAP, "shared", forced);
  });

  it("names what holds a deletion back", async () => {
    const made = await provider.create(CONFIG_MAP, "held", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "held", namespace: "default", finalizers: ["example.com/hold"] },
    });
    await expect(provider.delete(CONFIG_MAP, "held", made, 1)).rejects.toThrow(
      'ConfigMap "default/held" was not deleted: it is still there 1 s after its deletion began, ' +
        "held by the finalizers example.com/hold; see that the controllers which remove them are running",
    );
    const path = "/api/v1/namespaces/default/configmaps/held";
    await callApi(cluster, "PATCH", path, { metadata: { finalizers: null } }, "application/merge-patch+json");
  });

  it("serves a kind that was defined a moment ago, and lets objects go whose kind went", async () => {
    const crd = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const type = "kubernetes:example.com/v1:Widget";
    const version = {
      name: "v1",
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      },
    };
    const names = { plural: "widgets", singular: "widget", kind: "Widget" };
    const definition = await provider.create(crd, "widgets", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: { group: "example.com", scope: "Namespaced", names, versions: [version] },
    });
    const widget: Properties = {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "w" },
      spec: { size: 3 },
    };
    const made = await provider.create(type, "w", widget);
    expect(made.id).toBe("default/w");
    expect(made.outputs.spec).toEqual({ size: 3 });
    await provider.delete(crd, "widgets", definition);
    expect(await provider.read(type, "w", made)).toBeUndefined();
    await provider.delete(type, "w", made);
  });

  it("reads an object that the state does not know yet", async () => {
    const path = "/api/v1/namespaces/default/configmaps";
    await callApi(cluster, "POST", path, {
      metadata: { name: "found", labels: { a: "b" } },
      data: { c: "d" },
    });
    const found = await provider.read(CONFIG_MAP, "found", { id: "default/found", inputs: {}, outputs: {} });
    expect(found?.inputs).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "found", namespace: "default", labels: { a: "b" } },
      data: { c: "d" },
    });
    const { inputs } = await provider.check(CONFIG_MAP, "found", found?.inputs ?? {});
    expect(await provider.diff(CONFIG_MAP, "found", found?.inputs ?? {}, inputs)).toMatchObject({
      isChanged: false,
    });
  });

  it("knows of every kind of the API server itself whether it lives in a namespace", async () => {
    const { groups } = (await get("/apis")).body;
    const versions: string[] = groups.flatMap((group: { versions: { groupVersion: string }[] }) =>
      group.versions.map((version) => version.groupVersion),
    );
    const wrong: string[] = [];
    let known = 0;
    for (const apiVersion of ["v1", ...versions]) {
      const { body } = await get(apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`);
      for (const { name, kind, namespaced, verbs } of body.resources) {
        if (name.includes("/") || !verbs.includes("patch")) continue;
        known += 1;
        if (isNamespaced({ apiVersion, kind }) !== namespaced) wrong.push(`${apiVersion} ${kind}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(known).toBeGreaterThan(50);
  });

  describe("a patch of a node", () => {
    const theirs = [
      { key: "node.kubernetes.io/unreachable", effect: "NoSchedule" },
      { key: "registered", value: "true", effect: "NoExecute" },
      // The API server's own admission puts this one on every new node.
      { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
    ];

    async function node(name: string): Promise<void> {
      const spec = { taints: theirs };
      const metadata = { name, labels: { "kubernetes.io/arch": "amd64", zone: "a" } };
      const made = await callApi(cluster, "POST", "/api/v1/nodes?fieldManager=k3s", {
        apiVersion: "v1",
        kind: "Node",
        metadata,
        spec,
      });
      expect(made.code).toBe(201);
    }

    function patch(name: string, labels: Properties, taints: Properties[]): Properties {
      return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, spec: { taints } };
    }

    async function nodeNow(name: string) {
      const { body } = await get(`/api/v1/nodes/${name}`);
      return {
        labels: body.metadata.labels,
        taints: body.spec.taints,
        version: body.metadata.resourceVersion,
      };
    }

    const overflow = { key: "overflow", value: "true", effect: "NoSchedule" };

    it("sets its own labels and taints and leaves those of others", async () => {
      await node("honey");
      const made = await provider.create(NODE_PATCH, "honey", patch("honey", { kvm: "true" }, [overflow]));
      expect(made.id).toBe("honey");
      expect(Object.keys(made.outputs)).not.toContain("status");
      const after = await nodeNow("honey");
      expect(after.labels).toEqual({ "kubernetes.io/arch": "amd64", zone: "a", kvm: "true" });
      expect(after.taints).toEqual([...theirs, overflow]);

      const changed = { ...overflow, value: "false" };
      const updated = await provider.update(
        NODE_PATCH,
        "honey",
        made,
        patch("honey", { kvm: "true" }, [changed]),
      );
      expect((await nodeNow("honey")).taints).toEqual([...theirs, changed]);

      const again = await provider.update(
        NODE_PATCH,
        "honey",
        updated,
        patch("honey", { kvm: "true" }, [changed]),
      );
      const before = (await nodeNow("honey")).version;
      expect(again.outputs).toEqual(updated.outputs);
      expect((await provider.read(NODE_PATCH, "honey", again))?.inputs).toEqual(again.inputs);
      expect((await nodeNow("honey")).version).toBe(before);

      await provider.delete(NODE_PATCH, "honey", again);
      const final = await nodeNow("honey");
      expect(final.labels).toEqual({ "kubernetes.io/arch": "amd64", zone: "a" });
      expect(final.taints).toEqual(theirs);
    });

    it("leaves a taint that was there before it when it goes", async () => {
      await node("sting");
      const registered = { key: "registered", value: "true", effect: "NoExecute" };
      const made = await provider.create(NODE_PATCH, "sting", patch("sting", {}, [registered, overflow]));
      await provider.delete(NODE_PATCH, "sting", made);
      expect((await nodeNow("sting")).taints).toEqual(theirs);
    });

    it("sees a taint that somebody took away", async () => {
      await node("bumble");
      const made = await provider.create(NODE_PATCH, "bumble", patch("bumble", { kvm: "true" }, [overflow]));
      const edit = { spec: { taints: theirs } };
      await callApi(cluster, "PATCH", "/api/v1/nodes/bumble", edit, "application/merge-patch+json");
      const found = await provider.read(NODE_PATCH, "bumble", made);
      expect(await provider.diff(NODE_PATCH, "bumble", found?.inputs ?? {}, made.inputs)).toMatchObject({
        changes: ["spec.taints[0] ADD"],
      });
      const drifted = { ...made, inputs: found?.inputs ?? {} };
      await provider.update(NODE_PATCH, "bumble", drifted, patch("bumble", { kvm: "true" }, [overflow]));
      expect((await nodeNow("bumble")).taints).toEqual([...theirs, overflow]);
    });

    it("refuses to overwrite somebody else's value, and to make a node", async () => {
      await node("wasp");
      const clash = { key: "registered", value: "false", effect: "NoExecute" };
      await expect(provider.create(NODE_PATCH, "wasp", patch("wasp", {}, [clash]))).rejects.toThrow(
        'Node "wasp" was not created: somebody else\'s taint registered=true:NoExecute is there, and the program sets ' +
          "registered=false:NoExecute. Take it out of the program, or take it over with the annotation " +
          'pulumi.com/patchForce: "true".',
      );
      await expect(provider.create(NODE_PATCH, "hornet", patch("hornet", { a: "b" }, []))).rejects.toThrow(
        'Node "hornet" was not created: there is no Node "hornet" to patch; it must exist first',
      );
      expect((await get("/api/v1/nodes/hornet")).code).toBe(404);
    });
  });
});
