import { type Finding, refuses, sortFindings } from "../model/finding.ts";

/** Renderings of findings for people: refusals first, the rule's id, the sentence, the way out. */

/** One finding on two lines. */
export function renderFinding(f: Finding): string {
  const where = f.path === "" ? "" : ` (${f.path})`;
  return `${f.severity === "refuse" ? "REFUSED" : "warning"} ${f.rule}: ${f.message}${where}\n  ${f.remedy}`;
}

/** All findings and the verdict. */
export function renderFindings(findings: readonly Finding[]): string {
  return [...sortFindings(findings).map(renderFinding), verdict(findings)].join("\n");
}

/** One line that says how it ends. */
export function verdict(findings: readonly Finding[]): string {
  const count = (severity: Finding["severity"]) => findings.filter((f) => f.severity === severity).length;
  const warnings = count("warn") === 0 ? "" : `, ${plural(count("warn"), "warning")}`;
  return refuses(findings)
    ? `Refused: ${plural(count("refuse"), "finding")}${warnings}.`
    : `Fits${warnings}.`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
