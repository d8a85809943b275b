import type { Hunk } from "../model/documentEdit.ts";

/** How a file changes, as a unified difference; empty where it does not. */
export function renderDifference(path: string, hunks: readonly Hunk[]): string {
  if (hunks.length === 0) return "";
  const body = hunks.flatMap(({ before, after, lines }) => {
    const count = (sign: string) => lines.filter((l) => !l.startsWith(sign)).length;
    return [`@@ -${before},${count("+")} +${after},${count("-")} @@`, ...lines];
  });
  return `--- ${path}\n+++ ${path}\n${body.map((l) => l.replace(/\r$/, "")).join("\n")}\n`;
}
