import { type PlacedVM, type PlacementRecord, placedBy } from "../../model/placements.ts";
import { type CellChoice, chooseCells, chooseGpus, splitOver } from "./cells.ts";
import { PLACES } from "./cpuRoom.ts";
import type { Demand } from "./demand.ts";
import { type HostState, TRAFFIC_KINDS, type TrafficKind } from "./hostState.ts";
import type { FitOptions } from "./pools.ts";
import { type Score, type Share, score } from "./score.ts";

/** A place for a VM: nothing is taken yet. */
export interface Proposal extends CellChoice {
  readonly state: HostState;
  /** Pool of each disk. */
  readonly pools: readonly number[];
  /** GPU for each that it asks for. */
  readonly gpus: readonly number[];
}

/** A place for the VM on this host; undefined if it has none. */
export function propose(state: HostState, demand: Demand, options: FitOptions = {}): Proposal | undefined {
  const { spec } = state;
  const { vm } = demand;
  if (vm.host === undefined ? spec.host.cordoned : vm.host !== spec.host.name) return undefined;
  if (spec.pressed !== undefined && !options.passPressure) return undefined;
  if (!demand.isPossible || !spec.isExact || (vm.bridge !== undefined && !spec.bridges.has(vm.bridge)))
    return undefined;
  const cells = chooseCells(state, demand);
  if (cells === undefined) return undefined;
  if (!state.carries(vm)) return undefined;
  const gpus = chooseGpus(state, vm, cells.cells);
  if (gpus === undefined) return undefined;
  const pools = state.pools.choose(demand.disks, options);
  return pools && { state, ...cells, pools, gpus };
}

/** What the host would have left, over what counts and the VM asks for: one without disks takes nothing of a pool. */
export function scoreOf({ state, takes, pools }: Proposal, demand: Demand): Score {
  const { counts } = state.spec;
  const shares: Share[] = [];
  if (counts.cpu) shares.push(cpuShare(state, demand, takes));
  if (counts.memory) {
    const left = state.memoryLimit - state.memoryUsed - demand.allMemory;
    shares.push({ left, limit: state.memoryLimit });
  }
  const disk = counts.disk ? state.pools.share(demand.disks, pools) : undefined;
  if (disk) shares.push(disk);
  for (const kind of TRAFFIC_KINDS) {
    if (counts[kind] && demand.traffic[kind]) shares.push(trafficShare(state, demand, kind));
  }
  return score(shares);
}

/** A dedicated CPU is a whole one; a vCPU that floats takes `1 / ratio` of one. */
function cpuShare({ cpus }: HostState, { dedicated, vcpus }: Demand, takes: number): Share {
  const asked = dedicated ? takes * cpus.cpuUnit : vcpus * PLACES;
  return { left: cpus.left - asked, limit: cpus.usable * cpus.cpuUnit };
}

/** A host of which no figure is recorded has nothing left that is known. */
function trafficShare(state: HostState, { vm }: Demand, kind: TrafficKind): Share {
  const limit = state.spec.traffic[kind];
  if (limit === undefined || limit === 0) return { left: 0, limit: 1 };
  return { left: limit - state.trafficUsed(kind) - state.trafficOf(vm)[kind], limit };
}

/** Puts the VM there: its record, and the VM as it is placed. From now on the host counts it. */
export function commit(
  { state, cells, pools, gpus }: Proposal,
  demand: Demand,
): { vm: PlacedVM; record: PlacementRecord } {
  const { host, pools: table } = state.spec;
  const { vm } = demand;
  const bare: PlacementRecord = {
    vm: vm.name,
    host: host.name,
    ...(cells.length === 0
      ? {}
      : { cells: cells.map((c) => host.cells[c]?.id as number).sort((a, b) => a - b) }),
    ...(gpus.length === 0 ? {} : { gpus: gpus.map((g) => state.gpus.addressOf(g)) }),
    pools: Object.fromEntries(
      vm.disks.map(({ name }, d) => [name, table.pools[pools[d] as number]?.name as string]),
    ),
  };
  if (!demand.dedicated) {
    const placed = placedBy(vm, bare);
    state.add(placed);
    return { vm: placed as PlacedVM, record: bare };
  }
  const parts = splitOver(state, demand, cells) ?? [];
  const pins = cells.flatMap((cell, i) =>
    state.cpus.pinsIn(cell, parts[i] as number, demand.wholeCores).map((cpu) => [cpu]),
  );
  state.add(placedBy(vm, { ...bare, pins }));
  const record = { ...bare, pins, emulator: vm.emulator ?? state.cpus.emulatorFor(cells, pins.flat()) };
  const placed = placedBy(vm, record);
  state.cpus.takeHelpers(placed);
  return { vm: placed as PlacedVM, record };
}
