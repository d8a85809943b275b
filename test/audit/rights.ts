/** Users of a test cluster that have only so many rights, each by a token of its own. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { callApi } from "../../tools/kube/api.ts";
import type { RunningCluster } from "../../tools/kube/cluster.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";

async function make(cluster: RunningCluster, path: string, body: object) {
  const answer = await callApi(cluster, "POST", path, body);
  if (answer.code !== 201) throw new Error(`POST ${path}: ${answer.code} ${answer.body.message}`);
  return answer.body;
}

/** A service account with a ClusterRole of these rules (none: it may do nothing), and its token. */
export async function tokenOf(
  cluster: RunningCluster,
  name: string,
  rules: readonly object[],
): Promise<string> {
  const accounts = "/api/v1/namespaces/default/serviceaccounts";
  await make(cluster, accounts, { metadata: { name } });
  await make(cluster, `${RBAC}/clusterroles`, { metadata: { name }, rules });
  await make(cluster, `${RBAC}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
  });
  const { status } = await make(cluster, `${accounts}/${name}/token`, { spec: { expirationSeconds: 3600 } });
  return status.token;
}

/** A kubeconfig with one context for each token, by its name, and one for the cluster's own user. */
export function writeContexts(
  cluster: RunningCluster,
  own: string,
  tokens: Readonly<Record<string, string>>,
  server = cluster.server,
): string {
  const config = JSON.parse(readFileSync(cluster.kubeconfig, "utf8"));
  const entry = { ...config.clusters[0].cluster, server };
  const users = { [own]: cluster.token, ...tokens };
  const file = join(cluster.folder, `contexts-${Object.keys(users).join("-")}.json`);
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: entry }],
    users: Object.entries(users).map(([name, token]) => ({ name, user: { token } })),
    contexts: Object.keys(users).map((name) => ({ name, context: { cluster: "test", user: name } })),
  };
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
  return file;
}
