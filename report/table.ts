import Table from "cli-table3";
import type { CapacityDiff, DiffRow } from "../capacity/diff.ts";
import { formatFigure } from "../model/format.ts";

/** Rows beyond this are counted, not printed: a fleet of thousands must not bury its refusals. */
const MAX_ROWS = 60;

const PLAIN_BORDERS = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
  ].map((part) => [part, ""]),
);

/** A table without lines, columns two blanks apart; the first `textColumns` are left-, the others right-aligned. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: number,
): string {
  const table = new Table({
    chars: { ...PLAIN_BORDERS, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: head.map((_, i) => (i < textColumns ? "left" : "right")),
  });
  table.push([...head], ...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/**
 * The capacity difference as a table, before → after. Exceeded limits are marked `SHORT` and come first if
 * the table has to be cut.
 */
export function renderDiff(diff: CapacityDiff): string {
  if (diff.empty) return "Capacity: no difference.";
  const { head, rows, hidden } = diffRows(diff);
  const table = renderTable(head, rows, 2);
  return hidden === 0
    ? table
    : `${table}\nand ${hidden} more; the stack output \`capacity\` and --json have all.`;
}

/** The rows of that table, and how many are left out. */
export function diffRows(diff: CapacityDiff): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly hidden: number;
} {
  const shown = cut(diff.rows);
  const rows = shown.map((row) => [
    `${row.kind} ${row.subject}`,
    row.resource,
    row.status === "added" ? "-" : figure(row.before, row),
    row.status === "removed" ? "-" : figure(row.after, row),
    row.change === null ? "unknown" : signed(row.change, row),
    limit(row),
    row.headroom === null ? "" : figure(row.headroom, row),
    (row.headroom ?? 0) < 0 ? "SHORT" : "",
  ]);
  const head = ["where", "what", "before", "after", "change", "of", "headroom", ""];
  return { head, rows, hidden: diff.rows.length - shown.length };
}

function cut(rows: readonly DiffRow[]): readonly DiffRow[] {
  if (rows.length <= MAX_ROWS) return rows;
  const short = rows.filter((row) => (row.headroom ?? 0) < 0);
  const chosen = new Set([...short, ...rows].slice(0, MAX_ROWS));
  return rows.filter((row) => chosen.has(row));
}

/** What may be committed, and how that moved: `5`, `5 (+1)`, `5 (was none)`, `none (was 4)`. */
function limit(row: DiffRow): string {
  const now = row.limit === null ? absent(row.after) : figure(row.limit, row);
  if (row.limitChange === null) {
    const before = row.limitBefore === null ? absent(row.before) : figure(row.limitBefore, row);
    return `${now} (was ${before})`;
  }
  if (row.limit === null) return "";
  return row.limitChange === 0 ? now : `${now} (${signed(row.limitChange, row)})`;
}

/** A limit that is not there: of a figure that is unknown it is unknown too, else none is recorded. */
function absent(committed: number | null): string {
  return committed === null ? "unknown" : "none";
}

/** Counts stand bare: the column before them says of what. */
function figure(value: number | null, row: DiffRow): string {
  const said = ["bytes", "storage bytes", "millicores", "bits per second"].includes(row.unit);
  return formatFigure(value, said ? row.unit : "");
}

function signed(value: number, row: DiffRow): string {
  return value > 0 ? `+${figure(value, row)}` : figure(value, row);
}
