import type { Observation } from "../capacity/pressure/condition.ts";
import type { ObservedRange } from "../capacity/pressure/range.ts";
import type { Bytes } from "../model/quantity.ts";

/** What a host says of its memory and of its root file system; null for what it did not say. */
export interface PressureFigures {
  /** Without huge pages. */
  readonly memory: Observation | ObservedRange;
  readonly systemDisk: Observation;
}

/** What the sampling script prints: lines `memory MemTotal: 16 kB` as in /proc/meminfo, and `root BLOCKSIZE BLOCKS AVAILABLE`. */
export function parsePressureFigures(text: string): PressureFigures {
  const [, size, blocks, available] = /^root (\d+) (\d+) (\d+)$/m.exec(text) ?? [];
  const total = meminfo(text, "MemTotal");
  // Huge pages are set aside for guests that ask for them: they are never available, and all of them may be free.
  const setAside = meminfo(text, "Hugetlb") ?? 0;
  return {
    memory: {
      total: total === null || setAside > total ? null : total - setAside,
      available: meminfo(text, "MemAvailable"),
    },
    systemDisk: { total: product(blocks, size), available: product(available, size) },
  };
}

/**
 * What `virsh nodememstats` prints, without huge pages. It has no MemAvailable: what is free can be had, buffers and
 * page cache in part, since shared memory of guests counts as page cache.
 *
 * @param hugepages bytes of them that the host has
 */
export function parseNodeMemory(text: string, hugepages: Bytes): ObservedRange {
  const figure = (field: string) =>
    product(new RegExp(`^${field} *: *(\\d+) KiB$`, "m").exec(text)?.[1], "1024");
  const [all, atLeast, buffers, cached] = ["total", "free", "buffers", "cached"].map(figure);
  if (all == null || atLeast == null || buffers == null || cached == null || hugepages > all) return UNTOLD;
  const total = all - hugepages;
  return { total, atLeast, atMost: Math.min(total, atLeast + buffers + cached) };
}

const UNTOLD: ObservedRange = { total: null, atLeast: null, atMost: null };

/** In bytes, though the kernel writes KiB as `kB`. */
function meminfo(text: string, field: string): number | null {
  return product(new RegExp(`^memory ${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1], "1024");
}

function product(a: string | undefined, b: string | undefined): number | null {
  if (a === undefined || b === undefined) return null;
  const value = BigInt(a) * BigInt(b);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}
