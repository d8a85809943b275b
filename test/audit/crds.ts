/** ARC's kinds as a test cluster gets them: names as the chart's CRDs have them, fields left open. */
import { setTimeout as sleep } from "node:timers/promises";
import { callApi } from "../../tools/kube/api.ts";
import { isHealthy, type RunningCluster } from "../../tools/kube/cluster.ts";

const GROUP = "actions.github.com";
const KINDS = { autoscalingrunnersets: "AutoscalingRunnerSet", ephemeralrunners: "EphemeralRunner" } as const;

const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true } as const;

/** Makes the kinds and waits until they are served. */
export async function installKinds(cluster: RunningCluster): Promise<void> {
  for (const [plural, kind] of Object.entries(KINDS)) {
    const { code, body } = await callApi(
      cluster,
      "POST",
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      {
        metadata: { name: `${plural}.${GROUP}` },
        spec: {
          group: GROUP,
          scope: "Namespaced",
          names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
          versions: [
            {
              name: "v1alpha1",
              served: true,
              storage: true,
              subresources: { status: {} },
              schema: { openAPIV3Schema: { type: "object", properties: { spec: open, status: open } } },
            },
          ],
        },
      },
    );
    if (code !== 201) throw new Error(`${plural}: ${code} ${body.message}`);
    const url = `${cluster.server}/apis/${GROUP}/v1alpha1/${plural}`;
    while (!(await isHealthy(url, cluster.token))) await sleep(100);
  }
}
