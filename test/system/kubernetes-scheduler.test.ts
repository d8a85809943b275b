import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runnerEnvelope } from "../../capacity/runners/envelope.ts";
import { defaultResources } from "../../components/quota.ts";
import { runnerPod } from "../../components/runnerPod.ts";
import { podEnvelope } from "../../facts/podEnvelope.ts";
import { newReading } from "../../facts/resourceFigures.ts";
import { callApi, expectOk } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode, placePod } from "../../tools/kube/nodes.ts";
import { type RunningScheduler, startScheduler } from "../../tools/kube/scheduler.ts";
import { aScaleSet } from "../components/fixtures.ts";

const missing = missingTools();
if (missing.length > 0)
  console.warn(`test/system/kubernetes-scheduler.test.ts is skipped: ${missing.join("; ")}`);

function runner(memory: string, tolerations: object[] = []): object {
  return {
    containers: [{ name: "runner", image: "none", resources: { requests: { memory } } }],
    tolerations,
  };
}

describe.skipIf(missing.length > 0)("a real API server and scheduler", () => {
  let cluster: RunningCluster;
  let scheduler: RunningScheduler | undefined;

  beforeAll(async () => {
    cluster = await startCluster();
  }, 20 * 60_000);

  afterAll(async () => {
    await scheduler?.stop();
    await cluster?.stop();
  });

  it("adds no figure of the namespace's defaults to a runner that capacity did not count", async () => {
    const asks = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { memory } });
    const stored = { ...asks("2", "4Gi"), requests: { cpu: "2", memory: "4Gi", ephemeralStorage: "8Gi" } };
    const set = aScaleSet({
      containerMode: "dind",
      containers: [
        { name: "runner", ...stored },
        { name: "dind", ...asks("1", "2Gi") },
      ],
      initContainers: [{ name: "warm", image: "none", ...asks("4", "1Gi") }],
    });
    await expectOk(callApi(cluster, "POST", "/api/v1/namespaces", { metadata: { name: "arc-s" } }));
    const range = { metadata: { name: "envelope" }, spec: { limits: [defaultResources(set)] } };
    await expectOk(callApi(cluster, "POST", "/api/v1/namespaces/arc-s/limitranges", range));
    const pod = { metadata: { name: "runner" }, spec: runnerPod(set, "workflow") };
    const { spec } = await expectOk(
      callApi(cluster, "POST", "/api/v1/namespaces/arc-s/pods?dryRun=All", pod),
    );
    const live = podEnvelope(spec, "spec", newReading());
    const [counted] = runnerEnvelope(set).pods ?? [];
    expect(live.requests).toEqual({
      cpu: counted?.cpu,
      memory: counted?.memory,
      ephemeralStorage: counted?.ephemeralStorage,
    });
    expect(live.limits).toEqual({ memory: counted?.memoryLimit });
  });

  it("fills holes and not totals, and keeps off a taint that is not tolerated", async () => {
    const taints = [{ key: "overflow", effect: "NoSchedule" }];
    await createNode(cluster, { name: "honey", allocatable: { cpu: "8", memory: "20Gi", pods: "110" } });
    await createNode(cluster, {
      name: "sting",
      taints,
      allocatable: { cpu: "8", memory: "8Gi", pods: "110" },
    });
    scheduler = await startScheduler(cluster);
    expect(await placePod(cluster, "first", runner("12Gi"))).toEqual({ node: "honey" });
    expect(await placePod(cluster, "wide", runner("9Gi", [{ operator: "Exists" }]))).toEqual({
      pending: expect.stringContaining("2 Insufficient memory"),
    });
    expect(await placePod(cluster, "second", runner("8Gi"))).toEqual({ node: "honey" });
    expect(await placePod(cluster, "third", runner("1Gi"))).toEqual({
      pending: expect.stringContaining("untolerated taint"),
    });
    expect(await placePod(cluster, "fourth", runner("8Gi", [{ operator: "Exists" }]))).toEqual({
      node: "sting",
    });
  });
});
