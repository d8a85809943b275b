import type { Capacity } from "./capacity.ts";
import { capacityLines, headroom, type Line } from "./lines.ts";

/** A figure that differs between two capacities. */
export interface DiffRow {
  readonly kind: Line["kind"];
  readonly subject: string;
  readonly resource: string;
  readonly unit: Line["unit"];
  /** `added` and `removed`: the subject's figure exists on one side only. */
  readonly status: "added" | "removed" | "changed";
  /** Committed before; null if it was not there or unknown. */
  readonly before: number | null;
  /** Committed after; null if it is no more there or unknown. */
  readonly after: number | null;
  /** `after - before`, an absent side counting as 0; null if a side is unknown. */
  readonly change: number | null;
  /** The limit after (before, for a removed figure); null if none is recorded. */
  readonly limit: number | null;
  /** The limit before; null if none was recorded, or for an added figure. */
  readonly limitBefore: number | null;
  /** How much the limit itself moved: 0 if it did not, null if there was or is none to compare with. */
  readonly limitChange: number | null;
  /** What is left of the limit after; negative if it is exceeded; null if unknown. */
  readonly headroom: number | null;
}

/** What a change does to a fleet's capacity: only figures that differ, in the order of `capacityLines`. */
export interface CapacityDiff {
  readonly rows: readonly DiffRow[];
  readonly empty: boolean;
}

/** The difference between two capacities; `before` is undefined for a fleet that is new. */
export function diffCapacity(before: Capacity | undefined, after: Capacity): CapacityDiff {
  return diffLines(before === undefined ? [] : capacityLines(before), capacityLines(after));
}

/** The difference between two lists of figures. */
export function diffLines(before: readonly Line[], after: readonly Line[]): CapacityDiff {
  const key = (line: Line) => JSON.stringify([line.kind, line.subject, line.resource]);
  const old = new Map(before.map((line) => [key(line), line]));
  const kept = new Set(after.map(key));
  const rows = [
    ...after.flatMap((line) => compare(old.get(key(line)), line)),
    ...before.filter((line) => !kept.has(key(line))).map(removed),
  ];
  return { rows, empty: rows.length === 0 };
}

function compare(before: Line | undefined, after: Line): DiffRow[] {
  if (before && before.committed === after.committed && before.limit === after.limit) return [];
  const unknown = after.committed === null || before?.committed === null;
  return [
    {
      kind: after.kind,
      subject: after.subject,
      resource: after.resource,
      unit: after.unit,
      status: before ? "changed" : "added",
      before: before?.committed ?? null,
      after: after.committed,
      change: unknown ? null : (after.committed ?? 0) - (before?.committed ?? 0),
      limit: after.limit,
      limitBefore: before?.limit ?? null,
      limitChange: before ? moved(before.limit, after.limit) : 0,
      headroom: headroom(after),
    },
  ];
}

function moved(before: number | null, after: number | null): number | null {
  if (before === after) return 0;
  return before === null || after === null ? null : after - before;
}

function removed(line: Line): DiffRow {
  return {
    kind: line.kind,
    subject: line.subject,
    resource: line.resource,
    unit: line.unit,
    status: "removed",
    before: line.committed,
    after: null,
    change: line.committed === null ? null : -line.committed,
    limit: line.limit,
    limitBefore: line.limit,
    limitChange: 0,
    headroom: null,
  };
}
