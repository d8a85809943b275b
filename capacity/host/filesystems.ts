import { compareText, type Finding, finding } from "../../model/finding.ts";
import { formatStorage } from "../../model/format.ts";
import type { Bytes } from "../../model/quantity.ts";
import { effective } from "./effective.ts";
import type { Machine } from "./machine.ts";
import { listNames } from "./names.ts";

/** What pools hold in all: the room of a file system that several lie on is there once. */
export function roomOf(
  pools: readonly { readonly capacity: Bytes; readonly filesystem?: string | undefined }[],
): Bytes {
  const shared = new Map<string, Bytes>();
  let sum = 0;
  for (const { capacity, filesystem } of pools) {
    if (filesystem === undefined) sum += capacity;
    else shared.set(filesystem, Math.max(shared.get(filesystem) ?? 0, capacity));
  }
  for (const room of shared.values()) sum += room;
  return sum;
}

/**
 * Pools in directories of one file system: each tells the whole file system's room as its own, and it is there once.
 * @param taken bytes of the disks in each pool, in the order of the host's pools
 */
export function checkFilesystems({ host, path, ratios }: Machine, taken: readonly Bytes[]): Finding[] {
  const places = Map.groupBy(
    host.pools.map((pool, p) => ({ pool, p })),
    ({ pool }) => pool.filesystem ?? "",
  );
  return [...places].flatMap(([mount, members]) => {
    if (mount === "" || members.length < 2) return [];
    const there = Math.max(...members.map(({ pool }) => pool.capacity));
    const room = effective(there, ratios.disk);
    const need = members.reduce((sum, { p }) => sum + (taken[p] ?? 0), 0);
    if (need <= room) return [];
    const names = members.map(({ pool }) => pool.name).sort(compareText);
    const short = need - room;
    const ratio = room === there ? "" : ` (${formatStorage(there)} at ratio ${ratios.disk})`;
    return [
      finding({
        rule: "host/filesystem-capacity",
        path: `${path}.pools[${members[0]?.p ?? 0}].filesystem`,
        subject: `file system ${mount} of host ${host.name}`,
        have: room,
        need,
        limit: room,
        unit: "bytes",
        message: `Pools ${listNames(names)} of host ${host.name} lie on one file system, ${mount}, which cannot hold their disks at full size: requested ${formatStorage(need)}, available ${formatStorage(room)}${ratio}, short by ${formatStorage(short)}.`,
        remedy: `Make the disks smaller by ${Math.ceil(short / 1e9)} GB in all, move one to another file system, or enlarge this one.`,
      }),
    ];
  });
}
