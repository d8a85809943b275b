import { type Host, PAGE_BYTES, PAGE_SIZES, type PageSize } from "../../model/host.ts";
import type { Placement, Ratios } from "../../model/placement.ts";
import type { BitsPerSecond, Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { VM } from "../../model/vm.ts";
import { effective } from "../host/effective.ts";
import { diskFile } from "../host/files.ts";
import { overheadBytes } from "../host/overhead.ts";
import { networkShare, sharesNetwork, trafficLimits } from "../host/traffic.ts";
import { claimsOfPlaced } from "./claims.ts";
import type { CoreTable } from "./cores.ts";
import { CpuRoom } from "./cpuRoom.ts";
import { GpuRoom } from "./gpuRoom.ts";
import { PoolRoom, type PoolTable } from "./pools.ts";
import { Room } from "./room.ts";

/** What never changes of a host while VMs are placed. Hosts of one make share what they can. */
export interface HostSpec {
  readonly host: Host;
  readonly cores: CoreTable;
  readonly pools: PoolTable;
  readonly ratios: Ratios;
  readonly hasDefaultLimits: boolean;
  readonly counts: Counts;
  readonly bridges: ReadonlySet<string>;
  /** What may be promised of its traffic; undefined where nothing is recorded. */
  readonly traffic: Readonly<Record<TrafficKind, BitsPerSecond | undefined>>;
  /** What may be promised of each bridge's uplink; only of those whose speed is recorded. */
  readonly uplinks: ReadonlyMap<string, BitsPerSecond>;
  /** False where its figures are too large to be summed up exactly: nothing is placed by such sums. */
  readonly isExact: boolean;
  /** Why nothing new comes here, as part of a sentence: it is under pressure, or was not seen. */
  readonly pressed: string | undefined;
  /** A number for all that decides what fits and how it scores: hosts with the same one are alike when empty. */
  readonly make: number;
}

/** Which resources bound what is placed, and are scored. */
export type Counts = Readonly<Record<keyof Placement["resources"], boolean>>;

export const TRAFFIC_KINDS = ["network", "diskIo"] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

/** A host with what its VMs take. VMs are added and never taken away. */
export class HostState {
  readonly spec: HostSpec;
  readonly cpus: CpuRoom;
  readonly memory: Room;
  readonly pages: Readonly<Record<PageSize, Room>>;
  readonly pools: PoolRoom;
  readonly gpus: GpuRoom;
  /** Ordinary memory and pages together. */
  readonly memoryLimit: Bytes;
  #memoryUsed: Bytes = 0;
  readonly #traffic: Record<TrafficKind, BitsPerSecond> = { network: 0, diskIo: 0 };
  /** What VMs take of each bridge's uplink. */
  readonly #uplinks = new Map<string, BitsPerSecond>();
  #vms = 0;

  constructor(spec: HostSpec) {
    this.spec = spec;
    const { host, cores, ratios, counts } = spec;
    this.cpus = new CpuRoom(cores, host.reserved.cpus ?? [], ratios.cpu, counts.cpu);
    const pageBytes = host.cells.map(({ hugepages }) =>
      PAGE_SIZES.reduce((sum, size) => sum + (hugepages[size] ?? 0) * PAGE_BYTES[size], 0),
    );
    this.memory = new Room(
      host.cells.map(
        (cell, c) =>
          effective(Math.max(0, cell.memory - (pageBytes[c] as number)), ratios.memory) -
          host.reserved.memoryPerCell,
      ),
    );
    const pages = (size: PageSize) => new Room(host.cells.map((cell) => cell.hugepages[size] ?? 0));
    this.pages = { "2MiB": pages("2MiB"), "1GiB": pages("1GiB") };
    this.memoryLimit = this.memory.capacity + pageBytes.reduce((sum, bytes) => sum + bytes, 0);
    this.pools = new PoolRoom(spec.pools, !counts.disk);
    this.gpus = new GpuRoom(host.gpus);
  }

  get vms(): number {
    return this.#vms;
  }

  get memoryUsed(): Bytes {
    return this.#memoryUsed;
  }

  trafficUsed(kind: TrafficKind): BitsPerSecond {
    return this.#traffic[kind];
  }

  /** What a VM may take of the host's traffic by its limits, its own or default ones. */
  trafficOf(vm: VM): Record<TrafficKind, BitsPerSecond> {
    const { host, cores, ratios, hasDefaultLimits } = this.spec;
    const limits = trafficLimits({ host, cpuCount: cores.cpus.length, ratios, hasDefaultLimits }, vm);
    return {
      network: sharesNetwork(host, vm) ? networkShare(limits) : 0,
      diskIo: limits.diskIo?.rate ?? 0,
    };
  }

  /** What is left of the uplink of a VM's bridge; undefined where its speed is not recorded. */
  uplinkLeft({ bridge = "" }: Pick<VM, "bridge">): BitsPerSecond | undefined {
    const limit = this.spec.uplinks.get(bridge);
    return limit === undefined ? undefined : limit - (this.#uplinks.get(bridge) ?? 0);
  }

  #hasTraffic(vm: VM): boolean {
    return this.spec.hasDefaultLimits || vm.bandwidth !== undefined || vm.diskBandwidth !== undefined;
  }

  /** Whether there is memory for a VM that says itself where its memory lies. */
  holds(vm: VM): boolean {
    const { ordinary, pages } = claimsOfPlaced(this.spec.host, this.spec.cores.cellIndex, vm);
    if (ordinary.length === 0 || (this.spec.counts.memory && !this.memory.fits(ordinary))) return false;
    return vm.hugepages === undefined || this.pages[vm.hugepages].fits(pages);
  }

  /** Whether its traffic is within what the host can carry. */
  carries(vm: VM): boolean {
    const { counts, traffic } = this.spec;
    if (!this.#hasTraffic(vm)) return true;
    const asked = this.trafficOf(vm);
    if (counts.network && asked.network > (this.uplinkLeft(vm) ?? asked.network)) return false;
    return TRAFFIC_KINDS.every((kind) => {
      const limit = traffic[kind];
      return !counts[kind] || limit === undefined || this.#traffic[kind] + asked[kind] <= limit;
    });
  }

  /**
   * Counts a VM that is on this host: placed by hand, by a record or just now.
   *
   * @param disks those that are counted: all but the ones of which the pool is still to be chosen
   */
  add(vm: VM, disks: VM["disks"] = vm.disks): void {
    this.#vms++;
    this.cpus.take(vm);
    const { ordinary, pages } = claimsOfPlaced(this.spec.host, this.spec.cores.cellIndex, vm);
    this.memory.take(ordinary);
    if (vm.hugepages !== undefined) this.pages[vm.hugepages].take(pages);
    this.#memoryUsed += guestMemory(vm) + overheadBytes(vm);
    this.gpus.take(vm);
    for (const disk of disks) {
      const pool = this.#poolOf(disk);
      if (pool !== undefined) this.pools.take(pool, { size: disk.size, file: diskFile(vm, disk) });
    }
    if (!this.#hasTraffic(vm)) return;
    const asked = this.trafficOf(vm);
    for (const kind of TRAFFIC_KINDS) this.#traffic[kind] += asked[kind];
    if (vm.bridge !== undefined && asked.network > 0)
      this.#uplinks.set(vm.bridge, (this.#uplinks.get(vm.bridge) ?? 0) + asked.network);
  }

  /**
   * Why a VM that is to stay here does not fit beside what is counted already, as part of a sentence. Of disks without
   * a pool nothing is said: one is chosen for them once all others are counted.
   */
  conflict(vm: VM): string | undefined {
    const taken = this.cpus.conflict(vm);
    if (taken !== undefined) return taken;
    if (!this.holds(vm)) return "its memory has no room in its cells";
    const sizes = new Map<number, number>();
    for (const disk of vm.disks) {
      if (disk.pool === undefined) continue;
      const pool = this.#poolOf(disk);
      if (pool === undefined) return `there is no pool for disk ${disk.name}`;
      sizes.set(pool, (sizes.get(pool) ?? 0) + disk.size);
    }
    for (const [pool, size] of sizes) {
      if (this.spec.counts.disk && size > this.pools.left(pool)) {
        return `${this.spec.pools.titles[this.pools.tightest(pool)]} has no room for its disks`;
      }
    }
    const noGpu = this.gpus.conflict(vm);
    if (noGpu !== undefined) return noGpu;
    return this.carries(vm) ? undefined : "its network or disk bandwidth is more than there is left";
  }

  /** The pool of a disk as the judgement finds it: the named one, else the only one of its class. */
  #poolOf(disk: Pick<VM["disks"][number], "class" | "pool">): number | undefined {
    const { pools } = this.spec.pools;
    if (disk.pool !== undefined) {
      const named = pools.findIndex((pool) => pool.name === disk.pool);
      return named < 0 ? undefined : named;
    }
    const ofClass = pools.flatMap((pool, p) => (pool.class === disk.class ? [p] : []));
    return ofClass.length === 1 ? ofClass[0] : undefined;
  }

  /**
   * All that decides what fits and how it scores, but for the names of files: hosts with the same text are alike. So
   * are those that differ only in which of their cells has what, unless their cores or claims differ by cell.
   */
  get state(): string {
    const { memory, pages, pools, cpus } = this;
    const { cores, make } = this.spec;
    const [two, one] = [pages["2MiB"], pages["1GiB"]];
    const cells = cores.firstCore.map(
      (_, c) => `${cpus.stateOf(c)};${memory.leftIn(c)};${two.leftIn(c)};${one.leftIn(c)}`,
    );
    const isEntangled = memory.isEntangled || two.isEntangled || one.isEntangled;
    if (!isEntangled && cores.smallestCore === cores.largestCore) cells.sort();
    const { network, diskIo } = this.#traffic;
    const uplinks = [...this.spec.uplinks.keys()].map((bridge) => this.#uplinks.get(bridge) ?? 0).join();
    return `${make}|${this.#vms}|${this.#memoryUsed}|${network}|${uplinks}|${diskIo}|${cpus.state}|${cells.join()}|${memory.state}|${two.state}|${one.state}|${pools.state}|${this.gpus.state}`;
  }
}
