import { isUnknown } from "../facts/asked.ts";
import { type GpuFacts, uplinkOf } from "../facts/hardware.ts";
import type { HostInventory } from "../facts/inventory.ts";
import type { Gpu } from "../model/gpu.ts";
import { type Host, PAGE_BYTES, PAGE_SIZES, type StoragePool } from "../model/host.ts";
import { asDeclared } from "../verify/hardwareRows.ts";
import { type LivePool, livePool } from "../verify/livePool.ts";

/** The host with the lesser of each figure: what is recorded, and what it has. What is unknown stays as recorded. */
export function liveHost(host: Host, { cells, onlineCpus, pools, hardware }: HostInventory): Host {
  const online = isUnknown(onlineCpus) ? undefined : new Set(onlineCpus);
  const links = isUnknown(hardware) || isUnknown(hardware.links) ? [] : hardware.links;
  return {
    ...host,
    cells: host.cells.map((cell) => {
      const found = isUnknown(cells) ? cell : cells.find(({ id }) => id === cell.id);
      const pagesOf = (size: (typeof PAGE_SIZES)[number]) =>
        isUnknown(cells)
          ? (cell.hugepages[size] ?? 0)
          : (cells.find(({ id }) => id === cell.id)?.hugepages.get(PAGE_BYTES[size]) ?? 0);
      return {
        ...cell,
        memory: Math.min(cell.memory, found?.memory ?? 0),
        cores: cell.cores
          .map((core) => core.filter((cpu) => online?.has(cpu) ?? true))
          .filter((core) => core.length > 0),
        hugepages: Object.fromEntries(
          PAGE_SIZES.map((size) => [size, Math.min(cell.hugepages[size] ?? 0, pagesOf(size))]),
        ),
      };
    }),
    pools: isUnknown(pools)
      ? host.pools
      : host.pools.map((pool) => lesserPool(pool, livePool(pool, pools, hardware))),
    bridges: host.bridges.map((bridge) => {
      const speed = uplinkOf(links, bridge.name)?.speed;
      return bridge.bandwidth === undefined || speed === undefined || isUnknown(speed)
        ? bridge
        : { ...bridge, bandwidth: Math.min(bridge.bandwidth, speed) };
    }),
    gpus:
      isUnknown(hardware) || isUnknown(hardware.gpus)
        ? host.gpus
        : host.gpus.map((gpu) => lesserGpu(gpu, hardware.gpus as readonly GpuFacts[])),
  };
}

/** A pool that is not there yet is made by the update, but for one that others look after. */
function lesserPool(pool: StoragePool, live: LivePool | undefined): StoragePool {
  if (live?.active) return { ...pool, capacity: Math.min(pool.capacity, live.capacity) };
  return pool.managed === false ? { ...pool, capacity: 0 } : pool;
}

/** A GPU that is gone, or is for another use now, stays with no slot: whoever counts on it is told. */
function lesserGpu(gpu: Gpu, gpus: readonly GpuFacts[]): Gpu {
  const live = gpus.find(({ address }) => address === gpu.address);
  const found = live && asDeclared(live);
  const { iommuGroup, ...rest } = gpu;
  const isOther = gpu.model !== undefined && live?.model !== gpu.model;
  if (found?.mode !== gpu.mode || isOther) return { ...rest, functions: 0, profiles: [] };
  const isIdle = live?.profiles.every(({ used }) => used === 0);
  return {
    ...rest,
    ...(iommuGroup === undefined || found.iommuGroup === undefined ? {} : { iommuGroup: found.iommuGroup }),
    functions: Math.min(gpu.functions, found.functions),
    profiles: gpu.profiles.map((profile) => {
      const instances = found.profiles.find(({ type }) => type === profile.type)?.instances ?? 0;
      // With vGPUs of another kind in use fewer of this one are left.
      return isIdle || instances === 0
        ? { ...profile, instances: Math.min(profile.instances, instances) }
        : profile;
    }),
  };
}
