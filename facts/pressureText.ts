import type { Observation } from "../capacity/pressure/condition.ts";

/** What a host says of its memory and of its root file system; null for what it did not say. */
export interface PressureFigures {
  /** Without huge pages. */
  readonly memory: Observation;
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

/** In bytes, though the kernel writes KiB as `kB`. */
function meminfo(text: string, field: string): number | null {
  return product(new RegExp(`^memory ${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1], "1024");
}

function product(a: string | undefined, b: string | undefined): number | null {
  if (a === undefined || b === undefined) return null;
  const value = BigInt(a) * BigInt(b);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}
