import { type Finding, finding } from "../../model/finding.ts";
import { formatStorage } from "../../model/format.ts";
import { type Host, IMAGE_RESERVE, IMAGE_SHARE } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import { effective } from "../host/effective.ts";
import { roomOf } from "../host/filesystems.ts";
import type { Machine } from "../host/machine.ts";
import type { HostReport } from "./hostStatus.ts";

/** Whether another image may be fetched: what images take against the share that is theirs, and what is free. */
export interface ImageStorage {
  readonly used: Bytes;
  readonly limit: Bytes;
  /** What has to stay free in a pool. */
  readonly reserve: Bytes;
  /** Why none may be; empty if one may. */
  readonly blocked: string;
}

/** What the pools of a host may hold before any ratio: the configured limit, else what they have. */
export function diskRoom({ limits, pools }: Pick<Host, "limits" | "pools">): Bytes {
  return limits?.disk ?? roomOf(pools);
}

export function imageStorage(
  host: Host,
  { disk: { images_bytes, oci_cache_bytes }, poolsFree, unread = [] }: HostReport,
): ImageStorage {
  const { limits, pools } = host;
  const used = images_bytes + oci_cache_bytes;
  const limit = effective(diskRoom(host), limits?.imageStorage ?? IMAGE_SHARE);
  const reserve = limits?.imageReserve ?? IMAGE_RESERVE;
  const roomy = poolsFree.some((free) => free >= reserve);
  const blocked =
    pools.length === 0
      ? "there is no pool"
      : used >= limit
        ? "images take all that they may"
        : roomy
          ? ""
          : `no pool${unread.length === 0 ? "" : " that answered"} has the reserve free`;
  return { used, limit, reserve, blocked };
}

/**
 * Images that take their share, or more, of a host that declares limits. What is there stays and VMs run on; the next
 * image is what there is no place for. A fleet brings none in by itself, so it is told and refuses nothing.
 */
export function checkImageStorage(
  { host, path }: Pick<Machine, "host" | "path">,
  report: HostReport,
): Finding[] {
  if (host.limits === undefined || host.pools.length === 0) return [];
  const { used, limit } = imageStorage(host, report);
  if (used < limit) return [];
  const { oci_cache_bytes: idle } = report.disk;
  const room = formatStorage(diskRoom(host));
  return [
    finding({
      rule: "host/image-storage",
      severity: "warn",
      path: `${path}.limits.imageStorage`,
      subject: `host ${host.name}`,
      have: limit,
      need: used,
      limit,
      unit: "storage bytes",
      message: `Images on host ${host.name} take ${formatStorage(used)} of the ${formatStorage(limit)} that are theirs (${host.limits.imageStorage} of ${room}): no further one is to be brought in.`,
      remedy: `${idle === 0 ? "Delete an image" : `Delete images that no volume is based on and no VM has (${formatStorage(idle)})`}, or raise limits.imageStorage.`,
    }),
  ];
}
