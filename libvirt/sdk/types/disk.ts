// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A disk of the domain. */
export interface DomainDevicesDisk {
  /** What the guest sees. Default: disk. One of `disk`, `cdrom`, `floppy`, `lun`. */
  readonly device?: string | undefined;
  /** Model, such as virtio-non-transitional. */
  readonly model?: string | undefined;
  /** Whether raw SCSI commands are allowed. One of `yes`, `no`. */
  readonly rawIo?: string | undefined;
  /** Filtering of SCSI commands. */
  readonly sgio?: string | undefined;
  /** How snapshots treat it. One of `internal`, `external`, `no`, `manual`. */
  readonly snapshot?: string | undefined;
  /** How the hypervisor handles the disk. */
  readonly driver?: types.DomainDevicesDiskDriver | undefined;
  /** Where the data is. */
  readonly source?: types.DomainDevicesDiskSource | undefined;
  /** Where the guest sees it. */
  readonly target?: types.DomainDevicesDiskTarget | undefined;
  /** I/O limits. */
  readonly ioTune?: types.DomainDevicesDiskIoTune | undefined;
  /** Serial number shown to the guest, as in /dev/disk/by-id. */
  readonly serial?: string | undefined;
  /** World wide name, 16 hexadecimal digits. */
  readonly wwn?: string | undefined;
  /** Vendor, 8 characters. */
  readonly vendor?: string | undefined;
  /** Product, 16 characters. */
  readonly product?: string | undefined;
  /** Place in the boot order. */
  readonly boot?: types.DomainDevicesDiskBoot | undefined;
  /** Whether the guest may only read. */
  readonly readOnly?: boolean | undefined;
  /** Whether several domains may use it at once. */
  readonly shareable?: boolean | undefined;
  /** Block sizes shown to the guest. */
  readonly blockIo?: types.DomainDevicesDiskBlockIo | undefined;
}

/** How the hypervisor handles the disk. */
export interface DomainDevicesDiskDriver {
  /** Driver. Default: qemu. */
  readonly name?: string | undefined;
  /** Format: raw, qcow2. */
  readonly type?: string | undefined;
  /** Host cache. One of `default`, `none`, `writethrough`, `writeback`, `directsync`, `unsafe`. */
  readonly cache?: string | undefined;
  /** On a write error: stop, report, ignore, enospace. */
  readonly errorPolicy?: string | undefined;
  /** On a read error: stop, report, ignore. */
  readonly rerrorPolicy?: string | undefined;
  /** How I/O is issued. One of `threads`, `native`, `io_uring`. */
  readonly io?: string | undefined;
  /** I/O in its own thread of the host. One of `on`, `off`. */
  readonly ioEventFd?: string | undefined;
  /** Fewer interrupts. One of `on`, `off`. */
  readonly eventIdx?: string | undefined;
  /** Copy what is read from the base image. One of `on`, `off`. */
  readonly copyOnRead?: string | undefined;
  /** Whether the guest's discards reach the host. One of `unmap`, `ignore`. */
  readonly discard?: string | undefined;
  /** Whether written zeros are detected. One of `off`, `on`, `unmap`. */
  readonly detectZeros?: string | undefined;
  /** Request queues. */
  readonly queues?: number | undefined;
  /** Size of each queue. */
  readonly queueSize?: number | undefined;
  /** Number of the I/O thread that serves the disk, from 1. */
  readonly ioThread?: number | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
}

/** Where the data is; exactly one of file, block, volume. */
export interface DomainDevicesDiskSource {
  /** A file of the host. */
  readonly file?: types.DomainDevicesDiskSourceFile | undefined;
  /** A block device of the host. */
  readonly block?: types.DomainDevicesDiskSourceBlock | undefined;
  /** A volume of a storage pool. */
  readonly volume?: types.DomainDevicesDiskSourceVolume | undefined;
  /** What a missing source means at start. One of `mandatory`, `requisite`, `optional`. */
  readonly startupPolicy?: string | undefined;
}

/** A file of the host. */
export interface DomainDevicesDiskSourceFile {
  /** Path on the host. */
  readonly file?: string | undefined;
}

/** A block device of the host. */
export interface DomainDevicesDiskSourceBlock {
  /** Path on the host. */
  readonly dev?: string | undefined;
}

/** A volume of a storage pool. */
export interface DomainDevicesDiskSourceVolume {
  /** Name of the pool. */
  readonly pool?: string | undefined;
  /** Name of the volume. */
  readonly volume?: string | undefined;
  /** For iSCSI pools: how it is reached. One of `host`, `direct`. */
  readonly mode?: string | undefined;
}

/** Where the guest sees it. */
export interface DomainDevicesDiskTarget {
  /** Name of the device, such as `vda`; tells disks apart. */
  readonly dev?: string | undefined;
  /** Bus: virtio, scsi, sata, usb. */
  readonly bus?: string | undefined;
  /** Tray of a CD drive. One of `open`, `closed`. */
  readonly tray?: string | undefined;
  /** Removable flag of a USB disk. One of `on`, `off`. */
  readonly removable?: string | undefined;
  /** Revolutions per minute; 1: a solid-state disk. */
  readonly rotationRate?: number | undefined;
}

/** I/O limits of the disk. */
export interface DomainDevicesDiskIoTune {
  /** Limit of bytes read and written per second; 0: none. */
  readonly totalBytesSec?: number | undefined;
  /** Limit of bytes read and written per second during a burst. */
  readonly totalBytesSecMax?: number | undefined;
  /** Longest burst, in seconds. */
  readonly totalBytesSecMaxLength?: number | undefined;
  /** Limit of bytes read per second; 0: none. */
  readonly readBytesSec?: number | undefined;
  /** Limit of bytes read per second during a burst. */
  readonly readBytesSecMax?: number | undefined;
  /** Longest burst, in seconds. */
  readonly readBytesSecMaxLength?: number | undefined;
  /** Limit of bytes written per second; 0: none. */
  readonly writeBytesSec?: number | undefined;
  /** Limit of bytes written per second during a burst. */
  readonly writeBytesSecMax?: number | undefined;
  /** Longest burst, in seconds. */
  readonly writeBytesSecMaxLength?: number | undefined;
  /** Limit of operations per second; 0: none. */
  readonly totalIopsSec?: number | undefined;
  /** Limit of operations per second during a burst. */
  readonly totalIopsSecMax?: number | undefined;
  /** Longest burst, in seconds. */
  readonly totalIopsSecMaxLength?: number | undefined;
  /** Limit of read operations per second; 0: none. */
  readonly readIopsSec?: number | undefined;
  /** Limit of read operations per second during a burst. */
  readonly readIopsSecMax?: number | undefined;
  /** Longest burst, in seconds. */
  readonly readIopsSecMaxLength?: number | undefined;
  /** Limit of write operations per second; 0: none. */
  readonly writeIopsSec?: number | undefined;
  /** Limit of write operations per second during a burst. */
  readonly writeIopsSecMax?: number | undefined;
  /** Longest burst, in seconds. */
  readonly writeIopsSecMaxLength?: number | undefined;
  /** Size of one operation in bytes; larger ones count as several. */
  readonly sizeIopsSec?: number | undefined;
  /** Disks of one name share the limits. */
  readonly groupName?: string | undefined;
}

/** Place in the boot order. */
export interface DomainDevicesDiskBoot {
  /** From 1. */
  readonly order: number;
}

/** Block sizes shown to the guest, in bytes. */
export interface DomainDevicesDiskBlockIo {
  /** Logical block size. */
  readonly logicalBlockSize?: number | undefined;
  /** Physical block size. */
  readonly physicalBlockSize?: number | undefined;
  /** Granularity of discards. */
  readonly discardGranularity?: number | undefined;
}
