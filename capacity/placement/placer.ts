import type { Fleet } from "../../model/fleet.ts";
import { hasDefaultLimits } from "../../model/placement.ts";
import type { PlacedVM, PlacementRecord } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import { diskFile } from "../host/files.ts";
import type { PressureState } from "../pressure/exclusion.ts";
import { type Demand, demandOf } from "./demand.ts";
import { commit, type Proposal } from "./fit.ts";
import { HostIndex } from "./hostIndex.ts";
import type { HostState } from "./hostState.ts";
import { emptyHosts } from "./hosts.ts";
import { scan } from "./scan.ts";

/** A VM that was placed, and the record of it. */
export interface PlacedVm {
  readonly vm: PlacedVM;
  readonly record: PlacementRecord;
}

/** With fewer hosts the scan is as fast. */
const MANY_HOSTS = 24;

/** The hosts of a fleet with what is on them, which takes VMs one after another. */
export class Placer {
  /** In the order in which equals are preferred. */
  readonly hosts: readonly HostState[];
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #byCount: boolean;
  readonly #hasDefaultLimits: boolean;

  /** Made when the first VM asks for it. */
  #index: HostIndex | undefined;
  readonly #indexFrom: number;
  /** Names of all disks' files: hosts that are alike are not, to a disk whose file one of them has already. */
  readonly #files = new Set<string>();
  /** The same of vGPUs. */
  readonly #vgpus = new Set<string>();

  /** @param indexFrom hosts from which on an index is worth its keep; it finds what the scan finds */
  constructor(fleet: Fleet, pressure?: PressureState, indexFrom = MANY_HOSTS) {
    this.#indexFrom = indexFrom;
    this.hosts = emptyHosts(fleet, pressure);
    this.#ranks = new Map(this.hosts.map((state, rank) => [state.spec.host.name, rank]));
    this.#hasDefaultLimits = hasDefaultLimits(fleet.placement);
    this.#byCount = fleet.placement.algorithm === "least_vm_count";
  }

  host(name: string): HostState | undefined {
    return this.hosts[this.#ranks.get(name) ?? -1];
  }

  /** Counts a VM whose place is settled, with the disks of which the pools are. */
  add(vm: VM, disks: VM["disks"] = vm.disks): void {
    const rank = this.#ranks.get(vm.host ?? "");
    if (rank === undefined) return;
    this.hosts[rank]?.add(vm, disks);
    for (const disk of disks) this.#files.add(diskFile(vm, disk));
    for (const { vgpu } of vm.gpus) if (vgpu) this.#vgpus.add(vgpu.uuid);
    this.#index?.changed(rank);
  }

  /**
   * A pool for each disk of a VM that has none yet, on the VM's own host, by the disk's name. Undefined if they have no
   * room there.
   */
  addDisks(vm: VM): Readonly<Record<string, string>> | undefined {
    const pools = this.host(vm.host ?? "")?.pools;
    const asked = this.demandOf(vm).disks.filter((disk) => disk.pool === undefined);
    const chosen = pools?.choose(asked);
    if (pools === undefined || chosen === undefined) return undefined;
    asked.forEach((disk, d) => {
      pools.take(chosen[d] as number, disk);
      this.#files.add(disk.file);
    });
    this.#index?.changed(this.#ranks.get(vm.host ?? "") as number);
    return Object.fromEntries(
      asked.map(({ name }, d) => [name, pools.table.pools[chosen[d] as number]?.name as string]),
    );
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
    const proposal = this.#best(vm, demand);
    if (proposal === undefined) return undefined;
    const placed = commit(proposal, demand);
    for (const { file } of demand.disks) this.#files.add(file);
    for (const { vgpu } of vm.gpus) if (vgpu) this.#vgpus.add(vgpu.uuid);
    this.#index?.changed(this.#ranks.get(placed.vm.host) as number);
    return placed;
  }

  #best(vm: VM, demand: Demand): Proposal | undefined {
    const isFew = vm.host !== undefined || this.hosts.length < this.#indexFrom;
    const isTold =
      demand.disks.some(({ file }) => this.#files.has(file)) ||
      vm.gpus.some(({ vgpu }) => vgpu !== undefined && this.#vgpus.has(vgpu.uuid));
    if (isFew || isTold) {
      return scan(this.candidates(vm), demand, this.#byCount);
    }
    this.#index ??= new HostIndex(this.hosts, this.#byCount);
    return this.#index.best(demand);
  }
}
