import { LOCAL_DISTANCE } from "../../model/distances.ts";
import { PAGE_BYTES } from "../../model/host.ts";
import { claimsOf } from "./claims.ts";
import type { Demand } from "./demand.ts";
import type { HostState } from "./hostState.ts";
import { nearestGroup } from "./neighbours.ts";

/** The cells that a VM gets on a host, and what it takes of their CPUs. */
export interface CellChoice {
  /** Ascending; none for a VM whose memory may lie anywhere. */
  readonly cells: readonly number[];
  /** CPUs that it has to itself. */
  readonly takes: number;
}

/** A cell that could hold one part of a VM. */
interface Candidate {
  readonly cell: number;
  readonly takes: number;
}

/** Sets of cells that are tried where some VM's memory may lie in some cells of several. */
const MOST_SETS = 5_000;

/**
 * Best fit: of the cells that hold the VM, one that its GPUs are attached to, then the one that keeps the fewest free CPUs, then the least memory, then the
 * first; large holes stay for large VMs. Several cells are a group near together. Undefined if there are none.
 */
export function chooseCells(state: HostState, demand: Demand): CellChoice | undefined {
  if (!demand.dedicated && demand.vcpus > state.cpus.spareVcpus) return undefined;
  if (demand.cells === 0) return fits(state, demand, []) ? { cells: [], takes: 0 } : undefined;
  if (demand.fixed !== undefined) return chooseFixed(state, demand, demand.fixed);
  const candidates = candidatesOf(state, demand);
  if (candidates.length < demand.cells) return undefined;
  if (demand.cells === 1) {
    let best: Candidate | undefined;
    for (const candidate of candidates) {
      if (!mayTake(state, demand, candidate.takes)) continue;
      if (best === undefined || isTighter(state, demand, candidate, best)) best = candidate;
    }
    return best && { cells: [best.cell], takes: best.takes };
  }
  for (const group of groupsOf(state, demand, candidates)) {
    const takes = takesOf(group);
    const cells = group.map((c) => c.cell).sort((a, b) => a - b);
    if (mayTake(state, demand, takes) && fits(state, demand, cells)) return { cells, takes };
  }
  return undefined;
}

/**
 * Whether a VM may take so many CPUs to itself: those that float keep enough, and its emulator threads have a place,
 * which may be a thread of its own cores that no vCPU is on.
 */
function mayTake(state: HostState, { dedicated, vm, vcpus }: Demand, takes: number): boolean {
  if (!dedicated) return true;
  if (takes > state.cpus.spare) return false;
  return vm.emulator !== undefined || takes > vcpus || state.cpus.hasEmulatorPlace || takes < state.cpus.free;
}

function candidatesOf(state: HostState, demand: Demand): Candidate[] {
  const vcpus = Math.ceil(demand.vcpus / demand.cells);
  const candidates: Candidate[] = [];
  const count = state.spec.host.cells.length;
  for (let cell = 0; cell < count; cell++) {
    const takes = demand.dedicated ? state.cpus.takes(cell, vcpus, demand.wholeCores) : 0;
    if (takes === undefined) continue;
    if (!holdsPart(state, demand, cell)) continue;
    candidates.push({ cell, takes });
  }
  return candidates;
}

/** Whether a cell can hold the largest of a VM's equal parts. */
function holdsPart(state: HostState, { part, pages }: Demand, cell: number): boolean {
  if (state.spec.counts.memory && part.memory > state.memory.inCell(cell)) return false;
  return pages === undefined || part.pages <= state.pages[pages.size].inCell(cell);
}

function fits(state: HostState, demand: Demand, cells: readonly number[]): boolean {
  const { part, pages } = demand;
  if (cells.length === 0) {
    if (state.spec.counts.memory && part.memory > state.memory.anywhere()) return false;
    return pages === undefined || part.pages <= state.pages[pages.size].anywhere();
  }
  const claims = claimsOf(demand, cells);
  if (state.spec.counts.memory && !state.memory.fits(claims.ordinary)) return false;
  return pages === undefined || state.pages[pages.size].fits(claims.pages);
}

/** GPUs for a VM in these cells, the nearest ones; of no cell where its memory may lie anywhere. */
export function chooseGpus(
  state: HostState,
  vm: Demand["vm"],
  cells: readonly number[],
): readonly number[] | undefined {
  const { distance, cellIndex } = state.spec.cores;
  return state.gpus.choose(vm, (g) => {
    const at = cellIndex.get(state.gpus.cellOf(g) ?? -1);
    if (at === undefined || cells.length === 0) return LOCAL_DISTANCE;
    return Math.min(...cells.map((cell) => distance[cell]?.[at] as number), FARTHEST);
  });
}

/** Distances are bytes in the firmware's table. */
const FARTHEST = 255;

/** GPUs of a VM that would not be attached to its cell. */
function farGpus(state: HostState, { vm }: Demand, cell: number): number {
  if (vm.gpus.length === 0) return 0;
  const { host } = state.spec;
  const near = chooseGpus(state, vm, [cell])?.filter(
    (g) => (state.gpus.cellOf(g) ?? host.cells[cell]?.id) === host.cells[cell]?.id,
  );
  return vm.gpus.length - (near?.length ?? 0);
}

function isTighter(state: HostState, demand: Demand, a: Candidate, b: Candidate): boolean {
  const order =
    a.takes - b.takes ||
    farGpus(state, demand, a.cell) - farGpus(state, demand, b.cell) ||
    freeCpus(state, demand, a.cell) - freeCpus(state, demand, b.cell) ||
    freeMemory(state, demand, a.cell) - freeMemory(state, demand, b.cell) ||
    a.cell - b.cell;
  return order < 0;
}

function freeCpus(state: HostState, { wholeCores }: Demand, cell: number): number {
  return wholeCores ? state.cpus.wholeIn(cell) : state.cpus.freeIn(cell);
}

function freeMemory(state: HostState, { pages }: Demand, cell: number): number {
  const ordinary = state.memory.inCell(cell);
  return pages === undefined ? ordinary : state.pages[pages.size].inCell(cell) * PAGE_BYTES[pages.size];
}

/**
 * Groups of cells in the order in which they are tried. All parts are alike, so that any cells that hold one each
 * hold the VM: nothing has to be permuted. The cells of which it takes the fewest CPUs come first; where all cores
 * have as many threads, these are all. From each a group grows by the nearest ones; if another one has a lesser sum of
 * distances than the best of them, it is the first. Others follow only where a sum over the host is in the way.
 */
function* groupsOf(
  state: HostState,
  demand: Demand,
  candidates: readonly Candidate[],
): Generator<readonly Candidate[]> {
  const { distance } = state.spec.cores;
  const size = demand.cells;
  const most = candidates.map((c) => c.takes).sort((a, b) => a - b)[size - 1] as number;
  const sure = candidates.filter((c) => c.takes < most);
  const open = candidates.filter((c) => c.takes === most);
  const grown = (sure.length > 0 ? [sure] : open.map((seed) => [seed])).map((start) => {
    const group = [...start];
    const rest = open.filter((c) => !group.includes(c));
    const way = new Map(
      rest.map((c) => [c, group.reduce((sum, member) => sum + wayBetween(distance, member, c), 0)]),
    );
    let sum = 0;
    for (const [i, a] of group.entries())
      for (const b of group.slice(0, i)) sum += wayBetween(distance, a, b);
    while (group.length < size) {
      let nearest = rest[0] as Candidate;
      for (const c of rest) if ((way.get(c) as number) < (way.get(nearest) as number)) nearest = c;
      sum += way.get(nearest) as number;
      group.push(nearest);
      rest.splice(rest.indexOf(nearest), 1);
      for (const c of rest) way.set(c, (way.get(c) as number) + wayBetween(distance, nearest, c));
    }
    return { group, sum };
  });
  grown.sort((a, b) => a.sum - b.sum);
  const cellsOf = (list: readonly Candidate[]) => list.map((c) => c.cell);
  const nearest = nearestGroup(distance, cellsOf(sure), cellsOf(open), size, grown[0]?.sum as number);
  if (nearest !== undefined) yield candidates.filter((c) => nearest.includes(c.cell));
  for (const { group } of grown) yield group;
  if (state.memory.isEntangled || (demand.pages && state.pages[demand.pages.size].isEntangled)) {
    const all = [...subsets(candidates, size, MOST_SETS)];
    yield* all.sort((a, b) => takesOf(a) - takesOf(b));
  }
}

/** CPUs that a VM takes of a group of cells. */
function takesOf(group: readonly Candidate[]): number {
  return group.reduce((sum, c) => sum + c.takes, 0);
}

/** Both directions count: they may differ. */
function wayBetween(distance: readonly (readonly number[])[], a: Candidate, b: Candidate): number {
  return (distance[a.cell]?.[b.cell] as number) + (distance[b.cell]?.[a.cell] as number);
}

function* subsets<T>(list: readonly T[], size: number, most: number): Generator<T[]> {
  let left = most;
  function* from(start: number, chosen: T[]): Generator<T[]> {
    if (chosen.length === size) {
      left--;
      yield [...chosen];
      return;
    }
    for (let i = start; i <= list.length - (size - chosen.length) && left > 0; i++) {
      yield* from(i + 1, [...chosen, list[i] as T]);
    }
  }
  yield* from(0, []);
}

/** Cells that the VM names itself: its CPUs are taken of them, its memory lies as it says. */
function chooseFixed(state: HostState, demand: Demand, fixed: readonly number[]): CellChoice | undefined {
  const parts = splitOver(state, demand, fixed);
  if (parts === undefined) return undefined;
  let takes = 0;
  for (const [i, cell] of fixed.entries()) {
    const taken = demand.dedicated ? state.cpus.takes(cell, parts[i] as number, demand.wholeCores) : 0;
    if (taken === undefined) return undefined;
    takes += taken;
  }
  if (!mayTake(state, demand, takes) || !state.holds(demand.vm)) return undefined;
  return { cells: fixed, takes };
}

/**
 * How many of a VM's vCPUs each of its cells gets: equal parts for the cells of its guest, else as many as there
 * are, cell after cell. Undefined if there are too few.
 */
export function splitOver(
  state: HostState,
  { vcpus, cells, dedicated, wholeCores }: Demand,
  chosen: readonly number[],
): readonly number[] | undefined {
  if (cells === chosen.length || !dedicated) return chosen.map(() => vcpus / chosen.length);
  let left = vcpus;
  const parts = chosen.map((cell) => {
    const part = Math.min(left, wholeCores ? state.cpus.wholeIn(cell) : state.cpus.freeIn(cell));
    left -= part;
    return part;
  });
  return left > 0 ? undefined : parts;
}
