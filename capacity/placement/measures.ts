import { diskClass } from "../../model/host.ts";
import type { Demand } from "./demand.ts";
import { type Counts, type HostState, TRAFFIC_KINDS } from "./hostState.ts";

/**
 * What the index knows of a host, as figures of which the largest is kept for many hosts: from them follows what none
 * of these can hold, and what score none can reach. A bound may promise too much, never too little.
 */

const DISK_CLASSES = diskClass.options;

/** Doubling sizes of a VM's part in a cell, for which the most memory beside so many CPUs is known. */
const STEPS = 9;

export const FIELD = {
  /** Sum of the shares that are left of CPU and memory; with those of the pools of a class, or of the lesser of both. */
  key: 0,
  keySsd: 1,
  keyHdd: 2,
  keyBoth: 3,
  network: 4,
  diskIo: 5,
  whole: 6,
  threads: 7,
  spare: 8,
  spareVcpus: 9,
  memoryCell: 10,
  memoryAnywhere: 11,
  pages2Cell: 12,
  pages2Anywhere: 13,
  pages1Cell: 14,
  pages1Anywhere: 15,
  ssdLeft: 16,
  hddLeft: 17,
  cpuLimit: 18,
  vcpuLimit: 19,
  memoryLimit: 20,
  ssdLimit: 21,
  hddLimit: 22,
  /** Negated, so that the largest is the fewest, and the first. */
  vms: 23,
  rank: 24,
  cells: 25,
  /** Threads of the smallest core, negated, and of the largest. */
  smallestCore: 26,
  largestCore: 27,
  /** Free slots of GPUs, of all kinds. */
  gpus: 28,
  /** Most memory of a cell with so many CPUs: in whole cores. */
  beside: 29,
} as const;
export const FIELDS = FIELD.beside + STEPS;

/** The figures of one host. */
export function measure(state: HostState, rank: number, into: Float64Array): void {
  const { spec, cpus, memory, pages, pools } = state;
  const { counts, ratios, traffic, cores } = spec;
  into.fill(Number.NEGATIVE_INFINITY);
  if (spec.pressed !== undefined || spec.host.cordoned || !spec.isExact) return;
  const most = (field: number, value: number) => {
    if (value > (into[field] as number)) into[field] = value;
  };
  const cells = cores.firstCore.length;
  const unbounded = counts.memory ? undefined : Number.POSITIVE_INFINITY;
  for (let cell = 0; cell < cells; cell++) {
    const whole = cpus.wholeIn(cell);
    const room = unbounded ?? memory.inCell(cell);
    most(FIELD.whole, whole);
    most(FIELD.threads, cpus.freeIn(cell));
    most(FIELD.memoryCell, room);
    most(FIELD.pages2Cell, pages["2MiB"].inCell(cell));
    most(FIELD.pages1Cell, pages["1GiB"].inCell(cell));
    for (let step = 0; step < STEPS && 2 ** step <= whole; step++) most(FIELD.beside + step, room);
  }
  into[FIELD.cells] = cells;
  into[FIELD.gpus] = state.gpus.free;
  into[FIELD.smallestCore] = -cores.smallestCore;
  into[FIELD.largestCore] = cores.largestCore;
  into[FIELD.spare] = cpus.spare;
  into[FIELD.spareVcpus] = cpus.spareVcpus;
  into[FIELD.memoryAnywhere] = unbounded ?? memory.anywhere();
  into[FIELD.pages2Anywhere] = pages["2MiB"].anywhere();
  into[FIELD.pages1Anywhere] = pages["1GiB"].anywhere();
  into[FIELD.cpuLimit] = cpus.usable;
  into[FIELD.vcpuLimit] = cpus.usable * ratios.cpu;
  into[FIELD.memoryLimit] = state.memoryLimit;
  into[FIELD.vms] = -state.vms;
  into[FIELD.rank] = -rank;

  let key = 0;
  if (counts.cpu && cpus.usable > 0) key += (cpus.shared - cpus.floating / ratios.cpu) / cpus.usable;
  if (counts.memory && state.memoryLimit > 0)
    key += (state.memoryLimit - state.memoryUsed) / state.memoryLimit;
  into[FIELD.key] = key;
  const shares = DISK_CLASSES.map((kind, k) => {
    let share = Number.NEGATIVE_INFINITY;
    spec.pools.pools.forEach((pool, p) => {
      if (pool.class !== kind || pool.excluded) return;
      const left = pools.left(p);
      most(FIELD.ssdLeft + k, counts.disk ? left : Number.POSITIVE_INFINITY);
      most(FIELD.ssdLimit + k, pool.limit);
      share = Math.max(share, pool.limit > 0 ? left / pool.limit : 0);
    });
    return counts.disk ? share : 0;
  });
  into[FIELD.keySsd] = key + (shares[0] as number);
  into[FIELD.keyHdd] = key + (shares[1] as number);
  into[FIELD.keyBoth] = key + Math.min(...shares);
  for (const kind of TRAFFIC_KINDS) {
    const limit = traffic[kind];
    into[FIELD[kind]] = limit === undefined || limit === 0 ? 0 : (limit - state.trafficUsed(kind)) / limit;
  }
}

/** What a VM wants of those figures. */
export interface Wants {
  readonly dedicated: boolean;
  readonly wholeCores: boolean;
  readonly vcpus: number;
  /** In one cell, of whole cores or of any. */
  readonly part: number;
  readonly partField: number;
  readonly cells: number;
  readonly gpus: number;
  readonly memory: number;
  readonly memoryField: number;
  /** Memory beside so many CPUs in one cell; -1 where it lies anywhere. */
  readonly besideField: number;
  readonly pages: number;
  readonly pagesField: number;
  /** Least size of its disks by class; 0 for none. */
  readonly disks: readonly number[];
  readonly keyField: number;
  /** What it takes of all cells. */
  readonly allMemory: number;
  readonly traffic: Demand["traffic"];
  readonly counts: Counts;
  /** False where nothing is scored: then the fewest VMs win. */
  readonly isScored: boolean;
}

export function wantsOf(demand: Demand, counts: Counts, byCount: boolean): Wants {
  const { traffic, dedicated, vcpus, cells, wholeCores, pages } = demand;
  const parts = Math.max(1, cells);
  const part = Math.ceil(vcpus / parts);
  const disks = DISK_CLASSES.map((kind) =>
    demand.disks.reduce(
      (least, disk) => (disk.class === kind ? Math.min(least || disk.size, disk.size) : least),
      0,
    ),
  );
  const isIn = (k: number) => ((disks[k] as number) > 0 ? 1 : 0);
  return {
    dedicated,
    wholeCores,
    vcpus,
    part,
    partField: wholeCores ? FIELD.whole : FIELD.threads,
    cells,
    gpus: demand.vm.gpus.length,
    memory: Math.floor(demand.memory / parts),
    memoryField: cells === 0 ? FIELD.memoryAnywhere : FIELD.memoryCell,
    besideField:
      dedicated && wholeCores ? FIELD.beside + Math.min(STEPS - 1, Math.floor(Math.log2(part))) : -1,
    pages: pages === undefined ? 0 : Math.floor(pages.count / parts),
    pagesField: (pages?.size === "2MiB" ? FIELD.pages2Cell : FIELD.pages1Cell) + (cells === 0 ? 1 : 0),
    disks,
    keyField: FIELD.key + isIn(0) + 2 * isIn(1),
    allMemory: demand.allMemory,
    traffic,
    counts,
    isScored:
      !byCount &&
      (counts.cpu ||
        counts.memory ||
        (counts.disk && disks.some((size) => size > 0)) ||
        TRAFFIC_KINDS.some((kind) => counts[kind] && traffic[kind])),
  };
}

/** False if no host with at most these figures can hold the VM. */
export function canHold(most: Float64Array, at: number, wants: Wants): boolean {
  if (wants.dedicated) {
    if ((most[at + wants.partField] as number) < wants.part) return false;
    if ((most[at + FIELD.spare] as number) < wants.vcpus) return false;
    if (wants.besideField >= 0 && (most[at + wants.besideField] as number) < wants.memory) return false;
  } else if ((most[at + FIELD.spareVcpus] as number) < wants.vcpus) return false;
  if ((most[at + wants.memoryField] as number) < wants.memory) return false;
  if (wants.pages > 0 && (most[at + wants.pagesField] as number) < wants.pages) return false;
  if ((most[at + FIELD.cells] as number) < wants.cells) return false;
  if (wants.gpus > 0 && (most[at + FIELD.gpus] as number) < wants.gpus) return false;
  for (let k = 0; k < DISK_CLASSES.length; k++) {
    const size = wants.disks[k] as number;
    if (size > 0 && (most[at + FIELD.ssdLeft + k] as number) < size) return false;
  }
  return true;
}

/** No host with at most these figures scores more. */
export function scoreBound(most: Float64Array, at: number, wants: Wants): number {
  const { counts, traffic } = wants;
  let bound = keyBound(most, at, wants);
  if (bound === Number.NEGATIVE_INFINITY) return bound;
  if (counts.cpu) {
    const limit = most[at + (wants.dedicated ? FIELD.cpuLimit : FIELD.vcpuLimit)] as number;
    bound -= leastTaken(most, at, wants) / limit;
  }
  if (counts.memory) bound -= wants.allMemory / (most[at + FIELD.memoryLimit] as number);
  if (counts.network && traffic.network) bound += most[at + FIELD.network] as number;
  if (counts.diskIo && traffic.diskIo) bound += most[at + FIELD.diskIo] as number;
  return bound;
}

/** What is left now of CPU, memory and pools, less what the disks take. */
function keyBound(most: Float64Array, at: number, { keyField, counts, disks }: Wants): number {
  let bound = most[at + keyField] as number;
  if (!counts.disk || keyField === FIELD.key) return bound;
  if (keyField === FIELD.keyBoth) {
    for (const k of [0, 1])
      bound = Math.min(bound, (most[at + FIELD.keySsd + k] as number) - taken(most, at, disks, k));
    return bound;
  }
  return bound - taken(most, at, disks, keyField - FIELD.keySsd);
}

/** Share of a pool of the class that the smallest of the disks takes at least. */
function taken(most: Float64Array, at: number, disks: readonly number[], k: number): number {
  return (disks[k] as number) / (most[at + FIELD.ssdLimit + k] as number);
}

/** CPUs that a VM takes at least: whole cores, where all are of one size. */
function leastTaken(
  most: Float64Array,
  at: number,
  { dedicated, wholeCores, vcpus, cells, part }: Wants,
): number {
  const size = most[at + FIELD.largestCore] as number;
  if (!dedicated || !wholeCores || size !== -(most[at + FIELD.smallestCore] as number)) return vcpus;
  return Math.ceil(part / size) * size * cells;
}

/** Bits that names are spread over: one that is not there rules a host out, one that is there rules nothing in. */
const BITS = 31;

function bitOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) % 65_521;
  return 1 << (hash % BITS);
}

/** The bridges, pools and kinds of GPUs that a host has. */
export function nameBits({ spec }: HostState): number {
  let bits = 0;
  for (const bridge of spec.bridges) bits |= bitOf(`bridge ${bridge}`);
  for (const pool of spec.pools.pools) bits |= bitOf(`pool ${pool.name} ${pool.class}`);
  for (const { mode, model, profiles } of spec.host.gpus) {
    bits |= bitOf(`gpu ${mode}`) | (model === undefined ? 0 : bitOf(`gpu model ${model}`));
    for (const { type } of profiles) bits |= bitOf(`vgpu ${type}`);
  }
  return bits;
}

/** The bridges, pools and kinds of GPUs that a VM names. */
export function namesNeeded({ vm, disks }: Demand): number {
  let bits = vm.bridge === undefined ? 0 : bitOf(`bridge ${vm.bridge}`);
  for (const disk of disks) if (disk.pool !== undefined) bits |= bitOf(`pool ${disk.pool} ${disk.class}`);
  for (const { model, vgpu } of vm.gpus) {
    bits |= vgpu === undefined ? bitOf("gpu passthrough") : bitOf("gpu vgpu") | bitOf(`vgpu ${vgpu.type}`);
    if (model !== undefined) bits |= bitOf(`gpu model ${model}`);
  }
  return bits;
}
