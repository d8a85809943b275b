/**
 * One record for everything that numafleet has to say about a fleet. Schema errors, capacity refusals,
 * policy violations, provider check failures, command output and reports are renderings of this record.
 */
export interface Finding {
  /** Stable rule id, `area/verb-phrase`, listed in docs/policies.md; `model/...` for input that is not a fleet. */
  readonly rule: string;
  /** `refuse` stops the rollout before anything is created; `warn` is shown and passes. */
  readonly severity: Severity;
  /** Where in the fleet, as a property path: `vms[2].pins[0]`. Empty for the fleet as a whole. */
  readonly path: string;
  /** Who is concerned, as its owner calls it: `VM k3s-worker-slm`, `label tinyland-nix-kvm`. */
  readonly subject: string;
  /** What there is now or is left over, in `unit`; null where no figure applies or it is unknown. */
  readonly have: Figure;
  /** What is asked for, in `unit`. */
  readonly need: Figure;
  /** What the limit is, in `unit`. */
  readonly limit: Figure;
  /** Unit of the three figures: `bytes`, `millicores`, or what is counted (`CPUs`, `cores`, `pages`, `runners`, `days`, …); empty without figures. */
  readonly unit: string;
  /** One sentence: where, what was given, what the limit is. No trailing remedy. */
  readonly message: string;
  /** One way out, as an imperative sentence. */
  readonly remedy: string;
}

export type Severity = "refuse" | "warn";
export type Figure = number | string | null;

/** Fields a finding needs; the figures default to "no figure". */
export type FindingInit = Pick<Finding, "rule" | "path" | "subject" | "message" | "remedy"> &
  Partial<Pick<Finding, "severity" | "have" | "need" | "limit" | "unit">>;

/** Builds a finding. `severity` defaults to `refuse`: what is not known to be harmless is not passed. */
export function finding(init: FindingInit): Finding {
  return {
    rule: init.rule,
    severity: init.severity ?? "refuse",
    path: init.path,
    subject: init.subject,
    have: init.have ?? null,
    need: init.need ?? null,
    limit: init.limit ?? null,
    unit: init.unit ?? "",
    message: init.message,
    remedy: init.remedy,
  };
}

/** True if any finding stops the rollout. */
export function refuses(findings: readonly Finding[]): boolean {
  return findings.some((f) => f.severity === "refuse");
}

/** Byte-wise string order, so that output never depends on a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Refusals first, then by rule, path and message: the same findings always print in the same order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank = (f: Finding) => (f.severity === "refuse" ? 0 : 1);
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      compareText(a.rule, b.rule) ||
      compareText(a.path, b.path) ||
      compareText(a.message, b.message),
  );
}

/** The one-line rendering: `refuse host/pin-twice vms[1].pins[0]: message Remedy`. */
export function formatFinding(f: Finding): string {
  const where = f.path === "" ? "" : ` ${f.path}`;
  return `${f.severity} ${f.rule}${where}: ${f.message} ${f.remedy}`;
}

/** Thrown where a caller needs an exception; carries every finding, and its message lists them all. */
export class FleetError extends Error {
  readonly findings: readonly Finding[];
  constructor(headline: string, findings: readonly Finding[]) {
    const sorted = sortFindings(findings);
    super(`${headline}\n${sorted.map((f) => `  - ${formatFinding(f)}`).join("\n")}`);
    this.name = "FleetError";
    this.findings = sorted;
  }
}
