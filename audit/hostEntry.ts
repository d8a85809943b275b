import { formatCpuset } from "../model/cpuset.ts";
import type { Bytes } from "../model/quantity.ts";
import { bandwidthText, memoryText, storageText } from "./figureTexts.ts";
import type { FoundBridge, FoundCell, FoundGpu, FoundHost, FoundPool } from "./foundHost.ts";

/** A found host as a fleet file declares it. */

export interface NewHost {
  readonly name: string;
  readonly uri: string;
  readonly today: string;
  /** Memory that is kept for the host in each cell. */
  readonly reserved: Bytes;
}

/** An entry of `hosts`; undefined where no cell is known, since there is no host without. */
export function hostEntry(found: FoundHost, { name, uri, today, reserved }: NewHost): object | undefined {
  const { cells, sockets, pools, bridges, gpus, cgroup, swap, systemDisk } = found;
  if (cells === undefined || cells.length === 0) return undefined;
  const list = (key: string, entries: readonly object[] | undefined) =>
    entries === undefined || entries.length === 0 ? {} : { [key]: entries };
  return {
    name,
    uri,
    recorded: { source: "detected", date: today },
    ...(sockets === undefined ? {} : { sockets }),
    cells: cells.map(cellEntry),
    reserved: { memoryPerCell: memoryText(reserved) },
    ...(cgroup === undefined ? {} : { cgroup }),
    ...(swap === undefined ? {} : { swap: memoryText(swap) }),
    ...(systemDisk === undefined ? {} : { systemDisk: { capacity: storageText(systemDisk) } }),
    ...list(
      "pools",
      pools?.flatMap((pool) => poolEntry(pool) ?? []),
    ),
    ...list("bridges", bridges?.map(bridgeEntry)),
    ...list("gpus", gpus?.map(gpuEntry)),
  };
}

export function cellEntry({ id, cores, memory, hugepages, distances }: FoundCell) {
  return {
    id,
    cores: cores.map((core) => (core.length === 1 ? (core[0] as number) : formatCpuset(core))),
    memory: memoryText(memory),
    ...(Object.keys(hugepages).length === 0 ? {} : { hugepages }),
    ...(Object.keys(distances).length === 0 ? {} : { distances }),
  };
}

/** undefined without a kind of storage: a disk is placed by it. */
export function poolEntry({ name, class: kind, path, capacity, filesystem }: FoundPool): object | undefined {
  if (kind === undefined) return undefined;
  return {
    name,
    class: kind,
    path,
    capacity: storageText(capacity),
    // Somebody has made it, and the program that adopts it is another one.
    managed: false,
    ...(filesystem === undefined ? {} : { filesystem }),
  };
}

export function bridgeEntry({ name, bandwidth }: FoundBridge): object {
  return { name, ...(bandwidth === undefined ? {} : { bandwidth: bandwidthText(bandwidth) }) };
}

export function gpuEntry({ address, mode, model, cell, iommuGroup, functions, profiles }: FoundGpu) {
  return {
    address,
    mode,
    model,
    ...(cell === undefined ? {} : { cell }),
    ...(iommuGroup === undefined ? {} : { iommuGroup }),
    ...(functions === 0 ? {} : { functions }),
    ...(profiles.length === 0
      ? {}
      : {
          profiles: profiles.map(({ type, name, instances }) => ({
            type,
            ...(name === "" ? {} : { name }),
            instances,
          })),
        }),
  };
}

/** Host's share of a cell where nobody has decided on one: a thirty-second of the smallest, in steps of 64 MiB. */
export function proposedReserve(found: FoundHost): Bytes {
  const least = Math.min(...(found.cells ?? []).map(({ memory }) => memory));
  const step = 64 * 1024 ** 2;
  return Number.isFinite(least) ? Math.floor(least / 32 / step) * step : 0;
}
