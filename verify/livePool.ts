import { type Asked, isUnknown } from "../facts/asked.ts";
import type { HardwareFacts } from "../facts/hardware.ts";
import type { PoolFacts } from "../facts/hostFacts.ts";
import type { StoragePool } from "../model/host.ts";

/** A recorded pool as its host has it now. */
export type LivePool = Pick<PoolFacts, "active" | "path" | "capacity">;

/**
 * The pool of that name. Its room is the kernel's figure where it lies in a directory, as in the record: libvirt's own
 * is that of its last refresh, which may be months old.
 */
export function livePool(
  { name }: Pick<StoragePool, "name">,
  pools: readonly PoolFacts[],
  hardware: Asked<HardwareFacts>,
): LivePool | undefined {
  const live = pools.find((pool) => pool.name === name);
  if (!live?.active || isUnknown(hardware)) return live;
  const room = hardware.filesystems.get(live.path);
  return room === undefined || isUnknown(room) ? live : { ...live, capacity: room.capacity };
}

/** A directory without the slashes at its end. */
export function trimmed(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}
