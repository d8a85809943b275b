import type { Finding } from "../model/finding.ts";

/** The text of a policy violation: the rule, what is short by how much, and what would fit. */
export function violationText(f: Finding): string {
  const where = f.path === "" ? "" : ` (${f.path})`;
  return `${f.rule}: ${f.message} ${f.remedy}${where}`;
}

/** Reports what refuses. A warning about capacity is no violation: the preview's own report shows it. */
export function reportRefusals(findings: readonly Finding[], report: (message: string) => void): void {
  for (const f of findings) if (f.severity === "refuse") report(violationText(f));
}
