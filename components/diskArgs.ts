import { createHash } from "node:crypto";
import type { types, VolumeArgs } from "@pulumi/libvirt";
import { diskFile } from "../capacity/host/files.ts";
import type { TrafficLimits } from "../capacity/host/traffic.ts";
import type { Host } from "../model/host.ts";
import { imageFormat } from "../model/imageFormat.ts";
import type { Disk, VM } from "../model/vm.ts";
import { poolOfDisk } from "./poolArgs.ts";
import { diskIoTune, throttleGroups, UNLIMITED } from "./trafficArgs.ts";

/** Disks of a VM as volumes of the host's pools and as devices of the domain. */
export interface PlannedDisk {
  readonly disk: Disk;
  readonly volume: VolumeArgs & { readonly name: string; readonly pool: string };
  readonly device: types.DomainDevicesDisk;
}

/** A virtio disk tells the guest no more than this. Source: VIRTIO_BLK_ID_BYTES of the virtio specification. */
const MAX_SERIAL = 20;
/** Sizes of qcow2 images are whole sectors; the provider takes no other. */
const SECTOR_BYTES = 512;

/**
 * The disks of a VM, in order: vda, vdb, … A disk whose pool is not certain is left out; capacity has
 * refused it by then (`host/pool-missing`, `host/pool-ambiguous`), and a preview shows everything else.
 */
export function planDisks(vm: VM, host: Host, limits: TrafficLimits = UNLIMITED): PlannedDisk[] {
  return vm.disks.flatMap((disk, i) => {
    const pool = poolOfDisk(host, disk);
    if (!pool) return [];
    const volume = volumeArgs(vm, disk, pool.name);
    return [{ disk, volume, device: diskDevice(vm, disk, i, volume, limits) }];
  });
}

/** A qcow2 volume, over its base image if it has one. The base image's format follows its ending. */
function volumeArgs(vm: VM, disk: Disk, pool: string): PlannedDisk["volume"] {
  return {
    name: diskFile(vm, disk),
    pool,
    capacity: Math.ceil(disk.size / SECTOR_BYTES) * SECTOR_BYTES,
    target: { format: { type: "qcow2" } },
    ...(disk.baseImage === undefined
      ? {}
      : { backingStore: { path: disk.baseImage, format: { type: imageFormat(disk.baseImage) } } }),
    ...(disk.precious ? { precious: true } : {}),
  };
}

function diskDevice(
  vm: VM,
  disk: Disk,
  position: number,
  volume: PlannedDisk["volume"],
  limits: TrafficLimits,
): types.DomainDevicesDisk {
  const threads = vm.iothreads.length;
  const ioTune = diskIoTune(disk, limits, throttleGroups(vm.disks));
  return {
    device: "disk",
    driver: {
      name: "qemu",
      type: "qcow2",
      discard: "unmap",
      ...(threads === 0 ? {} : { ioThread: (position % threads) + 1 }),
    },
    source: { volume: { pool: volume.pool, volume: volume.name } },
    target: { dev: targetDevice(position), bus: "virtio" },
    serial: diskSerial(disk.name),
    ...(ioTune === undefined ? {} : { ioTune }),
  };
}

/** vda … vdz, vdaa, … as the kernel counts them. */
export function targetDevice(position: number): string {
  const letter = String.fromCharCode(97 + (position % 26));
  return position < 26 ? `vd${letter}` : `vd${String.fromCharCode(96 + Math.floor(position / 26))}${letter}`;
}

/** The disk's name, by which the guest finds it at `/dev/disk/by-id/virtio-NAME`; a long one ends in a hash. */
export function diskSerial(name: string): string {
  if (name.length <= MAX_SERIAL) return name;
  return `${name.slice(0, MAX_SERIAL - 9)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}
