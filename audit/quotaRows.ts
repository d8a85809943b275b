import type { QuotaFacts } from "../facts/clusterFacts.ts";
import { isCpu } from "../facts/liveNode.ts";
import type { PodEnvelope } from "../facts/podEnvelope.ts";
import type { Figure } from "../facts/resourceFigures.ts";
import { formatBytes, formatCpu } from "../model/format.ts";
import type { LiveSet } from "./liveFleet.ts";
import { type AuditRow, auditRow } from "./row.ts";

/** A quota's resource, and which figure of a pod it counts. */
const COUNTED: Readonly<
  Record<string, { readonly kind: keyof Omit<PodEnvelope, "missing">; readonly figure: Figure }>
> = {
  cpu: { kind: "requests", figure: "cpu" },
  memory: { kind: "requests", figure: "memory" },
  "ephemeral-storage": { kind: "requests", figure: "ephemeralStorage" },
  "requests.cpu": { kind: "requests", figure: "cpu" },
  "requests.memory": { kind: "requests", figure: "memory" },
  "requests.ephemeral-storage": { kind: "requests", figure: "ephemeralStorage" },
  "limits.cpu": { kind: "limits", figure: "cpu" },
  "limits.memory": { kind: "limits", figure: "memory" },
  "limits.ephemeral-storage": { kind: "limits", figure: "ephemeralStorage" },
};
const PODS = new Set(["pods", "count/pods"]);

/** What one runner pod takes of a quota's resource; undefined if that is no figure of a pod. */
function perRunner(resource: string, set: LiveSet): number | undefined {
  if (PODS.has(resource)) return 1;
  const counted = COUNTED[resource];
  return counted && (set.facts.envelope[counted.kind][counted.figure] ?? 0);
}

function format(resource: string, amount: number): string {
  if (PODS.has(resource)) return `${amount} pods`;
  return isCpu(resource) ? `${formatCpu(amount)} CPU` : formatBytes(amount);
}

/** Quotas of the scale sets' namespaces, each against all its runners at maximum. Workflow pods are not counted. */
export function quotaRows(
  context: string,
  sets: readonly LiveSet[],
  quotas: readonly QuotaFacts[],
): AuditRow[] {
  const own = Map.groupBy(
    sets.filter((s) => s.context === context),
    (s) => s.facts.object.namespace,
  );
  return quotas.flatMap((quota) => {
    const { namespace, name } = quota.object;
    const tenants = own.get(namespace);
    if (!tenants || quota.scoped) return [];
    const subject = { name: `quota ${context}/${namespace}/${name}`, path: "" };
    return [...quota.hard].sort().flatMap(([resource, hard]) => {
      if (!PODS.has(resource) && !COUNTED[resource]) return [];
      const need = tenants.reduce((sum, s) => sum + s.set.maxRunners * (perRunner(resource, s) ?? 0), 0);
      const used = quota.used.get(resource) ?? 0;
      return [
        auditRow("quota", subject, hard < need ? "differs" : "ok", {
          declared: `${resource} for ${format(resource, need)} at maximum`,
          live: `${format(resource, hard)}, ${format(resource, used)} used`,
          says: `holds ${resource} ${format(resource, hard)}, and all runners at maximum need ${format(resource, need)}`,
          remedy: "Raise the quota, or lower maxRunners: runners above it are not created.",
        }),
      ];
    });
  });
}

/** Why a quota admits no further runner of the scale set; undefined if it does. */
export function quotaFull(set: LiveSet, quotas: readonly QuotaFacts[]): string | undefined {
  for (const { object, hard, used, scoped } of quotas) {
    if (object.namespace !== set.facts.object.namespace || scoped) continue;
    for (const [resource, most] of hard) {
      const need = perRunner(resource, set);
      const taken = used.get(resource) ?? 0;
      if (need === undefined || need === 0 || taken + need <= most) continue;
      return `quota ${object.name} is used up: ${resource} ${format(resource, taken)} of ${format(resource, most)}`;
    }
  }
  return undefined;
}
