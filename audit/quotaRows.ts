import { podFigures } from "../capacity/runners/envelope.ts";
import { podLimits, podRequests } from "../capacity/runners/podRequest.ts";
import type { QuotaFacts } from "../facts/clusterFacts.ts";
import { isCpu } from "../facts/liveNode.ts";
import type { PodEnvelope } from "../facts/podEnvelope.ts";
import type { Figure, Figures } from "../facts/resourceFigures.ts";
import { formatBytes, formatCpu } from "../model/format.ts";
import type { LiveSet } from "./liveFleet.ts";
import { type AuditRow, type AuditSubject, auditRow } from "./row.ts";

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

interface Pod {
  readonly requests: Figures;
  readonly limits: Figures;
}

/** The pods of one runner as a quota counts them: its own, and its workflow pod where the fleet tells its figures. */
function podsOf({ set, facts, unproven }: LiveSet): readonly Pod[] {
  if (unproven.length > 0) return [facts.envelope];
  return podFigures(set).map((pod) => ({ requests: podRequests(pod), limits: podLimits(pod) }));
}

/** What pods take of a quota's resource; undefined if that is no figure of a pod. */
function taken(resource: string, pods: readonly Pod[]): number | undefined {
  if (PODS.has(resource)) return pods.length;
  const counted = COUNTED[resource];
  return counted && pods.reduce((sum, pod) => sum + (pod[counted.kind][counted.figure] ?? 0), 0);
}

function format(resource: string, amount: number): string {
  if (PODS.has(resource)) return `${amount} pods`;
  return isCpu(resource) ? `${formatCpu(amount)} CPU` : formatBytes(amount);
}

/** Quotas of the scale sets' namespaces, each against all its runners at maximum. */
export function quotaRows(
  context: string,
  sets: readonly LiveSet[],
  quotas: readonly QuotaFacts[],
): AuditRow[] {
  const own = Map.groupBy(
    sets.filter((s) => s.context === context),
    (s) => s.facts.object.namespace,
  );
  const told = quotas.flatMap((quota) => {
    const { namespace, name } = quota.object;
    const tenants = own.get(namespace);
    if (!tenants) return [];
    const subject = { name: `quota ${context}/${namespace}/${name}`, path: "" };
    if (quota.scoped)
      return [
        auditRow("quota", subject, "warn", {
          declared: "holds all runners at maximum",
          live: "counts only some pods, by scopes",
          says: "counts only some pods, by scopes, and is not compared: it may refuse runners",
          remedy: "See `kubectl describe quota`, or keep such quotas out of the runners' namespace.",
        }),
      ];
    return [...quota.hard].sort().flatMap(([resource, hard]) => {
      if (!PODS.has(resource) && !COUNTED[resource]) return [];
      return [quotaRow(subject, tenants, resource, hard, quota.used.get(resource) ?? 0)];
    });
  });
  const guarded = new Set(quotas.filter((q) => !q.scoped).map((q) => q.object.namespace));
  const unguarded = [...own].filter(([namespace]) => !guarded.has(namespace));
  return [...told, ...unguarded.flatMap(([namespace, tenants]) => missingRow(context, namespace, tenants))];
}

/** The program puts one on the namespace of each scale set that is declared. */
function missingRow(context: string, namespace: string, tenants: readonly LiveSet[]): AuditRow[] {
  if (tenants.every((s) => s.declared === undefined)) return [];
  return [
    auditRow("quota", { name: `namespace ${context}/${namespace}`, path: "" }, "warn", {
      declared: "a quota of the envelope at maximum",
      live: "none",
      says: "has no quota, so the cluster itself does not hold its runners to their envelope",
      remedy: "`pulumi up --refresh` puts it there; without the flag it does not see that it is gone.",
    }),
  ];
}

function quotaRow(
  subject: AuditSubject,
  tenants: readonly LiveSet[],
  resource: string,
  hard: number,
  used: number,
): AuditRow {
  const isBounded = tenants.every((s) => s.facts.maxRunners !== undefined);
  const need = tenants.reduce((sum, s) => sum + s.set.maxRunners * (taken(resource, podsOf(s)) ?? 0), 0);
  const unstated = resource === "limits.cpu" ? tenants.filter(lacksCpuLimit).map((s) => s.set.name) : [];
  if (isBounded && hard >= need && unstated.length > 0)
    return auditRow("quota", subject, "warn", {
      declared: "limits.cpu of every container",
      live: `no limits.cpu of the runners of ${unstated.join(", ")}`,
      says: `counts limits.cpu, which the runners of ${unstated.join(", ")} do not state: it refuses them unless a LimitRange states it`,
      remedy: "State a cpu limit for every container, or see that a LimitRange of the namespace does.",
    });
  const wanted = isBounded ? format(resource, need) : "unlimited runners";
  // A larger one is nobody's declaration where the program keeps them all.
  if (isBounded && hard > need && tenants.every((s) => s.declared !== undefined))
    return auditRow("quota", subject, "warn", {
      declared: `${resource} for ${wanted} at maximum`,
      live: `${format(resource, hard)}, ${format(resource, used)} used`,
      says: `holds ${resource} ${format(resource, hard)}, more than the ${wanted} of all runners at maximum`,
      remedy: "`pulumi up --refresh` lowers it; the cluster admits more than is declared meanwhile.",
    });
  return auditRow("quota", subject, isBounded && hard >= need ? "ok" : "differs", {
    declared: isBounded ? `${resource} for ${wanted} at maximum` : `${resource} for ${wanted}`,
    live: `${format(resource, hard)}, ${format(resource, used)} used`,
    says: `holds ${resource} ${format(resource, hard)}, and all runners at maximum need ${isBounded ? wanted : "more: a scale set states no maxRunners"}`,
    remedy: "Raise the quota, or lower maxRunners: runners above it are not created.",
  });
}

/** A quota of CPU limits refuses a pod of which some container states none. */
function lacksCpuLimit(set: LiveSet): boolean {
  return set.set.maxRunners > 0 && podsOf(set).some((pod) => pod.limits.cpu === undefined);
}

/** Why a quota admits no further runner of the scale set; undefined if it does. */
export function quotaFull(set: LiveSet, quotas: readonly QuotaFacts[]): string | undefined {
  for (const { object, hard, used, scoped } of quotas) {
    if (object.namespace !== set.facts.object.namespace || scoped) continue;
    for (const [resource, most] of hard) {
      const need = taken(resource, podsOf(set).slice(0, 1));
      const has = used.get(resource) ?? 0;
      if (need === undefined || need === 0 || has + need <= most) continue;
      return `quota ${object.name} is used up: ${resource} ${format(resource, has)} of ${format(resource, most)}`;
    }
  }
  return undefined;
}
