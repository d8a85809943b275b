import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode } from "../../tools/kube/nodes.ts";
import { installKinds } from "../audit/crds.ts";
import { honey } from "../audit/honey.ts";

const missing = missingTools();
if (missing.length > 0) console.warn(`test/system/audit.test.ts is skipped: ${missing.join("; ")}`);

describe.skipIf(missing.length > 0)("fleet audit of a real API server", { timeout: 60_000 }, () => {
  let cluster: RunningCluster;
  /** A kubeconfig with the contexts honey (who may do everything), reader, nobody. */
  let kubeconfig: string;

  const make = async (path: string, body: object) => {
    const answer = await callApi(cluster, "POST", path, body);
    if (answer.code !== 201) throw new Error(`POST ${path}: ${answer.code} ${answer.body.message}`);
    return answer.body;
  };

  beforeAll(async () => {
    cluster = await startCluster();
    kubeconfig = join(cluster.folder, "contexts.json");
    const own = JSON.parse(readFileSync(cluster.kubeconfig, "utf8"));
    const [entry] = own.clusters;
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        ...own,
        contexts: [{ name: "honey", context: { cluster: entry.name, user: "admin" } }],
      }),
    );
    await installKinds(cluster);
    const objects = honey();
    for (const node of objects.nodes) {
      await createNode(cluster, {
        name: node.metadata.name,
        labels: node.metadata.labels,
        taints: node.spec.taints,
        allocatable: node.status.allocatable,
      });
    }
    for (const set of objects.autoscalingrunnersets) {
      const { namespace } = set.metadata;
      await make("/api/v1/namespaces", { metadata: { name: namespace } });
      await make(`/apis/actions.github.com/v1alpha1/namespaces/${namespace}/autoscalingrunnersets`, set);
    }
  }, 20 * 60_000);

  afterAll(() => cluster?.stop());

  async function audit(...args: string[]) {
    let out = "";
    let err = "";
    const code = await runFleetCommand(["audit", "--kubeconfig", kubeconfig, ...args], {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  }

  it("is in order where the cluster is as declared", async () => {
    const { code, out } = await audit();
    expect(out).toContain("In order");
    expect(code).toBe(0);
  });
});
