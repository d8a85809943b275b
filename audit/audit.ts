import type { LabelCapacity, Placement } from "../capacity/capacity.ts";
import { labelCapacities } from "../capacity/runners/labels.ts";
import { judgeRunners } from "../capacity/runners/runners.ts";
import { surveyRunners } from "../capacity/runners/survey.ts";
import { type Asked, isUnknown, type Unknown } from "../facts/asked.ts";
import type { ClusterFacts } from "../facts/clusterFacts.ts";
import type { Figures } from "../facts/resourceFigures.ts";
import { type Finding, sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { nearest } from "../model/properties.ts";
import { formatTaint, type Toleration, tolerates } from "../model/taint.ts";
import { type Offered, type OfferedGroup, offers, runnerGroupsOf } from "./groupSeats.ts";
import { type LiveCluster, type LiveFleet, type LiveSet, listedLabels, liveFleet } from "./liveFleet.ts";
import { type LostSlots, lostSlots, type RunnerCounts, type SlotAnswer } from "./lostSlots.ts";
import { nodeRows } from "./nodeRows.ts";
import { quotaRows } from "./quotaRows.ts";
import { type AuditRow, auditFinding, auditRow } from "./row.ts";
import { declaredScope, missingSets, setRows, setSubject } from "./setRows.ts";

/** What a cluster said, or why it could not be asked. */
export interface ClusterAnswer {
  readonly context: string;
  readonly facts: Asked<ClusterFacts>;
}

export interface AuditQuestion {
  /** The day that findings of age count from. */
  readonly today: string;
  readonly nowMs: number;
  /** Minutes that a runner may be pending before its slot counts as lost. */
  readonly pendingMinutes: number;
  /** Slots of one scale set that may be lost without a difference. */
  readonly toleratedSlots: number;
  /** Only scale sets with one of these labels are told; all are seated. Empty: all are told. */
  readonly includeLabels: readonly string[];
}

export interface AuditedSet {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
  readonly declared: boolean;
  readonly scope: string;
  readonly runnerGroup: string;
  readonly labels: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Nodes that its tolerations open to it. */
  readonly opens: readonly string[];
  readonly minRunners: number;
  /** null: none is stated. */
  readonly maxRunners: number | null;
  readonly requests: Figures;
  readonly limits: Figures;
  /** Why its runners cannot be proven to fit; empty if they can. */
  readonly unproven: readonly string[];
  /** null: its runners could not be read. */
  readonly runners: RunnerCounts | null;
}

export interface AuditedLabel extends LabelCapacity {
  /** Where its scale sets register. A job is offered to those of its own scope alone: more than one is no pool. */
  readonly scopes: readonly string[];
  readonly contexts: readonly string[];
  readonly runnerGroups: readonly string[];
}

export interface AuditedNode {
  readonly context: string;
  readonly name: string;
  readonly declared: boolean;
  readonly kvm: boolean;
  readonly taints: readonly string[];
  readonly states: readonly string[];
  readonly allocatable: Figures & { readonly pods?: number };
  /** Requests of the pods that run there beside the runners of the scale sets. */
  readonly running: {
    readonly cpu: number;
    readonly memory: number;
    readonly ephemeralStorage: number;
    readonly pods: number;
  };
}

export interface AuditedCluster {
  readonly context: string;
  readonly reached: boolean;
  /** What could not be read, and why. */
  readonly unknown: readonly { readonly what: string; readonly why: string; readonly remedy: string }[];
}

export interface AuditedPlacement extends Omit<Placement, "verdict"> {
  /** `unknown`: of no cluster all was known that it takes. */
  readonly verdict: Placement["verdict"] | "unknown";
  /** The clusters that it is about. */
  readonly contexts: readonly string[];
  /** Pods beside the runners that wait for a node, which will take what is free. */
  readonly waiting: readonly { readonly context: string; readonly pods: number }[];
}

/**
 * `in-order`: nothing differs and all fits; warnings may be there. `differs`: something differs, is lost or does not
 * fit. `unknown`: something could not be asked, whether or not something else differs.
 */
export type AuditVerdict = "in-order" | "differs" | "unknown";

export interface Audit {
  readonly verdict: AuditVerdict;
  readonly clusters: readonly AuditedCluster[];
  /** Clusters with declared scale sets that were not asked for: nothing of them is counted. */
  readonly notAsked: readonly string[];
  readonly scaleSets: readonly AuditedSet[];
  readonly labels: readonly AuditedLabel[];
  readonly nodes: readonly AuditedNode[];
  readonly groups: readonly OfferedGroup[];
  /** Scopes with too many combinations of labels to tell them all. */
  readonly cutScopes: readonly string[];
  readonly lost: readonly LostSlots[];
  readonly placement: AuditedPlacement;
  readonly rows: readonly AuditRow[];
  readonly findings: readonly Finding[];
}

const LIST_NAMES = {
  scaleSets: "scale sets",
  runners: "runners",
  nodes: "nodes",
  quotas: "quotas",
  pods: "pods",
} as const satisfies Record<keyof ClusterFacts, string>;

/** Compares clusters with the fleet, and asks the capacity engine whether what is live fits. Pure. */
export function auditFleet(fleet: Fleet, answers: readonly ClusterAnswer[], question: AuditQuestion): Audit {
  const reached = answers.flatMap(({ context, facts }): LiveCluster[] =>
    isUnknown(facts) ? [] : [{ context, facts }],
  );
  const live = liveFleet(fleet, reached, question.today);
  const judgement = judgeRunners(live.fleet, { today: question.today });
  const chosen = choose(question.includeLabels);
  const notAsked = clustersNotAsked(fleet, answers);
  const sets = live.sets.filter((s) => chosen(listedLabels(s.facts)));
  const slots = new Map(
    reached.flatMap(({ context, facts }): [LiveSet, SlotAnswer][] => [
      ...lostSlots(
        facts,
        sets.filter((s) => s.context === context),
        question,
      ),
    ]),
  );
  const lost = sets.flatMap((s) => slots.get(s)?.lost ?? []);
  const rows = [
    ...answers.flatMap(clusterRows),
    ...strangeLabels(question.includeLabels, fleet, live),
    ...reached.flatMap(({ context, facts }) => [
      ...(isUnknown(facts.scaleSets)
        ? []
        : missingSets(fleet, context, live.sets).filter((r) => chosen(labelsAt(fleet, r.path)))),
      ...sets.filter((s) => s.context === context).flatMap(setRows),
      ...(isUnknown(facts.quotas) ? [] : quotaRows(context, live.sets, facts.quotas)),
      ...(isUnknown(facts.nodes) || isUnknown(facts.pods)
        ? []
        : nodeRows(fleet, context, live.nodes, live.sets)),
    ]),
    ...lostRows(sets, slots, question),
  ];
  const placement = placementOf(live, judgement.placement);
  const offered = candidates(fleet, answers, live, notAsked);
  const { groups, cut } = offers(
    offered.filter((c) => chosen(listedLabels(c))),
    {
      fleet: live.fleet,
      placement: judgement.placement,
      judged: live.judged,
      today: question.today,
    },
  );
  const findings = sortFindings([
    ...rows.flatMap((r) => auditFinding(r) ?? []),
    ...judgement.findings.flatMap(liveFinding),
  ]);
  return {
    verdict: verdictOf(rows, placement, findings),
    clusters: answers.map(auditedCluster),
    notAsked,
    scaleSets: sets.map((s) => auditedSet(s, live, slots.get(s)?.counts ?? null)),
    labels: labelsOf(live, judgement.labels, question)
      .filter((l) => chosen([l.label]))
      .map((l) => ({ ...l, ...reachOf(l.label, live) })),
    nodes: live.nodes.map((n) => auditedNode(n, fleet)),
    groups: groups.filter((g) => !g.contexts.every((context) => notAsked.includes(context))),
    cutScopes: cut,
    lost,
    placement,
    rows,
    findings,
  };
}

/** Whether labels hold one that is asked for, as GitHub compares them. */
function choose(asked: readonly string[]): (labels: readonly string[]) => boolean {
  const wanted = new Set(asked.map((label) => label.toLowerCase()));
  return (labels) => wanted.size === 0 || labels.some((label) => wanted.has(label.toLowerCase()));
}

/** A label that nothing has would make a clean audit of nothing. */
function strangeLabels(asked: readonly string[], fleet: Fleet, live: LiveFleet): AuditRow[] {
  const known = [
    ...new Set([
      ...live.sets.flatMap((s) => listedLabels(s.facts)),
      ...fleet.scaleSets.flatMap((s) => s.labels),
    ]),
  ];
  return asked
    .filter((label) => !known.some((k) => k.toLowerCase() === label.toLowerCase()))
    .map((label) => {
      const meant = nearest(label, known);
      return auditRow("label", { name: `label ${label}`, path: "" }, "differs", {
        declared: "on some scale set",
        live: "on none",
        says: `is on no scale set, live or declared${meant ? `; did you mean ${meant}?` : "."}`,
        remedy: "Name a label that scale sets have, or leave --include-label out.",
      });
    });
}

function clustersNotAsked(fleet: Fleet, answers: readonly ClusterAnswer[]): string[] {
  const asked = new Set(answers.map((a) => a.context));
  return [...new Set(fleet.scaleSets.map((s) => s.cluster))].filter((cluster) => !asked.has(cluster));
}

/** Maxima and envelopes need no node: those of clusters whose nodes are not known count as well. */
function labelsOf(
  { fleet, sets, judged }: LiveFleet,
  labels: readonly LabelCapacity[],
  { today }: AuditQuestion,
): readonly LabelCapacity[] {
  if (sets.every((s) => judged.includes(s.context))) return labels;
  return labelCapacities(surveyRunners({ ...fleet, scaleSets: sets.map((s) => s.set) }, { today }));
}

function labelsAt(fleet: Fleet, path: string): readonly string[] {
  const index = Number(/^scaleSets\[(\d+)\]/.exec(path)?.[1] ?? -1);
  return fleet.scaleSets[index]?.labels ?? [];
}

function auditedCluster({ context, facts }: ClusterAnswer): AuditedCluster {
  const tell = (what: string, why: Unknown) => ({ what, why: why.unknown, remedy: why.remedy });
  if (isUnknown(facts)) return { context, reached: false, unknown: [tell("cluster", facts)] };
  return {
    context,
    reached: true,
    unknown: Object.entries(LIST_NAMES).flatMap(([key, what]) => {
      const list = facts[key as keyof ClusterFacts];
      return isUnknown(list) ? [tell(what, list)] : [];
    }),
  };
}

function clusterRows(answer: ClusterAnswer): AuditRow[] {
  const { context, unknown, reached } = auditedCluster(answer);
  const subject = { name: `cluster ${context}`, path: "" };
  if (reached && unknown.length === 0)
    return [auditRow("cluster", subject, "ok", { declared: "reachable", live: "all lists read" })];
  // A missing right or kind is often behind several lists: each is told once.
  const told = new Map(unknown.map((u) => [u.why, u]));
  return [...told.values()].map(({ why, remedy }) =>
    auditRow(reached ? "list" : "cluster", subject, "unknown", {
      declared: "reachable",
      live: why,
      says: `is not known${reached ? " in full" : ""}: ${why}`,
      remedy: remedy || "Mend what is in the way, and audit again.",
    }),
  );
}

function lostRows(
  sets: readonly LiveSet[],
  slots: ReadonlyMap<LiveSet, SlotAnswer>,
  { toleratedSlots }: AuditQuestion,
): AuditRow[] {
  return sets.flatMap((set) => {
    const lost = slots.get(set)?.lost ?? [];
    const all = lost.reduce((sum, l) => sum + l.slots, 0);
    const subject = setSubject(set.context, set.set.name, set.declared?.path ?? "");
    const most = set.facts.maxRunners ?? "unlimited";
    return lost.map(({ phase, slots: n, cause, runners }) =>
      auditRow("lost-slots", subject, all > toleratedSlots ? "differs" : "warn", {
        declared: `slots for ${most}`,
        says: `has lost ${n} of ${most} slots (${phase}): ${cause.replace(/\.$/, "")}`,
        live: `${n} ${phase}: ${cause}${runners.length === 0 ? "" : ` (${runners.join(", ")}${n > runners.length ? ", …" : ""})`}`,
        remedy: REMEDIES[phase],
      }),
    );
  });
}

const REMEDIES: Readonly<Record<LostSlots["phase"], string>> = {
  failed: "Mend the cause and delete the failed EphemeralRunner: ARC counts it until then.",
  outdated: "Update the runner image.",
  pending: "Mend the cause: it holds its slot until it runs or is deleted.",
};

/** The engine speaks of a fleet file; what it says here is of the live cluster, and what has a row of its own is left out. */
function liveFinding(finding: Finding): Finding[] {
  if (finding.rule === "runners/missing-figure") return [];
  const path = "";
  if (finding.rule !== "runners/unknown-node-budget") return [{ ...finding, path }];
  const remedy = "See why its kubelet does not tell it, or keep runners off it.";
  const message = finding.message.replace(/^The record of node/, "What is live of node");
  return [{ ...finding, path, message, remedy }];
}

function placementOf({ judged, waiting }: LiveFleet, placement: Placement): AuditedPlacement {
  return {
    ...placement,
    verdict: judged.length === 0 ? "unknown" : placement.verdict,
    contexts: judged,
    waiting: [...waiting].filter(([, pods]) => pods > 0).map(([context, pods]) => ({ context, pods })),
  };
}

/** Live scale sets, and the declared ones of clusters that did not tell theirs or were not asked. */
function candidates(
  fleet: Fleet,
  answers: readonly ClusterAnswer[],
  live: LiveFleet,
  notAsked: readonly string[],
): Offered[] {
  const dark = new Set([
    ...notAsked,
    ...answers.filter(({ facts }) => isUnknown(facts) || isUnknown(facts.scaleSets)).map((a) => a.context),
  ]);
  return [
    ...live.sets.map(({ context, set, facts }): Offered => {
      const { name, scope, labels, runnerGroup, maxRunners: maximum } = facts;
      return { context, name, shown: set.name, scope, labels, runnerGroup, maximum, known: true };
    }),
    ...fleet.scaleSets
      .filter((set) => dark.has(set.cluster))
      .map((set): Offered => {
        const { cluster: context, name, labels, runnerGroup, maxRunners: maximum } = set;
        const scope = declaredScope(set);
        return { context, name, shown: name, scope, labels, runnerGroup, maximum, known: false };
      }),
  ];
}

function auditedSet(
  { context, facts, set, declared, unproven }: LiveSet,
  live: LiveFleet,
  runners: RunnerCounts | null,
): AuditedSet {
  const { tolerations } = facts;
  const opens = live.nodes.filter(
    (n) =>
      n.context === context &&
      n.facts.taints.some((t) => t.effect !== "PreferNoSchedule" && tolerations.some((o) => tolerates(o, t))),
  );
  return {
    context,
    namespace: facts.object.namespace,
    name: set.name,
    declared: declared !== undefined,
    scope: facts.scope,
    runnerGroup: facts.runnerGroup,
    labels: listedLabels(facts),
    selector: facts.selector,
    tolerations,
    opens: opens.map((n) => n.facts.name).sort(),
    minRunners: facts.minRunners,
    maxRunners: facts.maxRunners ?? null,
    requests: facts.envelope.requests,
    limits: facts.envelope.limits,
    unproven,
    runners,
  };
}

function reachOf(
  label: string,
  { sets }: LiveFleet,
): Pick<AuditedLabel, "scopes" | "contexts" | "runnerGroups"> {
  const own = sets.filter((s) => s.set.maxRunners > 0 && listedLabels(s.facts).includes(label));
  return {
    scopes: [...new Set(own.map((s) => s.facts.scope))].sort(),
    contexts: [...new Set(own.map((s) => s.context))].sort(),
    runnerGroups: runnerGroupsOf(own.map((s) => s.facts)),
  };
}

function auditedNode({ context, facts, node }: LiveFleet["nodes"][number], fleet: Fleet): AuditedNode {
  const { kvm } = fleet.policy;
  const { cpu = 0, memory = 0, ephemeralStorage = 0, pods = 0 } = node.running ?? {};
  return {
    context,
    name: facts.name,
    declared: fleet.nodes.some((n) => n.cluster === context && n.name === facts.name),
    kvm: facts.labels[kvm.key] === kvm.value,
    taints: facts.taints.map(formatTaint),
    states: facts.states,
    allocatable: facts.allocatable,
    running: { cpu, memory, ephemeralStorage, pods },
  };
}

function verdictOf(
  rows: readonly AuditRow[],
  placement: AuditedPlacement,
  findings: readonly Finding[],
): AuditVerdict {
  if (rows.some((r) => r.status === "unknown") || placement.verdict === "unknown") return "unknown";
  return findings.some((f) => f.severity === "refuse") ? "differs" : "in-order";
}
