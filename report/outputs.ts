import type { Capacity } from "../capacity/capacity.ts";
import { type CapacityDiff, diffLines } from "../capacity/diff.ts";
import { capacityLines, headroom, type Line, type LineKind } from "../capacity/lines.ts";
import { formatBandwidth, formatBytes, formatCpu, formatStorage } from "../model/format.ts";
import {
  parseBandwidth,
  parseCpu,
  parseQuantity,
  parseSize,
  QuantityError,
  type Rounding,
} from "../model/quantity.ts";

/**
 * The capacity as stack outputs: readable, so that the engine's own output diff is a capacity diff, and
 * exact, so that the next preview can compare with it without any other memory of the past.
 */
export interface OutputFigure {
  /** What the fleet asks for: `80Gi`, `12`; `unknown` if it cannot be known. */
  readonly committed: string;
  /** What may be committed; absent if no limit is recorded. */
  readonly of?: string;
  /** What is left. */
  readonly headroom?: string;
}

/** kind → subject → resource → figure; kinds are `labels`, `scaleSets`, `nodes`, `hosts`, `cells`, `pools`. */
export type CapacityOutputs = Record<string, Record<string, Record<string, OutputFigure>>>;

const KINDS: Readonly<Record<LineKind, string>> = {
  label: "labels",
  "scale set": "scaleSets",
  node: "nodes",
  host: "hosts",
  cell: "cells",
  pool: "pools",
};

/** The stack output `capacity` for a judged fleet. */
export function capacityOutputs(capacity: Capacity): CapacityOutputs {
  const kinds = new Map<string, Map<string, Map<string, OutputFigure>>>();
  for (const line of capacityLines(capacity)) {
    const subjects = kinds.get(KINDS[line.kind]) ?? new Map<string, Map<string, OutputFigure>>();
    kinds.set(KINDS[line.kind], subjects);
    const figures = subjects.get(line.subject) ?? new Map<string, OutputFigure>();
    subjects.set(line.subject, figures);
    figures.set(line.resource, outputFigure(line));
  }
  // A host may be called `constructor`: only as an own property does it come out as one.
  const own = <T>(map: ReadonlyMap<string, T>) => Object.fromEntries(map);
  return own(
    new Map([...kinds].map(([kind, s]) => [kind, own(new Map([...s].map(([name, f]) => [name, own(f)])))])),
  );
}

function outputFigure(line: Line): OutputFigure {
  const left = headroom(line);
  return {
    committed: line.committed === null ? "unknown" : formatExact(line.committed, line.unit),
    ...(line.limit === null ? {} : { of: formatExact(line.limit, line.unit) }),
    ...(left === null ? {} : { headroom: formatExact(left, line.unit) }),
  };
}

/** The difference between a stack's last outputs and a judged fleet. Outputs of another shape count as none. */
export function diffFromOutputs(outputs: unknown, after: Capacity): CapacityDiff {
  return diffLines(readLines(outputs), capacityLines(after));
}

/** The figures in a stack output; what is not of the expected shape is left out. */
export function readLines(outputs: unknown): Line[] {
  const lines: Line[] = [];
  for (const kind of Object.keys(KINDS) as LineKind[]) {
    for (const [subject, figures] of entries(property(outputs, KINDS[kind]))) {
      for (const [resource, figure] of entries(figures)) {
        const unit = unitOf(kind, resource);
        const committed = property(figure, "committed");
        if (typeof committed !== "string") continue;
        lines.push({
          kind,
          subject,
          resource,
          unit,
          committed: readFigure(committed, unit),
          limit: readFigure(property(figure, "of"), unit),
        });
      }
    }
  }
  return lines;
}

/** Units are not written down: kind and resource decide them, as in `capacityLines`. */
function unitOf(kind: LineKind, resource: string): Line["unit"] {
  if (resource === "runners" || resource === "pods" || resource === "scale sets") return resource;
  if (kind === "pool") return "storage bytes";
  if (resource === "cpus") return "CPUs";
  if (resource === "shared vCPUs") return "vCPUs";
  if (kind === "cell" && resource.endsWith(" pages")) return "pages";
  if (kind === "host" && resource.startsWith("GPU ")) return "slots";
  if (kind === "host" && (resource === "network" || resource === "disk I/O")) return "bits per second";
  return resource.endsWith("cpu") ? "millicores" : "bytes";
}

/**
 * A text that reads back as the same integer. `219.81Gi` does, although it is not a whole number of bytes,
 * since reading rounds a capacity down the same way; otherwise a smaller unit is taken, in the end bytes.
 */
export function formatExact(value: number, unit: Line["unit"]): string {
  if (unit === "millicores") return formatCpu(value);
  if (unit === "bits per second") return value < 0 ? `-${formatBandwidth(-value)}` : formatBandwidth(value);
  if (unit !== "bytes" && unit !== "storage bytes") return String(value);
  if (value < 0) return `-${formatExact(-value, unit)}`;
  if (unit === "storage bytes") {
    const size = formatStorage(value);
    return readFigure(size, unit) === value ? size : `${value} B`;
  }
  const short = formatBytes(value);
  if (readFigure(short, unit) === value) return short;
  for (const [suffix, factor] of [
    ["Mi", 1024 ** 2],
    ["Ki", 1024],
  ] as const) {
    if (value % factor === 0) return `${value / factor}${suffix}`;
  }
  return String(value);
}

const READERS: Readonly<Record<Line["unit"], (text: string, rounding: Rounding) => number>> = {
  millicores: parseCpu,
  "storage bytes": parseSize,
  "bits per second": parseBandwidth,
  bytes: parseQuantity,
  CPUs: parseQuantity,
  vCPUs: parseQuantity,
  pages: parseQuantity,
  pods: parseQuantity,
  runners: parseQuantity,
  "scale sets": parseQuantity,
  slots: parseQuantity,
};

function readFigure(text: unknown, unit: Line["unit"]): number | null {
  if (typeof text !== "string") return null;
  const negative = text.startsWith("-");
  const digits = negative ? text.slice(1) : text;
  try {
    const value = READERS[unit](digits, "capacity");
    return negative ? -value : value;
  } catch (error) {
    if (error instanceof QuantityError) return null;
    throw error;
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
