import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { findEngine } from "../../tools/engine/findEngine.ts";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { finalizeNamespaces } from "../../tools/kube/namespaces.ts";
import { findOnPath } from "../../tools/setup/command.mjs";
import { createStack, type TestStack } from "./engine.ts";

const missing = missingTools();
if (missing.length > 0)
  console.warn(`parts of test/system/kubernetes-engine.test.ts are skipped: ${missing.join("; ")}`);

const vendor = findOnPath("pulumi-resource-kubernetes", process.env.PATH);
if (vendor !== undefined) {
  console.warn(
    `test/system/kubernetes-engine.test.ts is skipped: the vendor's plugin is on PATH (${vendor})`,
  );
}

/** A stack with the stand-in, also where the vendor's plugin could be downloaded: its PULUMI_HOME is empty. */
async function createStandInStack(program: string, env: Record<string, string> = {}): Promise<TestStack> {
  const engine = await findEngine();
  const standIn = path.join(ROOT, "tools", "kubernetes-standin");
  const searchPath = `${standIn}${path.delimiter}${engine.env.PATH ?? process.env.PATH}`;
  const noDownload = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
  return createStack({ files: { "index.ts": program }, env: { PATH: searchPath, ...noDownload, ...env } });
}

const PROGRAM = `
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NodePatch } from "@pulumi/kubernetes/core/v1/nodePatch.js";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
const provider = new Provider("cluster", { kubeconfig: process.env.TEST_KUBECONFIG });
const runners = new Namespace("runners", { metadata: { name: "runners" } }, { provider });
new ResourceQuota("envelope", {
  metadata: { name: "envelope", namespace: runners.metadata.name },
  spec: { hard: { "requests.cpu": "12", "limits.memory": "163840Mi" } },
}, { provider });
new Secret("join", { metadata: { namespace: runners.metadata.name }, stringData: { token: "sesame-open" } }, { provider });
new NodePatch("honey", {
  metadata: { name: "honey", labels: { kvm: "true" } },
  spec: { taints: [{ key: "overflow", value: "true", effect: "NoSchedule" }] },
}, { provider });
export const uid = runners.metadata.uid;
`;

const RELEASE = `
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
new Release("arc", { chart: "oci://registry.invalid/charts/arc", namespace: "Bad_Space", lint: true });
`;

const SAYS_SO = "kubernetes: STAND-IN plugin of this repository";

describe.skipIf(vendor !== undefined)("the stand-in behind the real engine", () => {
  it("previews a new stack with no cluster, and says that it stands in", async () => {
    const stack = await createStandInStack(PROGRAM, { TEST_KUBECONFIG: "/nowhere/kubeconfig" });
    const preview = await stack.preview();
    expect(preview.exitCode, preview.stdout + preview.stderr).toBe(0);
    expect(preview.stdout).toContain("+ 6 to create");
    expect(preview.stdout).toContain(SAYS_SO);
    expect(preview.stdout).not.toContain("sesame-open");

    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.stdout).toContain(
      'Namespace "runners" was not created: kubeconfig /nowhere/kubeconfig cannot be read: ENOENT',
    );
    expect(up.stdout).not.toMatch(/^\s+at /m);
  });

  it("refuses a release's bad inputs in the preview, all at once", async () => {
    const stack = await createStandInStack(RELEASE);
    const preview = await stack.preview();
    expect(preview.exitCode).not.toBe(0);
    expect(preview.stdout).toContain('"Bad_Space" is not made of a-z, 0-9 and inner "-" only');
    expect(preview.stdout).toContain("the stand-in does not cover it: run `helm lint` yourself");
  });

  describe.skipIf(missing.length > 0)("with a real API server", () => {
    let cluster: RunningCluster;
    let finalizer: { stop(): Promise<void> };

    beforeAll(async () => {
      cluster = await startCluster();
      finalizer = finalizeNamespaces(cluster);
    }, 20 * 60_000);

    afterAll(async () => {
      await finalizer?.stop();
      await cluster?.stop();
    });

    it("brings a stack up, finds nothing to do, sees drift, and destroys it", async () => {
      const node = { apiVersion: "v1", kind: "Node", metadata: { name: "honey", labels: { zone: "a" } } };
      await callApi(cluster, "POST", "/api/v1/nodes", node);
      const registered = (await callApi(cluster, "GET", "/api/v1/nodes/honey")).body;
      const stack = await createStandInStack(PROGRAM, { TEST_KUBECONFIG: cluster.kubeconfig });
      const up = await stack.up();
      expect(up.exitCode, up.stdout + up.stderr).toBe(0);
      expect(up.stdout).toContain("+ 6 created");
      expect(up.stdout).toContain(SAYS_SO);

      const state = JSON.stringify(await stack.exportStack());
      expect(state).not.toContain("sesame-open");
      expect(state).not.toContain(Buffer.from("sesame-open").toString("base64"));

      const again = await stack.preview("--expect-no-changes");
      expect(again.exitCode, again.stdout + again.stderr).toBe(0);
      const refreshed = await stack.preview("--refresh", "--expect-no-changes");
      expect(refreshed.exitCode, refreshed.stdout + refreshed.stderr).toBe(0);

      const path = "/api/v1/namespaces/runners/resourcequotas/envelope";
      const drift = { spec: { hard: { "requests.cpu": "99" } } };
      await callApi(cluster, "PATCH", path, drift, "application/merge-patch+json");
      const seen = await stack.preview("--refresh", "--diff");
      expect(seen.stdout).toMatch(/~ requests\.cpu\s*: "99" => "12"/);

      const destroyed = await stack.destroy();
      expect(destroyed.exitCode, destroyed.stdout + destroyed.stderr).toBe(0);
      expect((await callApi(cluster, "GET", "/api/v1/namespaces/runners")).code).toBe(404);
      const left = (await callApi(cluster, "GET", "/api/v1/nodes/honey")).body;
      expect(left.metadata.labels).toEqual({ zone: "a" });
      expect(left.spec).toEqual(registered.spec);
    });
  });
});
