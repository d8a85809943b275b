/** The end of a namespace, which needs a controller: without one it stays "Terminating" for ever. */
import { setTimeout as sleep } from "node:timers/promises";
import { callApi } from "./api.ts";
import type { RunningCluster } from "./cluster.ts";

const PAUSE = 100;

/**
 * Lets every terminating namespace go, as the namespace controller does when a namespace is empty; it does not
 * empty one. Runs until `stop` is called.
 */
export function finalizeNamespaces(cluster: RunningCluster): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const { body } = await callApi(cluster, "GET", "/api/v1/namespaces");
      for (const namespace of body.items) {
        if (namespace.metadata.deletionTimestamp === undefined) continue;
        const final = { ...namespace, apiVersion: "v1", kind: "Namespace", spec: { finalizers: [] } };
        await callApi(cluster, "PUT", `/api/v1/namespaces/${namespace.metadata.name}/finalize`, final);
      }
      await sleep(PAUSE, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
