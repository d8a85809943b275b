import type { Audit, AuditedLabel, AuditedNode, AuditedSet, AuditVerdict } from "../audit/audit.ts";
import { formatFigures, formatSelector, formatTolerations } from "../audit/figures.ts";
import type { OfferedGroup } from "../audit/groupSeats.ts";
import { formatAsks } from "../audit/jobGroups.ts";
import { AUDIT_CHECKS, type AuditStatus, headOf } from "../audit/row.ts";
import type { Envelope } from "../capacity/capacity.ts";
import { formatBytes, formatCpu } from "../model/format.ts";
import { renderTable } from "./table.ts";

/** What `fleet audit` found, for people: the policy page's tables, who may take a job, what differs, whether it fits. */

interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns from the left that hold text. */
  readonly textColumns: number;
  /** A sentence below the table; empty for none. */
  readonly note: string;
}

/** A page of more rows than these is not read; the JSON has all of them. */
const MOST_ROWS = 60;
const STATUS: Readonly<Record<AuditStatus, string>> = {
  ok: "ok",
  info: "info",
  warn: "WARN",
  differs: "DIFFERS",
  unknown: "UNKNOWN",
};

export function renderAudit(audit: Audit): string {
  const tables = sections(audit).map(({ title, head, rows, textColumns, note }) => {
    const shown = rows.slice(0, MOST_ROWS);
    return [
      `${title}:`,
      renderTable(head, shown, textColumns),
      ...more(rows.length - shown.length),
      ...(note === "" ? [] : [note]),
      "",
    ].join("\n");
  });
  const list = audit.findings.slice(0, MOST_ROWS).map((f) => `${headOf(f)} ${f.message}\n  ${f.remedy}`);
  return [
    ...tables,
    ...list,
    ...more(audit.findings.length - list.length),
    ...(list.length === 0 ? [] : [""]),
    ...placementLines(audit),
    summary(audit),
  ].join("\n");
}

/** The same for a page. */
export function renderAuditMarkdown(audit: Audit): string {
  const tables = sections(audit).map(({ title, head, rows, note }) =>
    [
      `### ${title}`,
      "",
      `| ${head.map(escaped).join(" | ")} |`,
      `| ${head.map(() => "---").join(" | ")} |`,
      ...rows.slice(0, MOST_ROWS).map((cells) => `| ${cells.map(escaped).join(" | ")} |`),
      ...more(rows.length - MOST_ROWS).flatMap((line) => ["", line]),
      ...(note === "" ? [] : ["", escaped(note)]),
      "",
    ].join("\n"),
  );
  const list = audit.findings
    .slice(0, MOST_ROWS)
    .map((f) => `- ${escaped(`${headOf(f)} ${f.message} ${f.remedy}`)}`);
  return [
    ...tables,
    ...list,
    ...more(audit.findings.length - list.length),
    ...(list.length === 0 ? [] : [""]),
    ...placementLines(audit).map((line) => `${escaped(line)}\n`),
    summary(audit),
  ].join("\n");
}

function more(hidden: number): string[] {
  return hidden > 0 ? [`and ${hidden} more; --json has all.`] : [];
}

function escaped(cell: string): string {
  return cell.replace(/[\\|<>*_`[\]]/g, (character) => `\\${character}`);
}

function sections(audit: Audit): Section[] {
  const several = audit.clusters.length > 1;
  const all = [
    scaleSets(audit.scaleSets, several),
    labels(audit),
    nodes(audit.nodes, several),
    groups(audit.groups, audit.cutScopes),
    lost(audit),
    differences(audit),
  ];
  return all.filter((s) => s.rows.length > 0 || s.note !== "");
}

function scaleSets(sets: readonly AuditedSet[], several: boolean): Section {
  return {
    title: "Scale sets",
    head: ["Scale set", "Scope", "Node selector", "Toleration", "Min", "Max", "Request", "Limit"],
    rows: sets.map((s) => [
      several ? `${s.context}/${s.name}` : s.name,
      s.scope,
      formatSelector(s.selector),
      s.opens.length > 0 ? s.opens.join(", ") : formatTolerations(s.tolerations),
      String(s.minRunners),
      s.maxRunners === null ? "unlimited" : String(s.maxRunners),
      formatFigures(s.requests),
      formatFigures(s.limits),
    ]),
    textColumns: 8,
    note: "",
  };
}

function labels(audit: Audit): Section {
  const { labels: list, clusters, notAsked } = audit;
  const split = list.filter((l) => l.scopes.length > 1);
  const unread = clusters.filter((c) =>
    c.unknown.some((u) => u.what === "cluster" || u.what === "scale sets"),
  );
  return {
    title: "Labels",
    head: [
      "Label",
      "Active scale sets",
      "Aggregate max",
      "Aggregate request at max",
      "Aggregate limit at max",
      "Ceiling",
      "Pooled",
    ],
    rows: list.map((l) => [
      l.label,
      String(l.activeScaleSets),
      String(l.maximum),
      envelope(l.requests),
      envelope(l.limits),
      l.ceiling === null ? "none" : String(l.ceiling),
      pooled(l),
    ]),
    textColumns: 1,
    note: [
      ...(split.length === 0
        ? []
        : [
            `An aggregate over several scopes is no pool: a job is offered only to the scale sets of its own scope (${split.map((l) => l.label).join(", ")}).`,
          ]),
      ...(unread.length === 0
        ? []
        : [
            `Scale sets of ${unread.map((c) => c.context).join(", ")} could not be read, and are not counted here.`,
          ]),
      ...(notAsked.length === 0
        ? []
        : [`Scale sets of ${notAsked.join(", ")} were not asked for, and are not counted here.`]),
    ].join("\n"),
  };
}

/** Memory and CPU alone, as the policy page has them, and storage where it is stated. */
function envelope({ cpu, memory, ephemeralStorage }: Envelope): string {
  if (cpu === null || memory === null) return "not provable";
  return formatFigures({ cpu, memory, ...(ephemeralStorage === null ? {} : { ephemeralStorage }) });
}

function pooled({ scopes, contexts, runnerGroups, activeScaleSets }: AuditedLabel): string {
  if (activeScaleSets === 0) return "";
  if (scopes.length > 1) return `no: ${scopes.length} scopes`;
  if (runnerGroups.length > 1) return `over ${runnerGroups.length} runner groups`;
  return contexts.length > 1 ? `over ${contexts.length} clusters` : "yes";
}

function nodes(list: readonly AuditedNode[], several: boolean): Section {
  const figure = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? "not told" : format(value);
  return {
    title: "Node budget",
    head: ["Node", "KVM label", "Taints", "State", "CPU", "Memory", "Ephemeral storage", "Pods", "Running"],
    rows: list.map((n) => [
      several ? `${n.context}/${n.name}` : n.name,
      n.kvm ? "true" : "none",
      n.taints.join(", ") || "none",
      n.states.join(", ") || "ready",
      figure(n.allocatable.cpu, formatCpu),
      figure(n.allocatable.memory, formatBytes),
      figure(n.allocatable.ephemeralStorage, formatBytes),
      figure(n.allocatable.pods, String),
      `${n.running.pods} pods, ${formatCpu(n.running.cpu)} CPU, ${formatBytes(n.running.memory)}`,
    ]),
    textColumns: 4,
    note: "",
  };
}

function groups(list: readonly OfferedGroup[], cut: readonly string[]): Section {
  const shown = list.filter((g) => g.isCapability);
  return {
    title: "Who may take a job",
    head: ["Scope", "A job asks for", "Offered to", "Clusters", "Max", "Seats", ""],
    rows: shown.map((g) => [
      g.scope,
      formatAsks(g.asks),
      some(g.scaleSets.map((s) => s.name)),
      some(g.contexts),
      g.maximum === null ? "unknown" : String(g.maximum),
      g.seats === null ? "unknown" : String(g.seats),
      [
        ...(g.scaleSets.some((s) => !s.known) ? ["as declared where not read"] : []),
        ...(g.runnerGroups.length > 1
          ? [`of runner groups ${some(g.runnerGroups)}: a job goes only to those that admit it`]
          : []),
        ...g.alsoServedBy.map((s) => `and by ${s}, if its runner group admits it`),
        ...(g.seats !== null && g.maximum !== null && g.seats < g.maximum ? ["SHORT"] : []),
      ].join("; "),
    ]),
    textColumns: 4,
    note: cut.length === 0 ? "" : `Labels of ${some(cut)} combine in more ways than are told here.`,
  };
}

function some(names: readonly string[]): string {
  return names.length <= 3
    ? names.join(", ")
    : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function lost({ lost: list }: Audit): Section {
  return {
    title: "Lost slots",
    head: ["Scale set", "Lost", "Runners", "Cause"],
    rows: list.map((l) => [
      `${l.context}/${l.scaleSet}`,
      `${l.slots} ${l.phase}`,
      some(l.runners),
      clipped(l.cause, 100),
    ]),
    textColumns: 4,
    note: "",
  };
}

function differences({ rows }: Audit): Section {
  const trouble = rows.filter((r) => r.status !== "ok" && r.status !== "info" && r.check !== "lost-slots");
  return {
    title: "Differences",
    head: ["", "Of", "What", "Declared", "Live"],
    rows: trouble.map((r) => [
      STATUS[r.status],
      r.subject,
      AUDIT_CHECKS[r.check],
      clipped(r.declared, 48),
      clipped(r.live, 72),
    ]),
    textColumns: 5,
    note: "",
  };
}

function clipped(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}

function placementLines({ placement }: Audit): string[] {
  const { verdict, asked, bound, contexts, unseated, waiting } = placement;
  const where = contexts.join(", ");
  const seated = asked - unseated.reduce((sum, s) => sum + s.runners, 0);
  const lines = {
    placed: `All ${asked} runners at maximum have a seat at once, beside what runs now (${where}).`,
    impossible: `Not all ${asked} runners at maximum have a seat at once, beside what runs now (${where}): ${seated} are seated, at most ${bound} can be.`,
    undecided: `It is not proven that all ${asked} runners at maximum have a seat at once, beside what runs now (${where}): ${seated} are seated.`,
    unknown:
      "Whether all runners at maximum have a seat is not known: of no cluster all was read that it takes.",
  };
  return [
    lines[verdict],
    ...waiting.map(
      ({ context, pods }) =>
        `In ${context} ${pods} other pod${pods === 1 ? " waits" : "s wait"} for a node; what ${pods === 1 ? "it takes" : "they take"} then is not counted.`,
    ),
  ];
}

const HEADLINES: Readonly<Record<AuditVerdict, string>> = {
  "in-order": "In order",
  differs: "Not in order",
  unknown: "Not known",
};

function summary({ verdict, rows, findings }: Audit): string {
  const refused = findings.filter((f) => f.severity === "refuse").length;
  const unknown = rows.filter((r) => r.status === "unknown").length;
  const warned = findings.length - refused - unknown;
  const counts = [
    ...(refused > 0 ? [`${refused} to mend`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(warned > 0 ? [`${warned} warning${warned === 1 ? "" : "s"}`] : []),
    `${rows.filter((r) => r.status === "ok").length} compared and the same`,
  ];
  return `${HEADLINES[verdict]}: ${counts.join(", ")}.`;
}
