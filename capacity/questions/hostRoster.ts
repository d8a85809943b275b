import type { Fleet } from "../../model/fleet.ts";
import { hasDefaultLimits } from "../../model/placement.ts";
import { isUnplaced } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import { diskFile } from "../host/files.ts";
import { type Demand, demandOf } from "../placement/demand.ts";
import { commit, propose } from "../placement/fit.ts";
import { HostState } from "../placement/hostState.ts";
import { emptyHosts } from "../placement/hosts.ts";
import type { PressureState } from "../pressure/exclusion.ts";

/** The hosts of a fleet as its VMs leave them. What is tried out is tried out on a copy. */
export class HostRoster {
  /** In the order in which equals are preferred. */
  readonly states: readonly HostState[];
  /** The VMs of each, by its position. */
  readonly vms: readonly (readonly VM[])[];
  /** VMs that have no place: they take nothing but the CPUs that they name for QEMU's own threads. */
  readonly withoutPlace: readonly VM[];
  readonly byCount: boolean;
  readonly #hasDefaultLimits: boolean;

  /** @param fleet with all its VMs placed that have a place */
  constructor(fleet: Fleet, pressure: PressureState | undefined) {
    this.states = emptyHosts(fleet, pressure);
    this.byCount = fleet.placement.algorithm === "least_vm_count";
    this.#hasDefaultLimits = hasDefaultLimits(fleet.placement);
    const position = new Map(this.states.map(({ spec }, p) => [spec.host.name, p]));
    const vms: VM[][] = this.states.map(() => []);
    const without: VM[] = [];
    for (const vm of fleet.vms) {
      const list = vms[position.get(vm.host ?? "") ?? -1];
      if (isUnplaced(vm) || list === undefined) without.push(vm);
      if (list !== undefined) list.push(vm);
    }
    this.vms = vms;
    this.withoutPlace = without;
    for (const [p, state] of this.states.entries()) this.#occupy(state, p);
  }

  /** A host with what is on it, to put more on. */
  copy(position: number): HostState {
    const state = new HostState((this.states[position] as HostState).spec);
    this.#occupy(state, position);
    return state;
  }

  #occupy(state: HostState, position: number): void {
    for (const vm of this.vms[position] as readonly VM[]) {
      if (isUnplaced(vm)) state.cpus.takeHelpers(vm);
      else state.add(vm);
    }
  }

  demandOf(vm: VM): Demand {
    return demandOf(vm, this.#hasDefaultLimits);
  }
}

/** How many of a shape a host takes, one after another. */
export interface Filled {
  readonly seats: number;
  /** False if it was given up: there is no end to be seen. */
  readonly isFull: boolean;
  /** Seats by the positions of the cells that they got. */
  readonly cells: ReadonlyMap<string, number>;
}

/** A host that takes more has nothing that bounds it: neither CPU nor memory counts. */
const MOST_PER_HOST = 5_000;

/** Puts VMs of a shape on a host until it takes no more. */
export function fill(state: HostState, demand: Demand): Filled {
  const cells = new Map<string, number>();
  for (let seats = 0; seats < MOST_PER_HOST; seats++) {
    const next = copyOf(demand, seats);
    const proposal = propose(state, next);
    if (proposal === undefined) return { seats, isFull: true, cells };
    commit(proposal, next);
    const key = proposal.cells.join();
    cells.set(key, (cells.get(key) ?? 0) + 1);
  }
  return { seats: MOST_PER_HOST, isFull: false, cells };
}

/** Each of them has files and vGPUs of its own. No VM may be called so, and no UUID is written so. */
function copyOf(demand: Demand, n: number): Demand {
  if (demand.disks.length + demand.vm.gpus.length === 0) return demand;
  const gpus = demand.vm.gpus.map((gpu, i) =>
    gpu.vgpu === undefined ? gpu : { ...gpu, vgpu: { ...gpu.vgpu, uuid: `~${n}-${i}` } },
  );
  const vm = { ...demand.vm, name: `~${n}`, gpus };
  return {
    ...demand,
    vm,
    disks: demand.disks.map((disk) => ({ ...disk, file: diskFile(vm, { name: disk.name }) })),
  };
}
