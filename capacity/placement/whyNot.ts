import { formatBandwidth, formatBytes, formatStorage } from "../../model/format.ts";
import { count, listCells } from "../host/names.ts";
import { chooseCells, chooseGpus, splitOver } from "./cells.ts";
import { claimsOf } from "./claims.ts";
import type { AskedDisk, Demand } from "./demand.ts";
import { type HostState, TRAFFIC_KINDS } from "./hostState.ts";

/** What keeps a VM off a host: the first thing that does, as part of a sentence about the host. */
export interface Obstacle {
  readonly text: string;
  /** What is full, of the host's `stores`: a pool, a file system of several, or the host's limit. */
  readonly store?: number;
}

export function whyNot(state: HostState, demand: Demand): Obstacle {
  const { spec } = state;
  const { vm } = demand;
  if (vm.host === undefined && spec.host.cordoned) return { text: "is cordoned" };
  if (spec.pressed !== undefined) return { text: spec.pressed };
  if (!spec.isExact)
    return { text: "has more memory or storage than can be summed up exactly (beyond 2^53)" };
  if (!demand.isPossible)
    return { text: `cannot back ${formatBytes(vm.memory)} with whole pages of ${vm.hugepages}` };
  if (vm.bridge !== undefined && !spec.bridges.has(vm.bridge)) return { text: `has no bridge ${vm.bridge}` };
  if (chooseCells(state, demand) === undefined) return { text: whyNoCells(state, demand) };
  if (!state.carries(vm)) return { text: whyNoTraffic(state, demand) };
  if (chooseGpus(state, vm, []) === undefined) return { text: state.gpus.whyNot(vm) };
  return whyNoPool(state, demand);
}

function whyNoCells(state: HostState, demand: Demand): string {
  const { vcpus, cells, wholeCores, dedicated, pages } = demand;
  if (!dedicated && vcpus > state.cpus.spareVcpus) {
    return `has room for ${count(Math.max(0, state.cpus.spareVcpus), "shared vCPU")} of ${vcpus}`;
  }
  if (demand.fixed !== undefined) return whyNotFixed(state, demand, demand.fixed);
  const all = state.spec.host.cells.map((_, c) => c);
  const { ordinary, pages: ofPages } = claimsOf(demand, Array<number>(cells).fill(0));
  const memory = ordinary[0]?.amount as number;
  const pageCount = ofPages[0]?.amount as number;
  const each = cells > 1 ? ` in each of ${cells} cells` : cells === 1 ? " in one cell" : "";
  const most = (of: (cell: number) => number) => Math.max(0, ...all.map(of));
  // The count of cells that hold a part is what decides: the one that just does not is told.
  const nth = (of: (cell: number) => number) =>
    all.map(of).sort((a, b) => b - a)[Math.max(0, cells - 1)] ?? 0;
  const part = Math.ceil(vcpus / Math.max(1, cells));
  const cpus = (cell: number) => (wholeCores ? state.cpus.wholeIn(cell) : state.cpus.freeIn(cell));
  if (dedicated && nth(cpus) < part) {
    return `has at most ${count(Math.max(0, nth(cpus)), "free CPU")}${wholeCores ? " in whole cores" : ""}${each}, ${part} wanted`;
  }
  const room = cells === 0 ? state.memory.anywhere() : nth((cell) => state.memory.inCell(cell));
  if (state.spec.counts.memory && room < memory) {
    return `has at most ${formatBytes(room)} of memory free${each}, ${formatBytes(memory)} wanted with QEMU's overhead`;
  }
  if (pages) {
    const there = state.pages[pages.size];
    const free = cells === 0 ? there.anywhere() : nth((cell) => there.inCell(cell));
    if (free < pageCount)
      return `has at most ${count(free, `free ${pages.size} page`)}${each}, ${pageCount} wanted`;
  }
  if (dedicated && most((cell) => state.cpus.takes(cell, part, wholeCores) ?? 0) * cells > state.cpus.spare) {
    return `must keep its last ${count(state.cpus.shared, "shared CPU")} for ${count(state.cpus.floating, "vCPU")} that float${state.cpus.floating === 1 ? "s" : ""} over them`;
  }
  if (dedicated && !state.cpus.hasEmulatorPlace && state.cpus.free <= vcpus) {
    return "keeps no CPU for itself, and has none left for the emulator threads";
  }
  return `has its free CPUs and its free memory in different cells: nowhere ${dedicated ? `${count(part, "CPU")} and ` : ""}${formatBytes(memory)} at once${each}`;
}

/** Of the cells that the VM names itself. */
function whyNotFixed(state: HostState, demand: Demand, fixed: readonly number[]): string {
  const { vcpus, dedicated, wholeCores, vm } = demand;
  const named = `${listCells(fixed.map((cell) => state.spec.host.cells[cell]?.id as number))}, which the VM names`;
  if (dedicated) {
    const free = fixed.map((cell) => (wholeCores ? state.cpus.wholeIn(cell) : state.cpus.freeIn(cell)));
    const parts = splitOver(state, demand, fixed);
    if (parts === undefined || parts.some((part, i) => part > (free[i] as number))) {
      return `has ${count(
        free.reduce((sum, n) => sum + n, 0),
        "free CPU",
      )}${wholeCores ? " in whole cores" : ""} in ${named}, ${vcpus} wanted`;
    }
  }
  if (!state.holds(vm)) return `has too little memory in ${named}, for ${formatBytes(demand.allMemory)}`;
  return `must keep CPUs for VMs that float, or for emulator threads: too few are left in ${named}`;
}

function whyNoTraffic(state: HostState, { vm }: Demand): string {
  const asked = state.trafficOf(vm);
  const over = state.uplinkLeft(vm);
  if (state.spec.counts.network && over !== undefined && asked.network > over)
    return `has ${formatBandwidth(Math.max(0, over))} of network bandwidth left on bridge ${vm.bridge}, ${formatBandwidth(asked.network)} wanted`;
  for (const kind of TRAFFIC_KINDS) {
    const left = (state.spec.traffic[kind] ?? Number.POSITIVE_INFINITY) - state.trafficUsed(kind);
    if (asked[kind] <= left) continue;
    const what = kind === "network" ? "network" : "disk";
    return `has ${formatBandwidth(Math.max(0, left))} of ${what} bandwidth left, ${formatBandwidth(asked[kind])} wanted`;
  }
  return "has too little bandwidth left";
}

function whyNoPool(state: HostState, { disks }: Demand): Obstacle {
  const { pools } = state.spec.pools;
  const matches = (disk: AskedDisk) =>
    pools.flatMap((pool, p) =>
      pool.class === disk.class && (disk.pool === undefined || disk.pool === pool.name) ? [p] : [],
    );
  for (const disk of disks) {
    const all = matches(disk);
    const eligible = all.filter((p) => !pools[p]?.excluded);
    const [first] = all;
    if (first === undefined) {
      return {
        text:
          disk.pool === undefined
            ? `has no pool of class ${disk.class}`
            : `has no pool ${disk.pool} of class ${disk.class}`,
      };
    }
    const roomiest = (list: readonly number[]) =>
      list.reduce((best, p) => (state.pools.left(p) > state.pools.left(best) ? p : best), list[0] as number);
    if (eligible.length === 0) {
      const pool = roomiest(all);
      return { text: `has its pool ${pools[pool]?.name} under pressure (disk_pressure)`, store: pool };
    }
    const pool = roomiest(eligible);
    if (state.pools.left(pool) < disk.size) {
      const store = state.pools.tightest(pool);
      return {
        text: `has ${formatStorage(Math.max(0, state.pools.left(pool)))} ${within(state, store)}, ${formatStorage(disk.size)} wanted for disk ${disk.name}`,
        store,
      };
    }
    const clash = eligible.find((p) => state.pools.holds(p, disk.file));
    if (clash !== undefined && eligible.length === 1) {
      return { text: `has a file ${disk.file} in pool ${pools[clash]?.name} already`, store: clash };
    }
  }
  return whyNotAll(state, disks, matches);
}

/** Each disk alone has room. What all of them together have to take of, whichever pools they go to, names the cause. */
function whyNotAll(
  state: HostState,
  disks: readonly AskedDisk[],
  matches: (disk: AskedDisk) => readonly number[],
): Obstacle {
  const { pools, stores } = state.spec.pools;
  const short = stores.flatMap((_, store) => {
    const bound = disks.filter((disk) => matches(disk).every((p) => pools[p]?.stores.includes(store)));
    const size = bound.reduce((sum, disk) => sum + disk.size, 0);
    const left = Math.max(0, state.pools.leftOf(store));
    return size > left ? [{ store, size, left }] : [];
  });
  const [first] = short.sort((a, b) => b.size - b.left - (a.size - a.left));
  if (first === undefined) return { text: "has no room for all of its disks at once" };
  const { store, size, left } = first;
  return {
    text: `has ${formatStorage(left)} ${within(state, store)}, ${formatStorage(size)} wanted for its disks at once`,
    store,
  };
}

function within({ spec }: HostState, store: number): string {
  const { pools, titles } = spec.pools;
  return `${store < pools.length ? "free in" : "left of"} ${titles[store]}`;
}
