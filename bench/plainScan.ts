import { overhead } from "../capacity/host/overhead.ts";
import type { Fleet } from "../model/fleet.ts";

/**
 * LeastAllocated as one would first write it: for each VM every host, in doubles, CPU and memory and disk as one sum a
 * host. It knows no cells, pins, hugepages, pools or bridges, and settles near ties by rounding: what it places need
 * not be possible. Shown to tell what knowing them costs.
 */
export function plainScan({ hosts, vms }: Fleet): number {
  const limits = hosts.map((host) => [
    host.cells.reduce((sum, cell) => sum + cell.cores.flat().length, 0) - (host.reserved.cpus?.length ?? 0),
    host.cells.reduce((sum, cell) => sum + cell.memory - host.reserved.memoryPerCell, 0),
    host.pools.reduce((sum, pool) => sum + pool.capacity, 0),
  ]);
  const limit = [0, 1, 2].map((r) => Float64Array.from(limits, (l) => l[r] as number));
  const left = limit.map((of) => of.slice());
  const [cpu, memory, disk] = left as [Float64Array, Float64Array, Float64Array];
  const [cpuLimit, memoryLimit, diskLimit] = limit as [Float64Array, Float64Array, Float64Array];
  let placed = 0;
  for (const vm of vms) {
    const wanted = vm.memory + overhead(vm).bytes;
    const size = vm.disks.reduce((sum, d) => sum + d.size, 0);
    let best = -1;
    let bestScore = -1;
    for (let h = 0; h < hosts.length; h++) {
      const c = (cpu[h] as number) - vm.vcpus;
      const m = (memory[h] as number) - wanted;
      const d = (disk[h] as number) - size;
      if (c < 0 || m < 0 || d < 0) continue;
      const score =
        c / (cpuLimit[h] as number) + m / (memoryLimit[h] as number) + d / (diskLimit[h] as number);
      if (score > bestScore) {
        best = h;
        bestScore = score;
      }
    }
    if (best < 0) continue;
    placed++;
    cpu[best] = (cpu[best] as number) - vm.vcpus;
    memory[best] = (memory[best] as number) - wanted;
    disk[best] = (disk[best] as number) - size;
  }
  return placed;
}
