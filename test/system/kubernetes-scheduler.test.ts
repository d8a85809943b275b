import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode, placePod } from "../../tools/kube/nodes.ts";
import { type RunningScheduler, startScheduler } from "../../tools/kube/scheduler.ts";

const missing = missingTools();
if (missing.length > 0)
  console.warn(`test/system/kubernetes-scheduler.test.ts is skipped: ${missing.join("; ")}`);

function runner(memory: string, tolerations: object[] = []): object {
  return {
    containers: [{ name: "runner", image: "none", resources: { requests: { memory } } }],
    tolerations,
  };
}

describe.skipIf(missing.length > 0)("the real scheduler", () => {
  let cluster: RunningCluster;
  let scheduler: RunningScheduler | undefined;

  beforeAll(async () => {
    cluster = await startCluster();
  }, 20 * 60_000);

  afterAll(async () => {
    await scheduler?.stop();
    await cluster?.stop();
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
