import type { types } from "@pulumi/libvirt";
import { BURST, type TrafficLimit, type TrafficLimits } from "../capacity/host/traffic.ts";
import type { Disk } from "../model/vm.ts";

/** Limits of a VM as libvirt takes them: `bandwidth` of its interface, `iotune` of its disks. Both change live. */

/** No limits at all. */
export const UNLIMITED: TrafficLimits = { download: undefined, upload: undefined, diskIo: undefined };

/** libvirt hands kilobytes a second on to tc as `kbps`, which are 1000 bytes. */
const BITS_PER_KILOBYTE = 8_000;
/** tc's `kb` of a burst are 1024 bytes. */
const BITS_PER_KIBIBYTE = 8_192;

/**
 * What the guest receives is inbound to it. A bucket lets a default pass four times the rate at once; of what it sends
 * libvirt keeps rate and bucket, and takes the ceiling without using it, since it has no queue to shape there.
 */
export function interfaceBandwidth({
  download,
  upload,
}: TrafficLimits): types.DomainDevicesInterfaceBandwidth | undefined {
  if (download === undefined && upload === undefined) return undefined;
  return {
    ...(download === undefined
      ? {}
      : { inbound: { average: kilobytes(download.rate), ...bucket(download) } }),
    ...(upload === undefined
      ? {}
      : {
          outbound: {
            average: kilobytes(upload.rate),
            ...(upload.burst === undefined ? {} : { peak: kilobytes(upload.burst) }),
            ...bucket(upload),
          },
        }),
  };
}

/** tc counts a bucket in 32 bits of bytes, and refuses a larger one: the VM would not start. */
const MOST_BUCKET = 2 ** 22 - 1;

/** A second's worth of the burst. */
function bucket({ burst }: TrafficLimit): { burst?: number } {
  if (burst === undefined) return {};
  return { burst: Math.min(MOST_BUCKET, Math.max(1, Math.floor(burst / BITS_PER_KIBIBYTE))) };
}

/** No rate at all would be no limit to libvirt. */
function kilobytes(rate: number): number {
  return Math.max(1, Math.floor(rate / BITS_PER_KILOBYTE));
}

/** Disks of a VM share its limit as one group. QEMU gives a group one set of limits, so a disk with `iops` stands alone. */
const GROUP = "vm";

/**
 * @param parts groups that the VM's disks are in, which share its limit evenly: together they keep to it
 */
export function diskIoTune(
  { iops }: Pick<Disk, "iops">,
  { diskIo }: TrafficLimits,
  parts = 1,
): types.DomainDevicesDiskIoTune | undefined {
  if (diskIo === undefined) return iops === undefined ? undefined : { totalIopsSec: iops };
  const rate = Math.max(1, Math.floor(diskIo.rate / 8 / parts));
  return {
    totalBytesSec: rate,
    ...(diskIo.burst === undefined ? {} : { totalBytesSecMax: rate * BURST }),
    ...(iops === undefined ? { groupName: GROUP } : { totalIopsSec: iops }),
  };
}

/** Groups that the disks of a VM are in: one of all without `iops`, and each of the others alone. */
export function throttleGroups(disks: readonly Pick<Disk, "iops">[]): number {
  const alone = disks.filter(({ iops }) => iops !== undefined).length;
  return alone + (alone < disks.length ? 1 : 0);
}
