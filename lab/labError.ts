import { type Finding, type FindingInit, FleetError, finding } from "../model/finding.ts";

/** What keeps a lab from doing what it is asked for, as findings. */
export class LabError extends FleetError {
  constructor(findings: readonly Finding[]) {
    super("The lab cannot do this:", findings);
    this.name = "LabError";
  }
}

export function labError(host: string, init: Pick<FindingInit, "rule" | "message" | "remedy">): LabError {
  return new LabError([finding({ path: "", subject: `lab ${host}`, ...init })]);
}
