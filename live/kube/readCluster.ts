/** All that is asked of one cluster: six lists, at once, each page by page, whatever the number of objects. */
import { type Asked, isUnknown, type Unknown, unknown } from "../../facts/asked.ts";
import type { ClusterFacts } from "../../facts/clusterFacts.ts";
import type { Json } from "../../facts/kubeText.ts";
import { nodeFacts, quotaFacts } from "../../facts/liveNode.ts";
import { podFacts, RUNNER_LABEL } from "../../facts/livePod.ts";
import { runnerFacts } from "../../facts/liveRunner.ts";
import { scaleSetFacts } from "../../facts/liveScaleSet.ts";
import { ApiReader, type ListQuery } from "./apiReader.ts";
import { ClusterUnreachable, ListRefused } from "./failures.ts";
import { type Contexts, chooseContext } from "./kubeconfig.ts";

const ARC = "actions.github.com";

/** What is read. The role in docs/audit.md grants `list` of these and nothing else; a test holds the two together. */
export const LISTS = {
  scaleSets: {
    path: `/apis/${ARC}/v1alpha1/autoscalingrunnersets`,
    resource: `autoscalingrunnersets.${ARC}`,
  },
  runners: { path: `/apis/${ARC}/v1alpha1/ephemeralrunners`, resource: `ephemeralrunners.${ARC}` },
  nodes: { path: "/api/v1/nodes", resource: "nodes" },
  quotas: { path: "/api/v1/resourcequotas", resource: "resourcequotas" },
  pods: {
    path: "/api/v1/pods",
    resource: "pods",
    query: { fieldSelector: "status.phase!=Succeeded,status.phase!=Failed" },
  },
  failedRunnerPods: {
    path: "/api/v1/pods",
    resource: "pods",
    query: { fieldSelector: "status.phase=Failed", labelSelector: `${RUNNER_LABEL}=True` },
  },
} as const satisfies Readonly<Record<string, ListQuery>>;

export interface ClusterSettings {
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
}

/** Reads a cluster. Nothing is changed in it. One that cannot be asked is unknown; this never throws for one. */
export function readCluster(
  contexts: Contexts | Unknown,
  context: string,
  settings: ClusterSettings,
): Promise<Asked<ClusterFacts>> {
  return reading(contexts, context, settings, async (list) => {
    const [scaleSets, runners, nodes, quotas, pods, failed] = await Promise.all([
      list(LISTS.scaleSets, scaleSetFacts),
      list(LISTS.runners, runnerFacts),
      list(LISTS.nodes, nodeFacts),
      list(LISTS.quotas, quotaFacts),
      list(LISTS.pods, podFacts),
      list(LISTS.failedRunnerPods, podFacts),
    ]);
    return {
      scaleSets,
      runners,
      nodes,
      quotas,
      pods: isUnknown(pods) ? pods : isUnknown(failed) ? failed : [...pods, ...failed],
    };
  });
}

/** What a node budget needs: nodes and pods alone. */
export function readNodes(
  contexts: Contexts | Unknown,
  context: string,
  settings: ClusterSettings,
): Promise<Asked<Pick<ClusterFacts, "nodes" | "pods">>> {
  return reading(contexts, context, settings, async (list) => {
    const [nodes, pods] = await Promise.all([list(LISTS.nodes, nodeFacts), list(LISTS.pods, podFacts)]);
    return { nodes, pods };
  });
}

type List = <T>(query: ListQuery, keep: (item: Json) => T) => Promise<Asked<T[]>>;

async function reading<T>(
  contexts: Contexts | Unknown,
  context: string,
  { timeoutMs }: ClusterSettings,
  read: (list: List) => Promise<T>,
): Promise<Asked<T>> {
  const config = chooseContext(contexts, context);
  if (isUnknown(config)) return config;
  let reader: ApiReader | undefined;
  try {
    const opened = new ApiReader(config, timeoutMs);
    reader = opened;
    return await read(async (query, keep) => {
      try {
        return await opened.list(query, keep);
      } catch (error) {
        if (error instanceof ListRefused) return unknown(error.message, error.remedy);
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof ClusterUnreachable) return unknown(error.message, error.remedy);
    if (error instanceof TypeError && (error as NodeJS.ErrnoException).code === "ERR_INVALID_URL")
      return unknown("its API server's address is no URL", "Correct the kubeconfig.");
    throw error;
  } finally {
    reader?.close();
  }
}
