import * as pulumi from "@pulumi/pulumi";
import { type Finding, refuses, sortFindings } from "../model/finding.ts";
import { verdict } from "../report/findings.ts";
import { renderDiff } from "../report/table.ts";
import { failAtExit, userError } from "./failures.ts";
import type { Judgement } from "./judgement.ts";

/**
 * Shows the difference and the findings, and stops a refused update before its first registration. A refused
 * preview goes on, so that the whole difference of resources is seen too, and fails at its end. Without a difference
 * nothing but findings is shown: an unchanged stack makes no noise.
 * @throws pulumi.RunError on a refused update; the engine shows its message without a stack trace
 */
export function passGate(
  { findings, diff, placed }: Pick<Judgement, "findings" | "diff" | "placed">,
  isPreview: boolean,
): void {
  const sorted = sortFindings(findings);
  const refused = refuses(sorted);
  // Diagnostics are sent in order and delivered before the program ends; nothing has to wait for them.
  if (placed.length > 0) void pulumi.log.info(placed.join("\n"));
  if (!diff.empty) void pulumi.log.info(`Capacity difference:\n\n${renderDiff(diff)}\n`);
  for (const f of sorted) {
    void (f.severity === "refuse" ? pulumi.log.error(diagnostic(f)) : pulumi.log.warn(diagnostic(f)));
  }
  if (!refused) return;
  if (!isPreview) throw userError(`${verdict(sorted)} Nothing was created or changed.`);
  void pulumi.log.error(`${verdict(sorted)} An update would create and change nothing.`);
  failAtExit();
}

/** Rule, sentence, place and way out; how severe it is, the engine writes before it. */
function diagnostic(f: Finding): string {
  const where = f.path === "" ? "" : ` (${f.path})`;
  return `${f.rule}: ${f.message}${where}\n  ${f.remedy}`;
}
