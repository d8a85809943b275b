import type { Host } from "../model/host.ts";
import type { VM } from "../model/vm.ts";
import { mostVcpus } from "./headroom.ts";

/** Sockets, cores and threads as the guest sees them; their product is the most vCPUs it can have. */
export interface CpuTopology {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/**
 * The guest's topology: vCPUs that are pinned to the siblings of one core, side by side and for every core,
 * become threads of one guest core, so that the guest's scheduler knows what shares an execution unit.
 * Anything else is shown as single-threaded cores; a wrong claim would be worse than none.
 */
export function cpuTopology(
  vm: Pick<VM, "vcpus" | "pins" | "headroom" | "guestCells">,
  host: Pick<Host, "cells">,
): CpuTopology {
  const threads = threadsPerCore(vm, host);
  const cores = mostVcpus(vm) / threads;
  // A cell of the guest is a socket of its own, as it mostly is in hosts.
  const sockets = cores % (vm.guestCells ?? 1) === 0 ? (vm.guestCells ?? 1) : 1;
  return { sockets, cores: cores / sockets, threads };
}

function threadsPerCore(vm: Pick<VM, "vcpus" | "pins" | "headroom">, host: Pick<Host, "cells">): number {
  const { vcpus, pins } = vm;
  const first = pins?.[0]?.[0];
  const core = host.cells.flatMap((c) => c.cores).find((cpus) => first !== undefined && cpus.includes(first));
  const threads = core?.length ?? 1;
  if (!pins || pins.length !== vcpus || threads === 1 || vcpus % threads !== 0) return 1;
  // vCPUs that may come later must make whole cores too.
  if (mostVcpus(vm) % threads !== 0) return 1;
  const cores = new Set(host.cells.flatMap((c) => c.cores.map((cpus) => key(cpus))));
  for (let i = 0; i < vcpus; i += threads) {
    const group = pins.slice(i, i + threads);
    if (!group.every((cpus) => cpus.length === 1) || !cores.has(key(group.flat()))) return 1;
  }
  return threads;
}

function key(cpus: readonly number[]): string {
  return [...cpus].sort((a, b) => a - b).join(",");
}
