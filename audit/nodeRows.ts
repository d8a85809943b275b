import { isStateTaint } from "../facts/liveNode.ts";
import { admitsLabels, type NodeAffinity } from "../model/affinity.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatBytes, formatCpu } from "../model/format.ts";
import type { Node } from "../model/node.ts";
import { formatTaint, selects, type Taint, untolerated } from "../model/taint.ts";
import type { LiveNode, LiveSet } from "./liveFleet.ts";
import { type AuditRow, type AuditSubject, auditRow } from "./row.ts";

const RECORD = "Record the node anew with `fleet record nodes`, or look why it changed.";
/** Budgets are recorded in hundredths of a GiB: a smaller difference is none. */
const HUNDREDTH = 1024 ** 3 / 100;

export function nodeSubject(context: string, name: string, path: string): AuditSubject {
  return { name: `node ${context}/${name}`, path };
}

interface Placed {
  readonly node: Node;
  readonly path: string;
}

/** The nodes of one cluster that told them, beside those that are declared. */
export function nodeRows(
  fleet: Fleet,
  context: string,
  live: readonly LiveNode[],
  sets: readonly LiveSet[],
): AuditRow[] {
  const own = new Map(live.filter((n) => n.context === context).map((n) => [n.facts.name, n]));
  const declared = new Map(
    fleet.nodes.flatMap((node, i): [string, Placed][] =>
      node.cluster === context ? [[node.name, { node, path: `nodes[${i}]` }]] : [],
    ),
  );
  const keys = relevantLabels(fleet, sets);
  const rows: AuditRow[] = [];
  for (const [name, { node, path }] of declared) {
    const there = own.get(name);
    const subject = nodeSubject(context, name, path);
    if (there) rows.push(...beside(there, node, subject, keys));
    else
      rows.push(
        auditRow("node", subject, "differs", {
          declared: "in the cluster",
          live: "not there",
          says: "is declared and not in the cluster",
          remedy: "Bring it back, or take it out of the fleet.",
        }),
      );
  }
  for (const [name, node] of own) if (!declared.has(name)) rows.push(undeclared(node, sets));
  return rows;
}

/** A node that nobody budgeted matters once runners may land there. */
function undeclared({ context, facts }: LiveNode, sets: readonly LiveSet[]): AuditRow {
  const lasting = facts.taints.filter((t) => !isStateTaint(t));
  const landing = sets.filter(
    (s) =>
      s.context === context &&
      s.set.maxRunners > 0 &&
      selects(s.facts.selector, facts.labels) &&
      (s.facts.affinity === undefined || admitsLabels(s.facts.affinity, facts.labels)) &&
      untolerated(lasting, s.facts.tolerations).length === 0,
  );
  const runners = `runners of ${names(landing.map((s) => s.set.name))} may land on it`;
  return auditRow("node", nodeSubject(context, facts.name, ""), landing.length > 0 ? "differs" : "info", {
    declared: "nothing",
    says: `is live and not declared, and ${runners}`,
    live: landing.length > 0 ? `there, and ${runners}` : "there; no runners may land on it",
    remedy: "Add it to the fleet with `fleet record nodes --add`, or keep runners off it.",
  });
}

function names(list: readonly string[]): string {
  return list.length <= 3 ? list.join(", ") : `${list.slice(0, 3).join(", ")} and ${list.length - 3} more`;
}

/** Label keys that decide where runners land. */
export function relevantLabels(fleet: Fleet, sets: readonly LiveSet[]): ReadonlySet<string> {
  const keysOf = (placed: {
    readonly selector: Readonly<Record<string, string>>;
    readonly affinity?: NodeAffinity | undefined;
  }) => [
    ...Object.keys(placed.selector),
    ...(placed.affinity?.required ?? []).flatMap((term) => term.matchExpressions.map((e) => e.key)),
  ];
  return new Set([
    fleet.policy.kvm.key,
    ...fleet.scaleSets.flatMap(keysOf),
    ...sets.flatMap((s) => keysOf(s.facts)),
  ]);
}

function beside(live: LiveNode, node: Node, subject: AuditSubject, keys: ReadonlySet<string>): AuditRow[] {
  const { facts } = live;
  const { allocatable } = facts;
  const figure = (
    check: "allocatable-cpu" | "allocatable-memory" | "allocatable-storage" | "allocatable-pods",
    property: "cpu" | "memory" | "ephemeralStorage" | "pods",
    format: (value: number) => string,
    slack: number,
  ): AuditRow => {
    const [want, have] = [node.allocatable[property], allocatable[property]];
    const isKnown = have !== undefined;
    const same = want === undefined ? isKnown : isKnown && Math.abs(want - have) < slack;
    return auditRow(check, subject, want === undefined && isKnown ? "warn" : same ? "ok" : "differs", {
      declared: want === undefined ? "not recorded" : format(want),
      live: isKnown ? format(have) : "not told",
      at: `.allocatable.${property}`,
      remedy: isKnown
        ? RECORD
        : "See why its kubelet does not tell it; nothing is proven to fit there meanwhile.",
    });
  };
  const wanted = new Set([...Object.keys(node.labels), ...keys]);
  const shown = (labels: Readonly<Record<string, string>>) =>
    [...wanted]
      .filter((key) => Object.hasOwn(labels, key))
      .map((key) => `${key}=${labels[key]}`)
      .sort()
      .join(", ") || "none";
  const taints = (list: readonly Taint[]) =>
    list
      .filter((t) => !isStateTaint(t))
      .map(formatTaint)
      .sort()
      .join(", ") || "none";
  const same = (want: string, have: string) => (want === have ? ("ok" as const) : ("differs" as const));
  const faults = facts.faults.length === 0 ? "" : `; ${facts.faults.join("; ")}`;
  return [
    auditRow("node", subject, faults === "" ? "ok" : "differs", {
      declared: "in the cluster",
      live: `there${faults}`,
      remedy: "Correct what it reports.",
    }),
    auditRow("node-state", subject, facts.states.length === 0 ? "ok" : "differs", {
      says: `is ${facts.states.join(", ")}`,
      declared: "ready",
      live: facts.states.join(", ") || "ready",
      remedy: "Runners are kept off it until that ends: see `kubectl describe node`.",
    }),
    figure("allocatable-cpu", "cpu", formatCpu, 1),
    figure("allocatable-memory", "memory", formatBytes, HUNDREDTH),
    figure("allocatable-storage", "ephemeralStorage", formatBytes, HUNDREDTH),
    figure("allocatable-pods", "pods", String, 1),
    auditRow("node-labels", subject, same(shown(node.labels), shown(facts.labels)), {
      declared: shown(node.labels),
      live: shown(facts.labels),
      at: ".labels",
      remedy: RECORD,
    }),
    auditRow("node-taints", subject, same(taints(node.taints), taints(facts.taints)), {
      declared: taints(node.taints),
      live: taints(facts.taints),
      at: ".taints",
      remedy: RECORD,
    }),
    runningRow(live, node, subject),
  ];
}

/** Pods come and go, so a record of them is never exact; only more than was recorded is worth a look. */
function runningRow({ node: live }: LiveNode, node: Node, subject: AuditSubject): AuditRow {
  const [want, have] = [node.running, live.running];
  const text = (r: Node["running"]) =>
    r ? `${r.pods} pods, ${formatCpu(r.cpu)} CPU, ${formatBytes(r.memory)}` : "not recorded";
  const more =
    want === undefined ||
    (have !== undefined &&
      (have.cpu > want.cpu ||
        have.memory > want.memory + HUNDREDTH ||
        have.ephemeralStorage > want.ephemeralStorage + HUNDREDTH ||
        have.pods > want.pods));
  return auditRow("running", subject, more ? "warn" : "info", {
    declared: text(want),
    live: text(have),
    at: ".running",
    remedy: "What fits by the record may not fit now: record the node anew with `fleet record nodes`.",
  });
}
