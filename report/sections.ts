import { renderTable } from "./table.ts";

/** An answer as text with tables, for a terminal and for a page. */

export interface Section {
  /** Lines before the table. */
  readonly before?: readonly string[];
  readonly table?: SectionTable;
  /** Lines after it. */
  readonly after?: readonly string[];
}

export interface SectionTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that are left-aligned; figures are right-aligned. */
  readonly text: readonly number[];
}

/** Sections with an empty line between them. */
export function renderSections(sections: readonly Section[]): string {
  return sections
    .map(({ before = [], table, after = [] }) => [...before, ...(table ? [plainTable(table)] : []), ...after])
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function plainTable({ head, rows, text }: SectionTable): string {
  // The table module aligns the first columns left; what stands behind figures is set by hand.
  const leading = head.findIndex((_, i) => !text.includes(i));
  const padded = [head, ...rows].map((row) =>
    row.map((cell, c) => {
      if (leading === -1 || c < leading || !text.includes(c)) return cell;
      return cell.padEnd(Math.max(...[head, ...rows].map((r) => r[c]?.length ?? 0)));
    }),
  );
  const [first = [], ...others] = padded;
  return renderTable(first, others, leading === -1 ? head.length : leading);
}

/** The same in Markdown: every line a paragraph or a list item. */
export function renderMarkdownSections(sections: readonly Section[]): string {
  return sections
    .flatMap(({ before = [], table, after = [] }) => [
      ...before.map(escapeMarkdown),
      ...(table ? [markdownTable(table)] : []),
      ...after.map(escapeMarkdown),
    ])
    .join("\n\n");
}

export function markdownTable({ head, rows, text }: SectionTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map((c) => escapeMarkdown(c.trim())).join(" | ")} |`;
  return [
    line(head),
    `| ${head.map((_, i) => (text.includes(i) ? "---" : "---:")).join(" | ")} |`,
    ...rows.map(line),
  ].join("\n");
}

export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, (character) => `\\${character}`).trim();
}
