import { formatBandwidth } from "../model/format.ts";
import type { BitsPerSecond, Bytes } from "../model/quantity.ts";

/** Figures as a fleet file has them, rounded down to what is worth recording. The text tells the figure exactly. */

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Below it another kernel's own needs are a part of the memory that counts. */
const LARGE_CELL = 4 * GIB;
/** A kernel keeps some MiB more or less for itself than another; that is no change of the host. */
const LARGE_STEP = 64 * MIB;
/** What stays between a record and the figure, however near to a step that is; a figure on a step is recorded as it is. */
const SLACK = 16 * MIB;

/** Memory of a cell, down to 64 MiB (1 MiB below 4 GiB): a record outlives an update of the kernel. */
export function recordedMemory(bytes: Bytes): Bytes {
  if (bytes < LARGE_CELL) return bytes - (bytes % MIB);
  const rest = bytes % LARGE_STEP;
  return bytes - rest - (rest > 0 && rest < SLACK ? LARGE_STEP : 0);
}

/** Room of a disk, down to hundredths of a GB, or of a MB below one GB. */
export function recordedStorage(bytes: Bytes): Bytes {
  const unit = bytes >= 1e9 ? 1e7 : bytes >= 1e6 ? 1e4 : 1;
  return Math.floor(bytes / unit) * unit;
}

/** `120832 MiB`, `128 GiB`, `17 KiB`. */
export function memoryText(bytes: Bytes): string {
  for (const [unit, factor] of [
    ["GiB", GIB],
    ["MiB", MIB],
    ["KiB", 1024],
  ] as const) {
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor} ${unit}`;
  }
  return `${bytes} B`;
}

/** `270.55 GB`, `8 TB`, of a figure that `recordedStorage` has given. */
export function storageText(bytes: Bytes): string {
  if (bytes % 1e12 === 0 && bytes > 0) return `${bytes / 1e12} TB`;
  if (bytes >= 1e9 && bytes % 1e7 === 0) return `${hundredths(bytes / 1e7)} GB`;
  if (bytes >= 1e6 && bytes % 1e4 === 0) return `${hundredths(bytes / 1e4)} MB`;
  return `${bytes} B`;
}

function hundredths(count: number): string {
  const [whole, rest] = [Math.floor(count / 100), count % 100];
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(2, "0").replace(/0$/, "")}`;
}

export function bandwidthText(rate: BitsPerSecond): string {
  return formatBandwidth(rate);
}
