import { compareText } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import { hasDefaultLimits, type Ratios } from "../../model/placement.ts";
import { effective } from "../host/effective.ts";
import { hostRatios } from "../host/machine.ts";
import { DEFAULT_DISK_IO, networkCapacity, uplinkLimits } from "../host/traffic.ts";
import { NO_PRESSURE, type PressureState, pressureFilter } from "../pressure/exclusion.ts";
import { type CoreTable, coreTable } from "./cores.ts";
import { type HostSpec, HostState } from "./hostState.ts";
import { poolTable } from "./pools.ts";

/**
 * The fleet's hosts without any VM, in the order in which equals are preferred: by their names in lower case, then as
 * they are written.
 */
export function emptyHosts(fleet: Fleet, pressure: PressureState = NO_PRESSURE): HostState[] {
  const { cpu, memory, disk, network, diskIo } = fleet.placement.resources;
  const counts = {
    cpu: cpu.enabled,
    memory: memory.enabled,
    disk: disk.enabled,
    network: network.enabled,
    diskIo: diskIo.enabled,
  };
  const filter = pressureFilter(pressure);
  const tables = new Map<string, CoreTable>();
  const makes = new Map<string, number>();
  const hosts = [...fleet.hosts].sort(
    (a, b) => compareText(a.name.toLowerCase(), b.name.toLowerCase()) || compareText(a.name, b.name),
  );
  const defaults = hasDefaultLimits(fleet.placement);
  return hosts.map((host) => {
    const ratios = hostRatios(fleet, host.name);
    const pools = poolTable(host, ratios.disk, (pool) => filter.pool(host.name, pool) !== undefined);
    const pressed = pressedBy(filter.host(host.name));
    const cells = JSON.stringify(host.cells.map(({ cores, id, distances }) => [cores, id, distances]));
    let cores = tables.get(cells);
    if (cores === undefined) {
      cores = coreTable(host);
      tables.set(cells, cores);
    }
    const traffic = trafficOf(host, ratios);
    const make = JSON.stringify([cells, figuresOf(host), pools, ratios, pressed !== undefined, traffic]);
    if (!makes.has(make)) makes.set(make, makes.size);
    return new HostState({
      host,
      cores,
      pools,
      ratios,
      hasDefaultLimits: defaults,
      counts,
      traffic,
      uplinks: uplinkLimits(host, ratios.network),
      bridges: new Set(host.bridges.map((bridge) => bridge.name)),
      pressed,
      isExact: isExact(host, ratios),
      make: makes.get(make) as number,
    });
  });
}

function trafficOf(host: Host, ratios: Ratios): HostSpec["traffic"] {
  const network = networkCapacity(host);
  return {
    network: network === undefined ? undefined : effective(network, ratios.network),
    diskIo: effective(host.diskBandwidth ?? DEFAULT_DISK_IO, ratios.diskIo),
  };
}

function pressedBy(entry: ReturnType<ReturnType<typeof pressureFilter>["host"]>): string | undefined {
  if (entry === undefined) return undefined;
  return "conditions" in entry
    ? `is under pressure (${entry.conditions.join(", ")})`
    : `is unknown: ${entry.why}`;
}

/** Sums over a host beyond 2^53 would be rounded, and what is placed by them be wrong. */
function isExact({ cells, pools }: Host, ratios: Ratios): boolean {
  const memory = cells.reduce((sum, cell) => sum + cell.memory, 0) * Math.max(1, ratios.memory);
  const disk = pools.reduce((sum, pool) => sum + pool.capacity, 0) * Math.max(1, ratios.disk);
  return Math.max(memory, disk) <= Number.MAX_SAFE_INTEGER;
}

function figuresOf({ cells, reserved, bridges, limits, gpus, cordoned }: Host): unknown {
  return [
    cells.map(({ memory, hugepages }) => [memory, hugepages["2MiB"] ?? 0, hugepages["1GiB"] ?? 0]),
    reserved.cpus,
    reserved.memoryPerCell,
    bridges.map((bridge) => [bridge.name, bridge.bandwidth]),
    gpus.map(({ address, mode, model, cell, iommuGroup, functions, profiles }) => [
      [address, mode, model, cell, iommuGroup, functions],
      profiles.map(({ type, instances }) => [type, instances]),
    ]),
    limits?.network !== undefined,
    cordoned,
  ];
}
