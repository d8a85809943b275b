import type { Fleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { type Rehearsal, rehearse } from "../model/rehearsal.ts";

/**
 * The fleet as a rehearsal creates it: hosts are the machine that plays them, VMs have its CPUs and their share of its
 * memory. Pools keep their paths, and promise no capacity.
 */
export function rehearsedFleet(fleet: Fleet, machine: Rehearsal | undefined): Fleet {
  if (machine === undefined) return fleet;
  const hosts = new Map(fleet.hosts.map((host) => [host.name, host]));
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) => rehearsedHost(host, machine)),
    vms: fleet.vms.map((vm) => {
      const host = hosts.get(vm.host ?? "");
      return host ? rehearse(vm, host, machine) : vm;
    }),
  };
}

function rehearsedHost(host: Host, { cpus, memory }: Rehearsal): Host {
  return {
    ...host,
    cells: [
      { id: 0, cores: Array.from({ length: cpus }, (_, cpu) => [cpu]), memory, hugepages: {}, distances: {} },
    ],
    reserved: { memoryPerCell: 0 },
    pools: host.pools.map((pool) => ({ ...pool, capacity: 0 })),
  };
}
