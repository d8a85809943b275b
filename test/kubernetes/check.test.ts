import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOTICE } from "../../tools/kubernetes-standin/server.ts";
import { type Properties, Secret, UNKNOWN } from "../../tools/kubernetes-standin/wire.ts";
import { ProviderClient } from "./client.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const QUOTA = "kubernetes:core/v1:ResourceQuota";

function configMap(metadata: Properties, data: Properties = { a: "1" }): Properties {
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

let provider: ProviderClient;

beforeAll(async () => {
  provider = await ProviderClient.start({ kubeconfig: "/nowhere/kubeconfig", namespace: "ci" });
});

afterAll(() => provider.stop());

describe("configure", () => {
  it("says once that this is a stand-in", () => {
    expect(provider.log).toEqual([NOTICE]);
  });

  it("takes the vendor's settings and refuses, all at once, what it would disobey", async () => {
    const accepted = {
      kubeconfig: "/x",
      context: "c",
      cluster: "d",
      namespace: "n",
      enableServerSideApply: "true",
      enableConfigMapMutable: true,
      suppressDeprecationWarnings: "true",
      deleteUnreachable: "false",
      version: "4.34.2",
    };
    expect(await provider.checkConfig(accepted)).toEqual([]);
    expect(await provider.checkConfig({ kubeconfig: UNKNOWN })).toEqual([]);
    const refused = {
      enableServerSideApply: "false",
      renderYamlToDirectory: "out",
      enablePatchForce: "yes",
      kubeConfig: "/x",
      context: 3,
    };
    expect(await provider.checkConfig(refused)).toEqual([
      'context: a text is expected, "3" was given',
      'enablePatchForce: "yes" was given; it is true or false',
      'enableServerSideApply: "false" was given, and the stand-in does not cover it; remove "enableServerSideApply", or install the vendor\'s plugin',
      "kubeConfig: the Kubernetes provider has no such setting",
      'renderYamlToDirectory: "out" was given, and the stand-in does not cover it; remove "renderYamlToDirectory", or install the vendor\'s plugin',
    ]);
  });
});

describe("check of an API object", () => {
  it("names what has no name, and keeps the name afterwards", async () => {
    const first = await provider.check(CONFIG_MAP, "settings", configMap({}));
    const metadata = first.inputs.metadata as { name: string };
    expect(metadata.name).toMatch(/^settings-[0-9a-f]{8}$/);
    expect(first.inputs.metadata).toMatchObject({
      namespace: "ci",
      annotations: { "pulumi.com/autonamed": "true" },
    });
    const second = await provider.check(
      CONFIG_MAP,
      "settings",
      configMap({ labels: { a: "b" } }),
      first.inputs,
    );
    expect(second.inputs.metadata).toMatchObject({ name: metadata.name, labels: { a: "b" } });
    const long = await provider.check(NAMESPACE, "n".repeat(80), { apiVersion: "v1", kind: "Namespace" });
    expect((long.inputs.metadata as { name: string }).name).toHaveLength(63);
  });

  it("gives no namespace to a kind outside namespaces", async () => {
    const { inputs } = await provider.check(NAMESPACE, "ci", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "ci" },
    });
    expect(inputs.metadata).toEqual({ name: "ci" });
  });

  it("leaves the namespace of somebody's own kind to the cluster", async () => {
    const type = "kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet";
    const { inputs, failures } = await provider.check(type, "x", {
      apiVersion: "actions.github.com/v1alpha1",
      kind: "AutoscalingRunnerSet",
      metadata: { name: "x" },
    });
    expect(failures).toEqual([]);
    expect(inputs.metadata).toEqual({ name: "x" });
  });

  it("reports every failure at once, each with its path", async () => {
    const metadata = {
      name: "Bad_Name",
      namespace: "also bad",
      labels: { "a/b/c": "x", ok: "no blanks", n: 4, [`${"l".repeat(64)}`]: "" },
      annotations: { flag: true },
    };
    const { failures } = await provider.check(CONFIG_MAP, "bad", configMap(metadata));
    expect(failures).toEqual([
      'metadata.annotations["flag"]: a text is expected, true was given; quote it',
      'metadata.labels["a/b/c"]: the key "a/b/c" has more than one "/"',
      `metadata.labels["${"l".repeat(64)}"]: the key "${"l".repeat(64)}" has 64 characters, at most 63 are allowed`,
      'metadata.labels["n"]: a text is expected, 4 was given; quote it',
      'metadata.labels["ok"]: "no blanks" is not made of letters, digits and inner "-", "_" or "." only',
      'metadata.name: "Bad_Name" is not made of a-z, 0-9 and inner "-" or "." only',
      'metadata.namespace: "also bad" is not made of a-z, 0-9 and inner "-" only',
    ]);
  });

  it("finds what is no quantity, which an API server refuses without a path", async () => {
    const hard: Properties = {
      "requests.cpu": "12x",
      "requests.memory": "80GiB",
      pods: 4,
      "limits.cpu": UNKNOWN,
    };
    const { failures } = await provider.check(QUOTA, "bad", {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "q", namespace: "ci" },
      spec: { hard },
    });
    expect(failures).toEqual([
      'spec.hard["requests.cpu"]: "12x" is no quantity such as 500m, 4 or 80Gi',
      'spec.hard["requests.memory"]: "80GiB" is no quantity such as 500m, 4 or 80Gi',
    ]);
    const container = { name: "c", resources: { limits: { memory: "lots" } } };
    const pod = await provider.check("kubernetes:core/v1:Pod", "bad", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "ci" },
      spec: { containers: [container] },
    });
    expect(pod.failures).toEqual([
      'spec.containers[0].resources.limits.memory: "lots" is no quantity such as 500m, 4 or 80Gi',
    ]);
  });

  it("wants a name of a Patch, and no namespace for a Node", async () => {
    const patch = { apiVersion: "v1", kind: "Node", metadata: { namespace: "ci", labels: { a: "b" } } };
    const { failures } = await provider.check("kubernetes:core/v1:NodePatch", "honey", patch);
    expect(failures).toEqual([
      "metadata.name: a Patch changes an object that exists, so it must name it",
      'metadata.namespace: "ci" was given, but a Node lives in no namespace',
    ]);
  });

  it("judges nothing that is unknown", async () => {
    const { inputs, failures } = await provider.check(
      CONFIG_MAP,
      "later",
      configMap({ name: UNKNOWN, namespace: UNKNOWN, labels: { a: UNKNOWN } }, { a: UNKNOWN }),
    );
    expect(failures).toEqual([]);
    expect(inputs.data).toEqual({ a: UNKNOWN });
  });

  it("makes the content of a Secret secret, whoever forgot to", async () => {
    const { inputs } = await provider.check("kubernetes:core/v1:Secret", "join", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "join", namespace: "ci" },
      data: { token: "YQ==" },
      stringData: { other: UNKNOWN },
    });
    expect(inputs.data).toEqual(new Secret({ token: "YQ==" }));
    expect(inputs.stringData).toEqual(new Secret({ other: UNKNOWN }));
  });
});

describe("preview", () => {
  it("of a new object needs no cluster", async () => {
    const made = await provider.create(CONFIG_MAP, "new", configMap({ name: "n" }, { a: UNKNOWN }), true);
    expect(made.id).toBe("");
    expect(made.outputs).toEqual(configMap({ name: "n", namespace: "ci" }, { a: UNKNOWN }));
  });

  it("of a change needs none, and keeps what the cluster had set", async () => {
    const inputs = configMap({ name: "n", namespace: "ci" });
    const outputs = configMap({ name: "n", namespace: "ci", uid: "u1" });
    const state = {
      id: "ci/n",
      inputs,
      outputs: { ...outputs, status: { phase: "x" }, __fieldManager: "m" },
    };
    const planned = await provider.update(CONFIG_MAP, "n", state, configMap({ name: "n" }, { a: "2" }), true);
    expect(planned.outputs).toEqual({
      ...configMap({ name: "n", namespace: "ci", uid: "u1" }, { a: "2" }),
      status: { phase: "x" },
      __fieldManager: "m",
    });
  });

  it("refuses what only the vendor's plugin can do", async () => {
    await expect(provider.create("kubernetes:yaml/v2:ConfigFile", "f", {})).rejects.toThrow(
      'ConfigFile "f" was not checked: the stand-in does not cover kubernetes:yaml/v2:ConfigFile; install the vendor\'s Kubernetes plugin',
    );
    await expect(provider.invoke("kubernetes:yaml:decode")).rejects.toThrow(
      "the stand-in for the Kubernetes plugin does not cover kubernetes:yaml:decode; install the vendor's plugin",
    );
  });
});

describe("diff", () => {
  const before = configMap({ name: "n", namespace: "ci" }, { a: "1" });

  it("is empty for the same inputs", async () => {
    expect(await provider.diff(CONFIG_MAP, "n", before, before)).toEqual({
      isChanged: false,
      changes: [],
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it("changes labels in place, and replaces for another name", async () => {
    const labelled = configMap({ name: "n", namespace: "ci", labels: { a: "b" } });
    expect(await provider.diff(CONFIG_MAP, "n", before, labelled)).toMatchObject({
      changes: ["metadata.labels ADD"],
      replaces: [],
    });
    expect(await provider.diff(CONFIG_MAP, "n", before, configMap({ name: "m", namespace: "ci" }))).toEqual({
      isChanged: true,
      changes: ["metadata.name UPDATE_REPLACE"],
      replaces: ["metadata.name"],
      deleteBeforeReplace: false,
    });
  });

  it("replaces a ConfigMap for other content as the vendor does, or changes it where that is set", async () => {
    const after = configMap({ name: "n", namespace: "ci" }, { a: "2" });
    expect(await provider.diff(CONFIG_MAP, "n", before, after)).toMatchObject({
      changes: ["data.a UPDATE_REPLACE"],
      replaces: ["data"],
      deleteBeforeReplace: true,
    });
    const mutable = await ProviderClient.start({ enableConfigMapMutable: "true" });
    expect(await mutable.diff(CONFIG_MAP, "n", before, after)).toMatchObject({
      changes: ["data.a UPDATE"],
      replaces: [],
    });
    const fixed = { ...before, immutable: true };
    expect(await mutable.diff(CONFIG_MAP, "n", fixed, { ...after, immutable: true })).toMatchObject({
      replaces: ["data"],
    });
    mutable.stop();
  });

  it("makes the replacement first where the name is ours to make", async () => {
    const annotations = { "pulumi.com/autonamed": "true" };
    const metadata = { name: "n-1a2b3c4d", namespace: "ci", annotations };
    const result = await provider.diff(CONFIG_MAP, "n", configMap(metadata), configMap(metadata, { a: "2" }));
    expect(result).toMatchObject({ replaces: ["data"], deleteBeforeReplace: false });
  });

  it("tells a Patch from a kind whose name ends so", async () => {
    const node = (name: string) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      data: { a: name },
    });
    expect(await provider.diff("kubernetes:core/v1:NodePatch", "n", node("a"), node("b"))).toMatchObject({
      replaces: ["metadata.name"],
      deleteBeforeReplace: false,
    });
  });
});
