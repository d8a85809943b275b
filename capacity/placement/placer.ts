import type { Fleet } from "../../model/fleet.ts";
import { hasDefaultLimits } from "../../model/placement.ts";
import type { PlacedVM, PlacementRecord } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import type { PressureState } from "../pressure/exclusion.ts";
import { type Demand, demandOf } from "./demand.ts";
import { commit } from "./fit.ts";
import type { HostState } from "./hostState.ts";
import { emptyHosts } from "./hosts.ts";
import { scan } from "./scan.ts";

/** A VM that was placed, and the record of it. */
export interface PlacedVm {
  readonly vm: PlacedVM;
  readonly record: PlacementRecord;
}

/** The hosts of a fleet with what is on them, which takes VMs one after another. */
export class Placer {
  /** In the order in which equals are preferred. */
  readonly hosts: readonly HostState[];
  readonly #byName: ReadonlyMap<string, HostState>;
  readonly #byCount: boolean;
  readonly #hasDefaultLimits: boolean;

  constructor(fleet: Fleet, pressure?: PressureState) {
    this.hosts = emptyHosts(fleet, pressure);
    this.#byName = new Map(this.hosts.map((state) => [state.spec.host.name, state]));
    this.#hasDefaultLimits = hasDefaultLimits(fleet.placement);
    this.#byCount = fleet.placement.algorithm === "least_vm_count";
  }

  host(name: string): HostState | undefined {
    return this.#byName.get(name);
  }

  /** Counts a VM whose place is settled. */
  add(vm: VM): void {
    if (vm.host !== undefined) this.host(vm.host)?.add(vm);
  }

  demandOf(vm: VM): Demand {
    return demandOf(
      vm,
      this.#hasDefaultLimits,
      vm.host === undefined ? undefined : this.host(vm.host)?.spec.host,
    );
  }

  /** The hosts that a VM may be placed on. */
  candidates(vm: VM): readonly HostState[] {
    if (vm.host === undefined) return this.hosts;
    const only = this.host(vm.host);
    return only === undefined ? [] : [only];
  }

  /** Places a VM on the best host there is; undefined if no host has a place for it. */
  place(vm: VM): PlacedVm | undefined {
    const demand = this.demandOf(vm);
    const proposal = scan(this.candidates(vm), demand, this.#byCount);
    return proposal && commit(proposal, demand);
  }
}
