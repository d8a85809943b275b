import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { arcValues } from "../components/arcValues.ts";
import { bytesQuantity, cpuQuantity } from "../components/podResources.ts";
import { runnerPod } from "../components/runnerPod.ts";
import type { ListQuery } from "../live/kube/apiReader.ts";
import { LISTS } from "../live/kube/readCluster.ts";
import { type Fleet, requireFleet } from "../model/fleet.ts";
import { installKinds } from "../test/audit/crds.ts";
import { runnerLabels } from "../test/audit/honey.ts";
import { writeContexts } from "../test/audit/rights.ts";
import { largeFleet } from "../test/capacity/runners/fleets.ts";
import { ROOT } from "../tools/engine/engine.ts";
import { callApi, expectOk, forEachAtOnce } from "../tools/kube/api.ts";
import { findKubectl, missingTools } from "../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../tools/kube/cluster.ts";
import { createNode } from "../tools/kube/nodes.ts";
import { withProgress } from "../tools/setup/progress.mjs";
import { type Figure, median } from "./figure.ts";
import { alternate, type TimedCommand } from "./process.ts";

const NAME = "audit of 1,000 nodes, 200 scale sets, 10,000 pods / kubectl get --raw";
const TARGET = 3;
const NODES = 1_000;
const SETS = 200;
const PODS_PER_NODE = 10;
/** Of the pods, runners, each with the object that ARC has for it. */
const RUNNERS = 1_000;
/** The cluster of the generated fleet. */
const CONTEXT = "default";

/** The audit as a whole process, against kubectl fetching each of the same lists once, one after another. */
export async function benchAudit(pairs: number): Promise<Figure[]> {
  const missing = missingTools();
  if (missing.length > 0)
    return [{ name: NAME, value: null, unit: "×", target: TARGET, runs: 0, detail: missing.join("; ") }];
  const kubectl = await findKubectl();
  const input = largeFleet(SETS, 2 * RUNNERS, NODES);
  const cluster = await startCluster();
  try {
    await withProgress("Creating nodes, scale sets and pods", () => create(cluster, requireFleet(input)));
    const fleet = join(cluster.folder, "fleet.json");
    await writeFile(fleet, JSON.stringify(input));
    const { base, subject, ratios } = await alternate(
      rawLists(kubectl, cluster),
      audit(cluster, fleet),
      pairs,
    );
    const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(2)} s`;
    const detail = `${seconds(subject)} against ${seconds(base)} of kubectl for ${Object.keys(LISTS).length} lists`;
    return [{ name: NAME, value: median(ratios), unit: "×", target: TARGET, runs: pairs, detail }];
  } finally {
    await cluster.stop();
  }
}

function rawLists(kubectl: string, { kubeconfig, folder }: RunningCluster): TimedCommand {
  const lists: readonly ListQuery[] = Object.values(LISTS);
  const paths = lists.map(({ path, query }) => `${path}${query ? `?${new URLSearchParams(query)}` : ""}`);
  const script = 'for path in "$@"; do "$KUBECTL" get --raw "$path" >/dev/null || exit; done';
  return {
    name: "kubectl get --raw",
    command: "sh",
    args: ["-c", script, "sh", ...paths],
    cwd: folder,
    env: { ...process.env, KUBECTL: kubectl, KUBECONFIG: kubeconfig },
  };
}

function audit(cluster: RunningCluster, fleet: string): TimedCommand {
  const kubeconfig = writeContexts(cluster, CONTEXT, {});
  const args = [join(ROOT, "cli/fleet.ts"), "audit", "--fleet", fleet, "--json"];
  return {
    name: "fleet audit",
    command: process.execPath,
    args: [...args, "--kubeconfig", kubeconfig, "--today", "2026-05-06"],
    cwd: cluster.folder,
  };
}

async function create(cluster: RunningCluster, fleet: Fleet): Promise<void> {
  await installKinds(cluster);
  await forEachAtOnce(fleet.nodes, ({ name, labels, taints, allocatable: a }) =>
    createNode(cluster, {
      name,
      labels,
      taints,
      allocatable: {
        cpu: cpuQuantity(a.cpu ?? 0),
        memory: bytesQuantity(a.memory ?? 0),
        "ephemeral-storage": bytesQuantity(a.ephemeralStorage ?? 0),
        pods: String(a.pods ?? 0),
      },
    }),
  );
  const post = (path: string, body: object) => expectOk(callApi(cluster, "POST", path, body));
  const space = (name: string) => `arc-${name}`;
  const arc = (name: string, plural: string) =>
    `/apis/actions.github.com/v1alpha1/namespaces/${space(name)}/${plural}`;
  await forEachAtOnce(fleet.scaleSets, async (set) => {
    await post("/api/v1/namespaces", { metadata: { name: space(set.name) } });
    const hard = { pods: "1000" };
    await post(`/api/v1/namespaces/${space(set.name)}/resourcequotas`, {
      metadata: { name: "envelope" },
      spec: { hard },
    });
    await post(arc(set.name, "autoscalingrunnersets"), runnerSet(set));
  });
  const pods = Array.from({ length: NODES * PODS_PER_NODE }, (_, i) => i);
  await forEachAtOnce(pods, async (i) => {
    const nodeName = fleet.nodes[i % NODES]?.name ?? "";
    const set = i < RUNNERS ? fleet.scaleSets[i % SETS] : undefined;
    if (!set) {
      await post("/api/v1/namespaces/default/pods", {
        metadata: { name: `pod-${i}` },
        spec: { ...ordinaryPod(i), nodeName },
      });
      return;
    }
    const metadata = { name: `${set.name}-runner-${i}`, labels: runnerLabels(set.name) };
    const spec = runnerPod(set, "workflow");
    const kind = { apiVersion: "actions.github.com/v1alpha1", kind: "EphemeralRunner" };
    await post(arc(set.name, "ephemeralrunners"), {
      ...kind,
      metadata,
      spec: { spec },
      status: { phase: "Running" },
    });
    await post(`/api/v1/namespaces/${space(set.name)}/pods`, { metadata, spec: { ...spec, nodeName } });
  });
}

function runnerSet(set: Fleet["scaleSets"][number]): object {
  const references = {
    githubSecret: "github",
    controller: { namespace: "arc-systems", name: "arc" },
    workflowConfigMap: "workflow",
  };
  const { scaleSetLabels, githubConfigSecret, template, ...values } = arcValues(set, references);
  return {
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: { name: set.name },
    spec: { ...values, githubConfigSecret, runnerScaleSetLabels: scaleSetLabels, template },
  };
}

/** As large as pods of ordinary workloads are. */
function ordinaryPod(i: number): object {
  const resources = { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } };
  const env = Array.from({ length: 12 }, (_, k) => ({
    name: `SETTING_${k}`,
    value: `value ${k} of pod ${i}`,
  }));
  const probe = { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 10 };
  return {
    containers: ["app", "proxy"].map((name) => ({
      name,
      image: `example/${name}:1.2.3`,
      env,
      resources,
      readinessProbe: probe,
    })),
  };
}
