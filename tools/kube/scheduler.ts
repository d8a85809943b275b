/** The real scheduler, against a cluster of `cluster.ts`: it says where pods go, whoever claims otherwise. */
import { writeFileSync } from "node:fs";
import { get as httpsGet } from "node:https";
import { join } from "node:path";
import { freePort } from "../setup/freePorts.ts";
import { findBinary } from "./binaries.ts";
import { isHealthy, type RunningCluster } from "./cluster.ts";
import { ServerProcess } from "./process.ts";

export interface RunningScheduler {
  /** What it tells Prometheus of itself. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the default scheduler with its default profile. Stop it before the cluster. */
export async function startScheduler(cluster: RunningCluster): Promise<RunningScheduler> {
  const binary = await findBinary("kube-scheduler");
  const configuration = join(cluster.folder, "scheduler.json");
  const content = {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    // As much as the API server takes: the default of 50 requests a second would be what is measured.
    clientConnection: { kubeconfig: cluster.kubeconfig, qps: 5000, burst: 10_000 },
    leaderElection: { leaderElect: false },
    podInitialBackoffSeconds: 1,
    podMaxBackoffSeconds: 1,
  };
  writeFileSync(configuration, JSON.stringify(content), { mode: 0o600 });
  const port = await freePort();
  const flags = [
    `--config=${configuration}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(cluster.folder, "scheduler")}`,
    // Health and metrics are for whoever started it, on loopback.
    "--authorization-always-allow-paths=/healthz,/metrics",
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
  return {
    metrics: () => getText(`https://127.0.0.1:${port}/metrics`),
    stop: () => scheduler.stop(),
  };
}

function getText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    httpsGet(url, { rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    }).on("error", reject);
  });
}
