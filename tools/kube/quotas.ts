/** What a controller does with a new quota: until then the API server counts nothing against it. */
import { callApi } from "./api.ts";
import type { RunningCluster } from "./cluster.ts";

/** Puts a quota of an empty namespace into force, as the resource quota controller does. */
export async function putQuotaIntoForce(
  cluster: RunningCluster,
  namespace: string,
  name: string,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/resourcequotas/${name}`;
  const { body } = await callApi(cluster, "GET", path);
  const used = Object.fromEntries(Object.keys(body.spec.hard).map((resource) => [resource, "0"]));
  const status = { hard: body.spec.hard, used };
  const { code } = await callApi(cluster, "PUT", `${path}/status`, { ...body, status });
  if (code >= 300) throw new Error(`the API server answered ${code} to the status of quota ${name}`);
}
