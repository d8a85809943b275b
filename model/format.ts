import type { BitsPerSecond, Bytes, Millicores } from "./quantity.ts";

/**
 * Texts for people. Figures are written as the policy page writes them: binary prefixes without `B`
 * (`219.81Gi`), at most two decimals, no locale.
 */

const BINARY = [
  ["Pi", 1024 ** 5],
  ["Ti", 1024 ** 4],
  ["Gi", 1024 ** 3],
  ["Mi", 1024 ** 2],
  ["Ki", 1024],
] as const;

/**
 * Bytes as `80Gi`, `219.81Gi`, `512Mi`, `17`. The largest figures stay in Gi, as node budgets do, up to 10,000Gi.
 * Rounds to the nearest hundredth of the unit; a figure of which that would leave nothing is shown in a smaller one.
 */
export function formatBytes(bytes: Bytes): string {
  const sign = bytes < 0 ? "-" : "";
  const size = Math.abs(bytes);
  for (const [unit, factor] of BINARY) {
    if (size < factor) continue;
    if (unit !== "Gi" && factor > 1024 ** 3 && size < 10_000 * 1024 ** 3) continue;
    return `${sign}${hundredths(size / factor)}${unit}`;
  }
  return `${sign}${size}`;
}

/** Bytes of disk as vendors write them, in decimal units: `8 TB`, `240 GB`; rounds to hundredths like `formatBytes`. */
export function formatStorage(bytes: Bytes): string {
  const sign = bytes < 0 ? "-" : "";
  const size = Math.abs(bytes);
  for (const [unit, factor] of [
    ["TB", 1e12],
    ["GB", 1e9],
    ["MB", 1e6],
  ] as const) {
    if (size >= factor) return `${sign}${hundredths(size / factor)} ${unit}`;
  }
  return `${sign}${size} B`;
}

/** Millicores as CPUs: `12`, `0.5`, `1.25`; never rounds. */
export function formatCpu(millicores: Millicores): string {
  const sign = millicores < 0 ? "-" : "";
  const size = Math.abs(millicores);
  const fraction = String(size % 1000)
    .padStart(3, "0")
    .replace(/0+$/, "");
  const whole = Math.floor(size / 1000);
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** Bits per second as `10Gbps`, `2.5Gbps`, `125Mbps`. */
export function formatBandwidth(rate: BitsPerSecond): string {
  for (const [unit, factor] of [
    ["Gbps", 1e9],
    ["Mbps", 1e6],
    ["kbps", 1e3],
  ] as const) {
    if (rate >= factor) return `${String(rate / factor)}${unit}`;
  }
  return `${rate}bps`;
}

/** A figure in the unit of a finding, for people. */
export function formatFigure(value: number | string | null, unit: string): string {
  if (value === null) return "unknown";
  if (typeof value === "string") return value;
  if (unit === "bytes") return formatBytes(value);
  if (unit === "storage bytes") return formatStorage(value);
  if (unit === "millicores") return formatCpu(value);
  if (unit === "bits per second") return value < 0 ? `-${formatBandwidth(-value)}` : formatBandwidth(value);
  return unit === "" ? String(value) : `${value} ${unit}`;
}

/** Whole figures without decimals, others with exactly two: `80`, `1384.60`. */
function hundredths(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
