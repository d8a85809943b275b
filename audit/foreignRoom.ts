import { isUnknown } from "../facts/asked.ts";
import type { UsedHost } from "../facts/inventory.ts";
import { compareText } from "../model/finding.ts";
import { formatStorage } from "../model/format.ts";
import { parseSize } from "../model/quantity.ts";
import type { FoundHost, Remark } from "./foundHost.ts";
import type { VmEntry } from "./foundVms.ts";

/** ext4 keeps 5 % for root, and a few images are nothing to worry about. */
const LEAST_SHARE = 0.1;

/**
 * A pool is recorded with all that its file system can hold, whatever is in it already or kept for root. What is no
 * disk of a recorded VM is in no sum, so it is told. Disks count in full size: it is the least that there can be of
 * others.
 */
export function foreignRoom(
  { hardware }: Pick<UsedHost, "hardware">,
  { pools = [] }: Pick<FoundHost, "pools">,
  vms: readonly VmEntry[],
): Remark[] {
  if (isUnknown(hardware)) return [];
  const mounts = Map.groupBy(
    pools.filter((pool) => pool.class !== undefined && pool.filesystem !== undefined),
    (pool) => pool.filesystem ?? "",
  );
  const disks = vms.flatMap((vm) => (vm.disks ?? []) as readonly { pool: string; size: string }[]);
  return [...mounts].flatMap(([mount, members]): Remark[] => {
    const names = members.map(({ name }) => name).sort(compareText);
    const room = hardware.filesystems.get(members[0]?.path ?? "");
    if (room === undefined || isUnknown(room)) return [];
    const own = disks.reduce(
      (sum, { pool, size }) => sum + (names.includes(pool) ? parseSize(size, "demand") : 0),
      0,
    );
    const foreign = room.capacity - room.available - own;
    if (foreign <= room.capacity * LEAST_SHARE) return [];
    return [
      {
        subject: `file system ${mount} of pool${names.length === 1 ? "" : "s"} ${names.join(", ")}`,
        text: `has at least ${formatStorage(foreign)} that are neither free nor a disk of a recorded VM; configure a capacity without them, or disks find it full before they have their size`,
      },
    ];
  });
}
