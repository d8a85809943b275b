import { compareText } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import type { VM } from "../../model/vm.ts";
import { overhead } from "./overhead.ts";

/** A VM as its host sees it. */
export interface Guest {
  readonly vm: VM;
  /** Property path in the fleet: `vms[2]`. */
  readonly path: string;
  /** The CPUs of all its pins, each once, ascending; empty for a VM that floats. */
  readonly pinned: readonly number[];
  /** QEMU's overhead. */
  readonly overhead: Bytes;
}

/** A host with its VMs, indexed for the rules. */
export interface Machine {
  readonly host: Host;
  /** Property path in the fleet: `hosts[0]`. */
  readonly path: string;
  /** In declaration order. */
  readonly guests: readonly Guest[];
  /** The same by name: findings must not depend on the order of declaration. */
  readonly byName: readonly Guest[];
  /** All CPUs of all cells, ascending. */
  readonly cpus: readonly number[];
  /** CPU → index of its cell in `host.cells`. */
  readonly cellOf: ReadonlyMap<number, number>;
  /** CPU → all threads of its core, itself included. */
  readonly coreOf: ReadonlyMap<number, readonly number[]>;
  /** Cell id → index in `host.cells`. */
  readonly cellIndex: ReadonlyMap<number, number>;
  /** CPUs kept for the host, as declared. */
  readonly reserved: ReadonlySet<number>;
  /** CPU → the VMs pinned to it, by name. CPUs that the host lacks are in it too. */
  readonly owners: ReadonlyMap<number, readonly Guest[]>;
  /** vCPUs per shared CPU. */
  readonly ratio: number;
}

/** Every host of the fleet, in declaration order. VMs are dealt out once, so that the cost is linear. */
export function machines(fleet: Fleet): Machine[] {
  const guests = new Map<string, Guest[]>(fleet.hosts.map((h) => [h.name, []]));
  fleet.vms.forEach((vm, i) => {
    guests.get(vm.host)?.push({
      vm,
      path: `vms[${i}]`,
      pinned: [...new Set(vm.pins?.flat())].sort((a, b) => a - b),
      overhead: overhead(vm).bytes,
    });
  });
  return fleet.hosts.map((host, i) =>
    machine(host, `hosts[${i}]`, guests.get(host.name) ?? [], fleet.policy.oversubscription[host.name] ?? 1),
  );
}

function machine(host: Host, path: string, guests: readonly Guest[], ratio: number): Machine {
  const cellOf = new Map<number, number>();
  const coreOf = new Map<number, readonly number[]>();
  host.cells.forEach((cell, c) => {
    for (const core of cell.cores) {
      for (const cpu of core) {
        cellOf.set(cpu, c);
        coreOf.set(cpu, core);
      }
    }
  });
  const byName = [...guests].sort((a, b) => compareText(a.vm.name, b.vm.name));
  const owners = new Map<number, Guest[]>();
  for (const guest of byName) {
    for (const cpu of guest.pinned) {
      const list = owners.get(cpu);
      if (list) list.push(guest);
      else owners.set(cpu, [guest]);
    }
  }
  return {
    host,
    path,
    guests,
    byName,
    cpus: [...cellOf.keys()].sort((a, b) => a - b),
    cellOf,
    coreOf,
    cellIndex: new Map(host.cells.map((cell, c) => [cell.id, c])),
    reserved: new Set(host.reserved.cpus),
    owners,
    ratio,
  };
}

/**
 * The CPUs of this host that a VM keeps from all others: its pinned ones and, if it asks for exclusive
 * cores, their siblings too, save those that are kept for the host.
 */
export function dedicated(machine: Machine, guest: Guest): number[] {
  const cpus = new Set(guest.pinned.filter((cpu) => machine.cellOf.has(cpu)));
  if (guest.vm.exclusiveCores) {
    for (const cpu of [...cpus]) {
      for (const sibling of machine.coreOf.get(cpu) ?? []) {
        if (!machine.reserved.has(sibling)) cpus.add(sibling);
      }
    }
  }
  return [...cpus].sort((a, b) => a - b);
}

/**
 * The CPUs of this host on which the emulator and iothread sets of pinned VMs lie, each once, save those
 * that are kept for the host or dedicated: no vCPU can be pinned there any more.
 */
export function helperCpus(machine: Machine): number[] {
  const dedicatedCpus = new Set(machine.guests.flatMap((guest) => dedicated(machine, guest)));
  const cpus = new Set<number>();
  for (const { vm, pinned } of machine.guests) {
    if (pinned.length === 0) continue;
    for (const set of [vm.emulator ?? [], ...vm.iothreads.map((thread) => thread.cpus ?? [])]) {
      for (const cpu of set) {
        if (!machine.cellOf.has(cpu) || machine.reserved.has(cpu) || dedicatedCpus.has(cpu)) continue;
        cpus.add(cpu);
      }
    }
  }
  return [...cpus].sort((a, b) => a - b);
}

/** Path of a VM's first pin that holds one of the CPUs. */
export function pinPath(guest: Guest, cpus: readonly number[]): string {
  const wanted = new Set(cpus);
  const index = (guest.vm.pins ?? []).findIndex((pin) => pin.some((cpu) => wanted.has(cpu)));
  return `${guest.path}.pins[${index}]`;
}
