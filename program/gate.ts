import * as pulumi from "@pulumi/pulumi";
import type { CapacityDiff } from "../capacity/diff.ts";
import { type Finding, refuses, sortFindings } from "../model/finding.ts";
import { renderFinding, verdict } from "../report/findings.ts";
import { renderDiff } from "../report/table.ts";

/** What the gate decides by. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** Against the stack's last update. */
  readonly diff: CapacityDiff;
}

/**
 * Shows the difference and the findings, and stops a refused update before its first registration. A refused
 * preview goes on, so that the whole difference of resources is seen too, and fails by its error
 * diagnostics. Without a difference nothing but findings is shown: an unchanged stack makes no noise.
 * @throws pulumi.RunError on a refused update; the engine shows its message without a stack trace
 */
export async function passGate({ findings, diff }: Judgement, isPreview: boolean): Promise<void> {
  const sorted = sortFindings(findings);
  const refused = refuses(sorted);
  if (!diff.empty) await pulumi.log.info(`Capacity difference:\n\n${renderDiff(diff)}\n`);
  for (const f of sorted) {
    await (f.severity === "refuse" ? pulumi.log.error(renderFinding(f)) : pulumi.log.warn(renderFinding(f)));
  }
  if (!refused) return;
  if (isPreview) await pulumi.log.error(`${verdict(sorted)} An update would create nothing.`);
  else throw new pulumi.RunError(`${verdict(sorted)} Nothing was created.`);
}
