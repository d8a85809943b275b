import type { Capacity } from "../capacity/capacity.ts";
import type { Finding } from "../model/finding.ts";
import { refuses } from "../model/finding.ts";
import type { FleetInput } from "../model/fleet.ts";
import type { Rehearsal } from "../model/rehearsal.ts";

/** What a CapacityPlan carries: JSON data, the same for the same fleet and verdict. */
export interface PlanInputs {
  /** The fleet as it was written. */
  readonly fleet: FleetInput;
  /** The machine that plays the hosts, sizes in bytes; absent unless this is a rehearsal. */
  readonly rehearsal?: Rehearsal | undefined;
  /** `refused` if any finding refuses. */
  readonly verdict: "fits" | "refused";
  /** Everything that was judged, without the findings. */
  readonly capacity: Omit<Capacity, "findings" | "placements">;
  /** Which rules spoke, where. Their sentences are left out: those on a record's age differ from day to day. */
  readonly findings: readonly Pick<Finding, "rule" | "severity" | "path" | "subject">[];
}

/** The inputs of a CapacityPlan. */
export function planInputs(
  fleet: FleetInput,
  { findings, placements, ...capacity }: Capacity,
  rehearsal?: Rehearsal,
): PlanInputs {
  return plainJson({
    fleet,
    rehearsal,
    verdict: refuses(findings) ? "refused" : "fits",
    // Where VMs are is part of the fleet. Which of them were placed just now is not: it would differ the next time.
    capacity,
    findings: findings.map(({ rule, severity, path, subject }) => ({ rule, severity, path, subject })),
  } satisfies PlanInputs);
}

/** Drops what JSON does not have (absent properties that are there as `undefined`), as the engine would. */
function plainJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
