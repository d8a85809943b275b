import { type Finding, finding } from "../../model/finding.ts";
import { formatStorage } from "../../model/format.ts";
import type { Bytes } from "../../model/quantity.ts";
import { effective } from "./effective.ts";
import type { Machine } from "./machine.ts";

/**
 * The limit that is configured for all pools of a host together (the resources document's DISK_LIMIT): it holds
 * whatever room each of them has for itself.
 * @param taken bytes of the disks in all pools
 */
export function checkDiskLimit({ host, path, ratios }: Machine, taken: Bytes): Finding[] {
  const configured = host.limits?.disk;
  if (configured === undefined) return [];
  const limit = effective(configured, ratios.disk);
  if (taken <= limit) return [];
  const short = taken - limit;
  const ratio = limit === configured ? "" : ` (${formatStorage(configured)} at ratio ${ratios.disk})`;
  return [
    finding({
      rule: "host/disk-limit",
      path: `${path}.limits.disk`,
      subject: `disk limit of host ${host.name}`,
      have: limit,
      need: taken,
      limit,
      unit: "bytes",
      message: `Host ${host.name} may not hold the disks of all its VMs at full size, by its limits.disk: requested ${formatStorage(taken)}, available ${formatStorage(limit)}${ratio}, short by ${formatStorage(short)}.`,
      remedy: `Make the disks smaller by ${Math.ceil(short / 1e9)} GB in all, move a VM to another host, or raise limits.disk.`,
    }),
  ];
}
