import type { Cell } from "../model/host.ts";

/** Where a CPU of the host is in QEMU's machine. QEMU's machine has one socket for each cell. */
export interface TwinCpu {
  /** Its number, in the model as in the twin's kernel. */
  readonly cpu: number;
  readonly socket: number;
  readonly core: number;
  readonly thread: number;
  /** Its place in QEMU's list of possible CPUs, which names its ACPI device. */
  readonly index: number;
  readonly apicId: number;
}

/** QEMU's machines are regular: so many cores on each socket, so many threads on each core. */
export interface Topology {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
  /** In the order of their numbers: the order in which the twin's kernel is to count them. */
  readonly cpus: readonly TwinCpu[];
  /** Cell by socket. */
  readonly cellOfSocket: readonly number[];
}

/**
 * Places every CPU of a host's cells. CPU 0 is the one that a machine boots with, and that is QEMU's first: so its
 * cell gets the first socket, and its core comes first there. Every other order would do.
 */
export function placeCpus(cells: readonly Pick<Cell, "id" | "cores">[]): Topology {
  const ordered = cells
    .map(({ id, cores }) => ({ id, cores: cores.map(ascending).sort(byFirst) }))
    .sort((a, b) => byFirst(a.cores[0] ?? [], b.cores[0] ?? []));
  const cores = Math.max(0, ...ordered.map((cell) => cell.cores.length));
  const threads = Math.max(0, ...ordered.flatMap((cell) => cell.cores.map((core) => core.length)));
  const threadBits = bitsFor(threads);
  const coreBits = bitsFor(cores);
  const cpus = ordered.flatMap((cell, socket) =>
    cell.cores.flatMap((siblings, core) =>
      siblings.map((cpu, thread) => ({
        cpu,
        socket,
        core,
        thread,
        index: (socket * cores + core) * threads + thread,
        apicId: (((socket << coreBits) | core) << threadBits) | thread,
      })),
    ),
  );
  return {
    sockets: ordered.length,
    cores,
    threads,
    cpus: cpus.sort((a, b) => a.cpu - b.cpu),
    cellOfSocket: ordered.map(({ id }) => id),
  };
}

/** CPUs that QEMU's regular machine could have, and the host has not. */
export function emptySeats({ sockets, cores, threads, cpus }: Topology): number {
  return sockets * cores * threads - cpus.length;
}

function ascending(cpus: readonly number[]): number[] {
  return [...cpus].sort((a, b) => a - b);
}

function byFirst(a: readonly number[], b: readonly number[]): number {
  return (a[0] ?? 0) - (b[0] ?? 0);
}

/** Bits of an APIC id that tell so many things apart, as QEMU counts them. */
function bitsFor(count: number): number {
  return count > 1 ? 32 - Math.clz32(count - 1) : 0;
}
