import type { DiskBreakdown, HostReport, Instance, UnreadPool } from "../capacity/status/hostStatus.ts";
import type { Bytes } from "../model/quantity.ts";

/** What VMs take of a host, as its libvirt says it. Plain data: whoever reads a host fills it. */
export interface HostUse {
  /** All domains, those that are off too. */
  readonly instances: readonly Instance[];
  /** Files and devices that a domain has as a disk, those that are off too. */
  readonly diskPaths: ReadonlySet<string>;
  readonly volumes: readonly VolumeFacts[];
  /** Free bytes of each active pool, by name. */
  readonly poolsFree: ReadonlyMap<string, Bytes>;
  /** Pools whose volumes nobody could read: they are in none of the above. */
  readonly unread: readonly UnreadPool[];
}

/** A volume of an active pool. */
export interface VolumeFacts {
  /** Its pool's name. */
  readonly pool: string;
  readonly path: string;
  /** Size that a VM sees. */
  readonly capacity: Bytes;
  /** What it takes of the pool now. */
  readonly allocation: Bytes;
  /** Path of the image that it is based on. */
  readonly backing: string | undefined;
}

/** Stands for every pool where libvirt does not even list them. */
export const ALL_POOLS = "*";

/** @param pools names of the pools that the host is recorded with: others are no part of its capacity */
export function reportOf(
  { instances, diskPaths, volumes, poolsFree, unread }: HostUse,
  pools: ReadonlySet<string>,
): HostReport {
  return {
    instances,
    disk: breakdownOf(volumes, diskPaths, pools),
    poolsFree: [...poolsFree].flatMap(([name, free]) => (pools.has(name) ? [free] : [])),
    unread: unread.filter(({ pool }) => pool === ALL_POOLS || pools.has(pool)),
  };
}

/**
 * Volumes by what they are. An image counts as it is; what a VM writes to counts in full size, since it may grow to
 * that. A volume of a pool in a pool of the same folder counts once.
 */
export function breakdownOf(
  volumes: readonly VolumeFacts[],
  diskPaths: ReadonlySet<string>,
  pools: ReadonlySet<string>,
): DiskBreakdown {
  const bases = new Set<string>();
  for (const { backing } of volumes) if (backing !== undefined) bases.add(backing);
  const counted = new Set<string>();
  const sums = { images_bytes: 0, oci_cache_bytes: 0, volumes_bytes: 0, overlays_bytes: 0 };
  for (const volume of volumes) {
    if (!pools.has(volume.pool) || counted.has(volume.path)) continue;
    counted.add(volume.path);
    const full = Math.max(volume.capacity, volume.allocation);
    if (bases.has(volume.path)) sums.images_bytes += volume.allocation;
    else if (volume.backing !== undefined) sums.overlays_bytes += full;
    else if (diskPaths.has(volume.path)) sums.volumes_bytes += full;
    else sums.oci_cache_bytes += volume.allocation;
  }
  return sums;
}
