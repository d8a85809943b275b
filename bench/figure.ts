import type { Curve } from "./plot.ts";

/** What a benchmark found, beside what it should be. */
export interface Figure {
  /** What was measured, in a few words. */
  readonly name: string;
  /** The median; null where it could not be measured, for the reason in `detail`. */
  readonly value: number | null;
  /** `×` for a ratio within this run, `ms` for milliseconds of this machine, `MiB` for memory. */
  readonly unit: "×" | "ms" | "MiB";
  /** At most this much; null for a figure that is shown for orientation. */
  readonly target: number | null;
  /** Number of measurements that the median is of. */
  readonly runs: number;
  /** What else is worth knowing: the times behind a ratio, a verdict. */
  readonly detail: string;
  /** Time against size, where more than one size was measured. */
  readonly curve?: Curve;
}

/** False if a target is missed; a figure without target meets it, and so does one that could not be measured. */
export function met({ value, target }: Figure): boolean {
  return target === null || value === null || value <= target;
}

/** The middle value; of an even number the mean of the two middle ones. @throws RangeError for none */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("the median of nothing is not defined");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** The figures as lines: name, value, target, whether it is met, and the detail. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    f.value === null ? "not measured" : show(f.value, f.unit),
    f.target === null ? "" : `at most ${show(f.target, f.unit)}`,
    f.target === null || f.value === null ? "" : met(f) ? "met" : "MISSED",
    f.detail,
  ]);
  const widths = [0, 1, 2, 3].map((c) => Math.max(...rows.map((r) => (r[c] as string).length)));
  return rows
    .map((r) =>
      r
        .map((cell, c) => cell.padEnd(widths[c] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function show(value: number, unit: Figure["unit"]): string {
  // A ratio of hundredths would be told as nothing.
  if (unit === "×" && value < 0.1) return `${Number(value.toPrecision(2))}×`;
  if (unit === "MiB") return `${value.toFixed(0)} MiB`;
  return unit === "×" ? `${value.toFixed(2)}×` : `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
