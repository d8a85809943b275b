/** The real scheduler, against a cluster of `cluster.ts`: it says where pods go, whoever claims otherwise. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findBinary } from "./binaries.ts";
import { freePorts, isHealthy, type RunningCluster } from "./cluster.ts";
import { ServerProcess } from "./process.ts";

export interface RunningScheduler {
  stop(): Promise<void>;
}

/** Starts the default scheduler with its default profile. Stop it before the cluster. */
export async function startScheduler(cluster: RunningCluster): Promise<RunningScheduler> {
  const binary = await findBinary("kube-scheduler");
  const configuration = join(cluster.folder, "scheduler.json");
  const content = {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    clientConnection: { kubeconfig: cluster.kubeconfig },
    leaderElection: { leaderElect: false },
  };
  writeFileSync(configuration, JSON.stringify(content), { mode: 0o600 });
  const [port] = await freePorts(1);
  const flags = [
    `--config=${configuration}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(cluster.folder, "scheduler")}`,
  ];
  const scheduler = new ServerProcess(
    "kube-scheduler",
    binary,
    flags,
    join(cluster.folder, "kube-scheduler.log"),
  );
  try {
    await scheduler.waitUntil(() => isHealthy(`https://127.0.0.1:${port}/healthz`));
  } catch (error) {
    await scheduler.stop();
    throw error;
  }
  return { stop: () => scheduler.stop() };
}
