import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RuleArea } from "./catalogue/entry.ts";
import { catalogue } from "./catalogue.ts";

/**
 * The generated part of docs/policies.md. Run as `node policy/document.ts` it rewrites that part in place; the
 * prose around it is written by hand.
 */

const BEGIN = "<!-- rules: written by `node policy/document.ts` from policy/catalogue.ts -->";
const END = "<!-- end of rules -->";
export const PAGE = path.join(import.meta.dirname, "../docs/policies.md");

/** Puts the rules between the page's marks. @throws Error if the page has no marks */
export function withRules(page: string, areas: readonly RuleArea[] = catalogue): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`docs/policies.md lacks the marks ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${renderRules(areas)}\n${page.slice(end)}`;
}

export function renderRules(areas: readonly RuleArea[]): string {
  return areas
    .map(({ name, intro, rules }) => {
      const entries = rules.map(
        (r) =>
          `#### \`${r.id}\`\n\n**${r.title}.** ${SEVERITY[r.severity]}\n\n- Why: ${r.why}\n- Example: ${r.example}\n- Fix: ${r.fix}\n`,
      );
      return `### ${name}\n\n${intro}\n\n${entries.join("\n")}`;
    })
    .join("\n");
}

const SEVERITY = {
  refuse: "Refuses.",
  warn: "Warns.",
  "warn or refuse": "Warns, and refuses beyond the policy's limit.",
} as const;

if (process.argv[1] === import.meta.filename) writeFileSync(PAGE, withRules(readFileSync(PAGE, "utf8")));
