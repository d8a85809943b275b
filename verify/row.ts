import { type Asked, isUnknown, type Unknown } from "../facts/asked.ts";
import { type Finding, finding } from "../model/finding.ts";
import { CHECKS, type CheckId } from "./checks.ts";

/**
 * `ok`: as declared, or within the specification's threshold. `info`: shown, nothing is declared to compare it with.
 * `warn`: above a threshold. `differs`: not as declared. `unknown`: nobody could say, which is never clean.
 */
export type Status = "ok" | "info" | "warn" | "differs" | "unknown";

/** One check of one thing. */
export interface Row {
  readonly check: CheckId;
  /** `host numa`, `cell numa/0`, `VM k3s-worker-slm`. */
  readonly subject: string;
  /** What of the subject, where the check is made several times: `os (vda)`, `2MiB`; empty otherwise. */
  readonly item: string;
  readonly declared: string;
  readonly live: string;
  readonly status: Status;
  /** One way out, as a sentence; empty if there is nothing to mend. */
  readonly remedy: string;
  /** Where the declaration is: `vms[1].pins`. */
  readonly path: string;
  /** Of a host that has less than its record: something else counts on it. */
  readonly less?: true;
}

/** What rows of one subject have in common. */
export interface Subject {
  readonly name: string;
  readonly path: string;
}

export interface RowInit {
  readonly item?: string;
  readonly declared: string;
  readonly live: string;
  /** Path below the subject's: `.pins`. */
  readonly at?: string;
  readonly remedy?: string;
  /** Whether a difference means that there is less than is recorded. */
  readonly less?: boolean;
}

/** A process may be called anything, and a terminal obeys what it is called. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A row; without a status of trouble its remedy is left out. */
export function row(check: CheckId, subject: Subject, status: Status, init: RowInit): Row {
  const isTrouble = status !== "ok" && status !== "info";
  return {
    check,
    subject: subject.name,
    item: init.item ?? "",
    declared: init.declared,
    live: init.live.replace(UNPRINTABLE, "?"),
    status,
    remedy: isTrouble ? (init.remedy ?? "") : "",
    path: `${subject.path}${init.at ?? ""}`,
    ...(init.less && status === "differs" ? { less: true } : {}),
  };
}

/** A row for what could not be asked. */
export function unknownRow(check: CheckId, subject: Subject, why: Unknown, init: Omit<RowInit, "live">): Row {
  return row(check, subject, "unknown", {
    ...init,
    live: `unknown: ${why.unknown}`,
    remedy: why.remedy || "Mend what is in the way, and verify again.",
  });
}

/** A row for what is asked: unknown if it could not be, else what `judge` makes of the answer. */
export function askedRow<T>(
  check: CheckId,
  subject: Subject,
  answer: Asked<T>,
  init: Omit<RowInit, "live">,
  judge: (answer: T) => Row,
): Row {
  return isUnknown(answer) ? unknownRow(check, subject, answer, init) : judge(answer);
}

/** What a row has to say, if it is not in order. A difference refuses; a warning and what is unknown warn. */
export function findingOf(r: Row): Finding | undefined {
  if (r.status === "ok" || r.status === "info") return undefined;
  if (r.status === "unknown" && isOptional(r.check)) return undefined;
  const { title } = CHECKS[r.check];
  const what = `${r.subject}: ${title}${r.item === "" ? "" : ` ${r.item}`}`;
  return finding({
    rule: `verify/${r.check}`,
    severity: r.status === "differs" ? "refuse" : "warn",
    path: r.path,
    subject: r.subject,
    message:
      r.status === "unknown"
        ? `${what} is ${r.live.replace(/\.$/, "")}.`
        : `${what}: declared is ${r.declared}, live is ${r.live}.`,
    remedy: r.remedy,
  });
}

/** Whether a check may be unknown without a word in the verdict. */
export function isOptional(check: CheckId): boolean {
  return "optional" in CHECKS[check];
}
