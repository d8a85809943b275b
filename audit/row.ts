import { type Finding, finding } from "../model/finding.ts";

/** Every comparison of `fleet audit`, with its title in the table. docs/audit.md tells each; a test holds the two together. */
export const AUDIT_CHECKS = {
  cluster: "cluster",
  list: "list",
  label: "label",
  installed: "installed",
  undeclared: "undeclared",
  scope: "scope",
  labels: "labels",
  selector: "node selector",
  tolerations: "tolerations",
  affinity: "affinity",
  "priority-class": "priority class",
  "runtime-class": "runtime class",
  minimum: "minimum",
  maximum: "maximum",
  "runner-group": "runner group",
  "container-mode": "container mode",
  image: "image",
  requests: "requests",
  limits: "limits",
  envelope: "envelope",
  quota: "quota",
  "lost-slots": "lost slots",
  node: "node",
  "node-state": "state",
  "node-labels": "labels",
  "node-taints": "taints",
  "allocatable-cpu": "allocatable cpu",
  "allocatable-memory": "allocatable memory",
  "allocatable-storage": "allocatable ephemeral storage",
  "allocatable-pods": "allocatable pods",
  running: "running pods",
} as const;

export type AuditCheck = keyof typeof AUDIT_CHECKS;

/**
 * `ok`: as declared. `info`: shown only. `warn`: worth a look. `differs`: not as declared, or lost. `unknown`: it could
 * not be asked, which is never clean.
 */
export type AuditStatus = "ok" | "info" | "warn" | "differs" | "unknown";

/** One comparison of one thing. */
export interface AuditRow {
  readonly check: AuditCheck;
  /** `scale set honey/tinyland-nix-kvm`, `node honey/sting`, `cluster honey`. */
  readonly subject: string;
  readonly declared: string;
  readonly live: string;
  readonly status: AuditStatus;
  /** One way out, as a sentence; empty if there is nothing to mend. */
  readonly remedy: string;
  /** Where the declaration is: `scaleSets[2].maxRunners`; empty for what is only live. */
  readonly path: string;
  /** The sentence of its finding, where declared and live do not say it. */
  readonly sentence?: string;
}

/** What rows of one thing have in common. */
export interface AuditSubject {
  readonly name: string;
  readonly path: string;
}

export interface AuditRowInit {
  readonly declared: string;
  readonly live: string;
  /** Path below the subject's: `.maxRunners`. */
  readonly at?: string;
  readonly remedy?: string;
  /** What its finding says of the subject, without it: `is declared and not in the cluster`. */
  readonly says?: string;
}

export function auditRow(
  check: AuditCheck,
  { name, path }: AuditSubject,
  status: AuditStatus,
  { declared, live, at = "", remedy = "", says }: AuditRowInit,
): AuditRow {
  const isTrouble = status !== "ok" && status !== "info";
  return {
    check,
    subject: name,
    declared,
    live,
    status,
    remedy: isTrouble ? remedy : "",
    path: path === "" ? "" : `${path}${at}`,
    ...(says !== undefined && isTrouble
      ? { sentence: `${capital(name)} ${says}${/[.?]$/.test(says) ? "" : "."}` }
      : {}),
  };
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What a row has to say, if it is not in order. A difference refuses; a warning and what is unknown warn. */
export function auditFinding(r: AuditRow): Finding | undefined {
  if (r.status === "ok" || r.status === "info") return undefined;
  const what = `${capital(r.subject)}: ${AUDIT_CHECKS[r.check]}`;
  const unequal = `${what}: declared is ${r.declared}, live is ${r.live}.`;
  return finding({
    rule: `audit/${r.check}`,
    severity: r.status === "differs" ? "refuse" : "warn",
    path: r.path,
    subject: r.subject,
    message: r.sentence ?? (r.status === "unknown" ? `${what} is unknown: ${r.live}.` : unequal),
    remedy: r.remedy,
  });
}

/** How a finding of an audit is called: the engine refuses; what differs or is not known is no refusal of anybody's. */
export function headOf({ severity, rule }: Finding): "DIFFERS" | "UNKNOWN" | "REFUSED" | "warning" {
  if (rule === "audit/cluster" || rule === "audit/list") return "UNKNOWN";
  if (severity === "warn") return "warning";
  return rule.startsWith("audit/") ? "DIFFERS" : "REFUSED";
}
