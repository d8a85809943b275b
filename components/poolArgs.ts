import type { PoolArgs } from "@pulumi/libvirt";
import type { Host, StoragePool } from "../model/host.ts";
import type { Disk } from "../model/vm.ts";

/**
 * A directory pool. libvirt makes the directory if it is not there and takes over one that is, with its
 * files. Deleting the pool leaves directory and data alone.
 */
export function poolArgs(pool: StoragePool): PoolArgs {
  return {
    name: pool.name,
    type: "dir",
    target: { path: pool.path },
    create: { build: true, start: true, autostart: true },
    destroy: { delete: false },
  };
}

/** The pool a disk lies in: the named one, else the host's only one of its class; undefined if none is certain. */
export function poolOfDisk(host: Host, disk: Pick<Disk, "pool" | "class">): StoragePool | undefined {
  if (disk.pool !== undefined) return host.pools.find((p) => p.name === disk.pool);
  const ofClass = host.pools.filter((p) => p.class === disk.class);
  return ofClass.length === 1 ? ofClass[0] : undefined;
}
