import { CHECKS } from "../verify/checks.ts";
import type { Verdict, VerifiedHost } from "../verify/compare.ts";
import { findingOf, isOptional, type Row, type Status } from "../verify/row.ts";
import { renderTable } from "./table.ts";

/** What `fleet verify` found, for people. */

const STATUS: Readonly<Record<Status, string>> = {
  ok: "ok",
  info: "info",
  warn: "WARN",
  differs: "DIFFERS",
  unknown: "UNKNOWN",
};

/** Widths of the columns after the status: with it and the gaps they stay below 110. */
const CHECK_WIDTH = 25;
const DECLARED_WIDTH = 32;
const LIVE_WIDTH = 40;

export interface VerificationView {
  readonly hosts: readonly VerifiedHost[];
  readonly verdict: Verdict;
  /** Leaves out rows in order; they are counted all the same. */
  readonly brief: boolean;
}

/** A table per subject, then each thing that is not in order in full with its way out, then one line that says how it ends. */
export function renderVerification({ hosts, verdict, brief }: VerificationView): string {
  const rows = hosts.flatMap((host) => host.rows);
  const shown = brief ? rows.filter(isTrouble) : rows;
  const list = troubles(rows).flatMap(({ message, remedy }) => [message, `  ${remedy}`]);
  return [
    ...(shown.length === 0 ? [] : [tables(shown), ""]),
    ...list,
    ...(list.length === 0 ? [] : [""]),
    summary(rows, verdict),
  ].join("\n");
}

/** What is not in order, the worst first, else in the order of the table. */
function troubles(rows: readonly Row[]): { message: string; remedy: string }[] {
  return (["differs", "unknown", "warn"] as const).flatMap((status) =>
    rows.flatMap((r) => {
      const f = r.status === status ? findingOf(r) : undefined;
      return f ? [{ message: `${STATUS[status]} ${f.message}`, remedy: f.remedy }] : [];
    }),
  );
}

/** One table, so that the columns stand below each other, with a line for each subject between its rows. */
function tables(rows: readonly Row[]): string {
  const cells = rows.map((r) => [
    statusOf(r),
    cut(title(r), CHECK_WIDTH),
    cut(r.declared, DECLARED_WIDTH),
    cut(r.live, LIVE_WIDTH),
  ]);
  const [head = "", ...lines] = renderTable(["", "check", "declared", "live"], cells, 4).split("\n");
  const body = lines.flatMap((line, i) => {
    const subject = rows[i]?.subject;
    return subject === rows[i - 1]?.subject ? [line] : ["", `${subject}`, line];
  });
  return [head, ...body].join("\n");
}

/** The same for a page: a table in Markdown per subject. */
export function renderVerificationMarkdown({ hosts, verdict, brief }: VerificationView): string {
  const rows = hosts.flatMap((host) => host.rows);
  const shown = brief ? rows.filter(isTrouble) : rows;
  const sections = [...Map.groupBy(shown, (r) => r.subject)].map(([subject, own]) =>
    [
      `### ${escaped(subject)}`,
      "",
      "| Status | Check | Declared | Live |",
      "| --- | --- | --- | --- |",
      ...own.map((r) => `| ${[statusOf(r), title(r), r.declared, r.live].map(escaped).join(" | ")} |`),
      "",
    ].join("\n"),
  );
  const list = troubles(rows).map(({ message, remedy }) => `- ${escaped(`${message} ${remedy}`)}`);
  return [...sections, ...list, ...(list.length === 0 ? [] : [""]), summary(rows, verdict)].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, (character) => `\\${character}`);
}

function title({ check, item }: Row): string {
  return item === "" ? CHECKS[check].title : `${CHECKS[check].title} ${item}`;
}

function isTrouble(r: Row): boolean {
  return findingOf(r) !== undefined;
}

/** In small letters where it does not count. */
function statusOf({ status, check }: Row): string {
  return status === "unknown" && isOptional(check) ? "unknown" : STATUS[status];
}

const HEADLINES: Readonly<Record<Verdict, string>> = {
  "as-declared": "As declared",
  differs: "Not as declared",
  unknown: "Not known",
};

function summary(rows: readonly Row[], verdict: Verdict): string {
  const count = (status: Status) => rows.filter((r) => r.status === status).length;
  const counts = (["differs", "unknown", "warn", "ok", "info"] as const)
    .map((status): [Status, number] => [status, count(status)])
    .filter(([, n]) => n > 0)
    .map(([status, n]) => `${n} ${WORDS[status]}`);
  return `${HEADLINES[verdict]}: ${counts.join(", ")}.`;
}

const WORDS: Readonly<Record<Status, string>> = {
  differs: "different",
  unknown: "unknown",
  warn: "above a threshold",
  ok: "ok",
  info: "shown only",
};

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}
