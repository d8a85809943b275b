import { compareText } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import { hasDefaultLimits, type Ratios, ratiosOf } from "../../model/placement.ts";
import type { Bytes } from "../../model/quantity.ts";
import type { VM } from "../../model/vm.ts";
import { overheadBytes } from "./overhead.ts";

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
  readonly cpuCount: number;
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
  const vms = new Map<string, Resident[]>(fleet.hosts.map((h) => [h.name, []]));
  fleet.vms.forEach((vm, i) => {
    if (vm.host !== undefined) vms.get(vm.host)?.push({ vm, path: `vms[${i}]` });
  });
  const defaults = hasDefaultLimits(fleet.placement);
  return fleet.hosts.map(
    (host, i) =>
      new IndexedMachine(
        host,
        `hosts[${i}]`,
        vms.get(host.name) ?? [],
        hostRatios(fleet, host.name),
        defaults,
      ),
  );
}

/** The fleet's ratios; a host's own one for CPU wins. It may be called like a property that every object has. */
export function hostRatios({ placement, policy: { oversubscription } }: Fleet, host: string): Ratios {
  const ratios = ratiosOf(placement);
  const own = Object.hasOwn(oversubscription, host) ? oversubscription[host] : undefined;
  return own === undefined ? ratios : { ...ratios, cpu: own };
}

/**
 * A machine whose indexes are made when they are first asked for: who only sums VMs up pays for none of them, and a
 * fleet has many hosts.
 */
class IndexedMachine implements Machine {
  readonly host: Host;
  readonly path: string;
  readonly ratios: Ratios;
  readonly hasDefaultLimits: boolean;
  readonly #vms: readonly Resident[];
  #topology: Topology | undefined;
  #guests: readonly Guest[] | undefined;
  #cpus: readonly number[] | undefined;
  #reserved: ReadonlySet<number> | undefined;
  #owners: ReadonlyMap<number, readonly Guest[]> | undefined;
  #dedicated: ReadonlySet<number> | undefined;
  #helpers: ReadonlySet<number> | undefined;
  #free: ReadonlySet<number> | undefined;

  constructor(host: Host, path: string, vms: readonly Resident[], ratios: Ratios, hasDefaultLimits: boolean) {
    this.host = host;
    this.path = path;
    this.#vms = vms;
    this.ratios = ratios;
    this.hasDefaultLimits = hasDefaultLimits;
  }

  get #indexed(): Topology {
    this.#topology ??= topologyOf(this.host);
    return this.#topology;
  }

  get cellOf() {
    return this.#indexed.cellOf;
  }

  get coreOf() {
    return this.#indexed.coreOf;
  }

  get cellIndex() {
    return this.#indexed.cellIndex;
  }

  get cpus() {
    this.#cpus ??= this.host.cells.flatMap((cell) => cell.cores.flat()).sort((a, b) => a - b);
    return this.#cpus;
  }

  get cpuCount() {
    return this.host.cells.reduce(
      (sum, cell) => cell.cores.reduce((total, core) => total + core.length, sum),
      0,
    );
  }

  get reserved() {
    this.#reserved ??= new Set(this.host.reserved.cpus);
    return this.#reserved;
  }

  get guests() {
    this.#guests ??= this.#vms.map(({ vm, path }): Guest => {
      const pinned = vm.pins === undefined ? [] : [...new Set(vm.pins.flat())].sort((a, b) => a - b);
      const dedicated = pinned.length === 0 ? [] : dedicatedCpus(vm, pinned, this.coreOf, this.reserved);
      return { vm, path, pinned, dedicated, overhead: overheadBytes(vm) };
    });
    return this.#guests;
  }

  get owners() {
    this.#owners ??= ownersOf(this.guests);
    return this.#owners;
  }

  get dedicated() {
    this.#dedicated ??= new Set(this.guests.flatMap((guest) => guest.dedicated));
    return this.#dedicated;
  }

  get helpers() {
    this.#helpers ??= helperSet(this.guests);
    return this.#helpers;
  }

  get free() {
    const { reserved, dedicated, helpers } = this;
    this.#free ??= new Set(
      this.cpus.filter((cpu) => !reserved.has(cpu) && !dedicated.has(cpu) && !helpers.has(cpu)),
    );
    return this.#free;
  }
}

/** A VM with its property path. */
interface Resident {
  readonly vm: VM;
  readonly path: string;
}

type Topology = Pick<Machine, "cellOf" | "coreOf" | "cellIndex">;

function topologyOf(host: Host): Topology {
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
  return { cellOf, coreOf, cellIndex: new Map(host.cells.map((cell, c) => [cell.id, c])) };
}

function ownersOf(guests: readonly Guest[]): ReadonlyMap<number, readonly Guest[]> {
  const byName = [...guests].sort((a, b) => compareText(a.vm.name, b.vm.name));
  const owners = new Map<number, Guest[]>();
  for (const guest of byName) {
    for (const cpu of guest.pinned) {
      const list = owners.get(cpu);
      if (list) list.push(guest);
      else owners.set(cpu, [guest]);
    }
  }
  return owners;
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
