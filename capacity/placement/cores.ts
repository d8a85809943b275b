import { LOCAL_DISTANCE } from "../../model/distances.ts";
import type { Host } from "../../model/host.ts";

/**
 * A host's CPUs as arrays: cells in the order of the host's record, in each its cores by their lowest CPU, in each its
 * threads ascending. Hosts of one make share one table.
 */
export interface CoreTable {
  /** Position → CPU number. */
  readonly cpus: readonly number[];
  /** CPU number → position. */
  readonly position: ReadonlyMap<number, number>;
  /** Position → core. */
  readonly coreOf: readonly number[];
  /** Core → position of its first thread; one more entry at the end. */
  readonly firstThread: readonly number[];
  /** Cell → its first core. */
  readonly firstCore: readonly number[];
  /** Core → cell. */
  readonly cellOf: readonly number[];
  /** Threads of the smallest core and of the largest. */
  readonly smallestCore: number;
  readonly largestCore: number;
  /** Cell → all cells, the nearest first; of equally near ones the first. A cell is nearest to itself. */
  readonly nearest: readonly (readonly number[])[];
  /** Cell × cell → distance. */
  readonly distance: readonly (readonly number[])[];
  /** Cell id → cell. */
  readonly cellIndex: ReadonlyMap<number, number>;
}

/** Where no distances are recorded, every other cell is as far as the next. */
const FAR = 2 * LOCAL_DISTANCE;

export function coreTable(host: Pick<Host, "cells">): CoreTable {
  const cpus: number[] = [];
  const coreOf: number[] = [];
  const firstThread: number[] = [];
  const firstCore: number[] = [];
  const cellOf: number[] = [];
  host.cells.forEach((cell, c) => {
    firstCore.push(cellOf.length);
    const cores = cell.cores.map((threads) => [...threads].sort((a, b) => a - b));
    cores.sort((a, b) => (a[0] as number) - (b[0] as number));
    for (const threads of cores) {
      firstThread.push(cpus.length);
      for (const cpu of threads) {
        coreOf.push(cellOf.length);
        cpus.push(cpu);
      }
      cellOf.push(c);
    }
  });
  firstThread.push(cpus.length);
  const distance = host.cells.map((from, f) =>
    host.cells.map((to, t) => (f === t ? LOCAL_DISTANCE : (from.distances[String(to.id)] ?? FAR))),
  );
  const all = host.cells.map((_, c) => c);
  const sizes = host.cells.flatMap((cell) => cell.cores.map((core) => core.length));
  return {
    cpus,
    position: new Map(cpus.map((cpu, p) => [cpu, p])),
    coreOf,
    firstThread,
    firstCore,
    cellOf,
    smallestCore: Math.min(...sizes),
    largestCore: Math.max(...sizes),
    distance,
    nearest: all.map((from) =>
      [...all].sort(
        (a, b) =>
          Number(a !== from) - Number(b !== from) ||
          (distance[from]?.[a] as number) - (distance[from]?.[b] as number) ||
          a - b,
      ),
    ),
    cellIndex: new Map(host.cells.map((cell, c) => [cell.id, c])),
  };
}

/**
 * Cores that have at least so many threads and as few more as there can be: which sizes, the larger ones first. Null
 * if all of them together have too few.
 *
 * @param counts core size → how many there are
 */
export function fewestThreads(
  counts: ReadonlyMap<number, number>,
  threads: number,
): ReadonlyMap<number, number> | null {
  const sizes = [...counts].filter(([, n]) => n > 0).sort(([a], [b]) => b - a);
  const [only] = sizes;
  if (only === undefined) return null;
  if (sizes.length === 1) {
    const [size, there] = only;
    const needed = Math.ceil(threads / size);
    return needed <= there ? new Map([[size, needed]]) : null;
  }
  return fewestOfMixed(sizes, threads);
}

/** Sums that some cores make, each with the cores of the last size that make it: hosts with cores of several kinds. */
function fewestOfMixed(
  sizes: readonly (readonly [number, number])[],
  threads: number,
): ReadonlyMap<number, number> | null {
  const most = threads + (sizes[0]?.[0] as number);
  const layers: (readonly (number | undefined)[])[] = [];
  let reached: boolean[] = [true];
  for (const [size, there] of sizes) {
    const taken: (number | undefined)[] = [];
    const next: boolean[] = [];
    for (let sum = 0; sum < most; sum++) {
      // The most cores of this size that lead here: larger cores are tried first.
      for (let n = Math.min(there, Math.floor(sum / size)); n >= 0; n--) {
        if (!reached[sum - n * size]) continue;
        taken[sum] = n;
        next[sum] = true;
        break;
      }
    }
    layers.push(taken);
    reached = next;
  }
  for (let sum = threads; sum < most; sum++) {
    if (!reached[sum]) continue;
    const chosen = new Map<number, number>();
    let left = sum;
    for (let s = sizes.length - 1; s >= 0; s--) {
      const n = layers[s]?.[left] as number;
      const size = sizes[s]?.[0] as number;
      if (n > 0) chosen.set(size, n);
      left -= n * size;
    }
    return chosen;
  }
  return null;
}
