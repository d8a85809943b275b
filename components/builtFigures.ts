import type { Built } from "../capacity/explain/figure.ts";
import type { Host } from "../model/host.ts";
import type { VM } from "../model/vm.ts";
import { cpuTopology } from "./cpuTopology.ts";
import { planDisks, targetDevice } from "./diskArgs.ts";
import { mostMemory, mostVcpus } from "./headroom.ts";
import { macAddress } from "./mac.ts";
import { seedPlan } from "./seedPlan.ts";

/** What components make of a VM, for its explanation. @param host undefined for a VM without a place */
export function builtFigures(vm: VM, host: Host | undefined): Built {
  const planned = host === undefined ? [] : planDisks(vm, host);
  const seed = host && seedPlan(vm, host);
  const folder = host?.pools.find((pool) => pool.name === seed?.pool)?.path;
  return {
    mostMemory: mostMemory(vm),
    mostVcpus: mostVcpus(vm),
    topology: cpuTopology(vm, host ?? { cells: [] }),
    disks: vm.disks.map((disk, i) => ({
      target: targetDevice(i),
      capacity: (planned.find((plan) => plan.disk === disk)?.volume.capacity as number) ?? disk.size,
    })),
    mac: macAddress(vm.name),
    seed: seed === undefined ? undefined : `${folder}/${seed.volume}`,
  };
}
