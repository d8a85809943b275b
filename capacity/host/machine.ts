import { compareText } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import { hasDefaultLimits, type Ratios, ratiosOf } from "../../model/placement.ts";
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
  /**
   * The CPUs of the host that the VM keeps from all others: its pinned ones and, if it asks for exclusive
   * cores, their siblings too, save those that are kept for the host.
   */
  readonly dedicated: readonly number[];
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
  /**
   * CPU → the VMs pinned to it, by name: findings must not depend on the order of declaration. CPUs that the
   * host lacks are in it too.
   */
  readonly owners: ReadonlyMap<number, readonly Guest[]>;
  /** All dedicated CPUs of all its VMs. */
  readonly dedicated: ReadonlySet<number>;
  /** All CPUs of emulator and iothread sets, on the host or not. */
  readonly helpers: ReadonlySet<number>;
  /** CPUs that a further vCPU could be pinned to: neither kept for the host nor dedicated nor in a helper set. */
  readonly free: ReadonlySet<number>;
  /** What may be promised of what there is; the CPU's is vCPUs per shared CPU. */
  readonly ratios: Ratios;
  /** Whether VMs without limits of their own get them in proportion to their vCPUs. */
  readonly hasDefaultLimits: boolean;
}

/** Every host of the fleet, in declaration order. VMs are dealt out once, so that the cost is linear. */
export function machines(fleet: Fleet): Machine[] {
  const vms = new Map<string, { vm: VM; path: string }[]>(fleet.hosts.map((h) => [h.name, []]));
  fleet.vms.forEach((vm, i) => {
    if (vm.host !== undefined) vms.get(vm.host)?.push({ vm, path: `vms[${i}]` });
  });
  const defaults = hasDefaultLimits(fleet.placement);
  return fleet.hosts.map((host, i) =>
    machine(host, `hosts[${i}]`, vms.get(host.name) ?? [], hostRatios(fleet, host.name), defaults),
  );
}

/** The fleet's ratios; a host's own one for CPU wins. It may be called like a property that every object has. */
export function hostRatios({ placement, policy: { oversubscription } }: Fleet, host: string): Ratios {
  const ratios = ratiosOf(placement);
  const own = Object.hasOwn(oversubscription, host) ? oversubscription[host] : undefined;
  return own === undefined ? ratios : { ...ratios, cpu: own };
}

function machine(
  host: Host,
  path: string,
  vms: readonly { readonly vm: VM; readonly path: string }[],
  ratios: Ratios,
  hasDefaultLimits: boolean,
): Machine {
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
  const reserved = new Set(host.reserved.cpus);
  const guests = vms.map(({ vm, path: at }): Guest => {
    const pinned = [...new Set(vm.pins?.flat())].sort((a, b) => a - b);
    const dedicated = dedicatedCpus(vm, pinned, coreOf, reserved);
    return { vm, path: at, pinned, dedicated, overhead: overhead(vm).bytes };
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
  const cpus = [...cellOf.keys()].sort((a, b) => a - b);
  const dedicated = new Set(guests.flatMap((guest) => guest.dedicated));
  const helpers = helperSet(guests);
  return {
    host,
    path,
    guests,
    cpus,
    cellOf,
    coreOf,
    cellIndex: new Map(host.cells.map((cell, c) => [cell.id, c])),
    reserved,
    owners,
    dedicated,
    helpers,
    free: new Set(cpus.filter((cpu) => !reserved.has(cpu) && !dedicated.has(cpu) && !helpers.has(cpu))),
    ratios,
    hasDefaultLimits,
  };
}

function dedicatedCpus(
  vm: VM,
  pinned: readonly number[],
  coreOf: ReadonlyMap<number, readonly number[]>,
  reserved: ReadonlySet<number>,
): number[] {
  const cpus = new Set<number>();
  for (const cpu of pinned) {
    const core = coreOf.get(cpu);
    if (core === undefined) continue;
    cpus.add(cpu);
    if (vm.exclusiveCores) for (const sibling of core) if (!reserved.has(sibling)) cpus.add(sibling);
  }
  return [...cpus];
}

/**
 * The CPUs of this host on which the emulator and iothread sets of pinned VMs lie, each once, save those
 * that are kept for the host or dedicated: no vCPU can be pinned there any more.
 */
export function helperCpus(machine: Machine): number[] {
  const { cellOf, reserved, dedicated } = machine;
  const helpers = helperSet(machine.guests.filter((guest) => guest.pinned.length > 0));
  return [...helpers].filter((cpu) => cellOf.has(cpu) && !reserved.has(cpu) && !dedicated.has(cpu));
}

function helperSet(guests: readonly Guest[]): Set<number> {
  return new Set(
    guests.flatMap(({ vm }) => [
      ...(vm.emulator ?? []),
      ...vm.iothreads.flatMap((thread) => thread.cpus ?? []),
    ]),
  );
}

/** Path of a VM's first pin that holds one of the CPUs. */
export function pinPath(guest: Guest, cpus: readonly number[]): string {
  const wanted = new Set(cpus);
  const index = (guest.vm.pins ?? []).findIndex((pin) => pin.some((cpu) => wanted.has(cpu)));
  return `${guest.path}.pins[${index}]`;
}
