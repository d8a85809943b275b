// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A disk of the domain. */
export interface DomainDevicesDisk {
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesDiskAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesDiskAlias | undefined;
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
  /** The user that a storage server knows. */
  readonly auth?: types.DomainDevicesDiskAuth | undefined;
  /** Where the data is. */
  readonly source?: types.DomainDevicesDiskSource | undefined;
  /** The image that holds what the disk's own does not. Default: libvirt finds it out from the image itself. */
  readonly backingStore?: types.DomainDevicesDiskBackingStore | undefined;
  /** The domain that serves the disk (Xen). Default: domain 0. */
  readonly backendDomain?: types.DomainDevicesDiskBackendDomain | undefined;
  /** Geometry told to the guest's firmware. Default: QEMU's choice. */
  readonly geometry?: types.DomainDevicesDiskGeometry | undefined;
  /** A copy that is being made of the disk by a block job. The host tells of it; in a definition it starts no job and is not kept. */
  readonly mirror?: types.DomainDevicesDiskMirror | undefined;
  /** Where the guest sees it. */
  readonly target?: types.DomainDevicesDiskTarget | undefined;
  /** I/O limits. */
  readonly ioTune?: types.DomainDevicesDiskIoTune | undefined;
  /** Groups of limits, in place of `ioTune`. */
  readonly throttleFilters?: types.DomainDevicesDiskThrottleFilters | undefined;
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
  /** What the guest writes is lost when it stops. */
  readonly transient?: types.DomainDevicesDiskTransient | undefined;
  /** Encryption of the image. */
  readonly encryption?: types.DomainDevicesDiskEncryption | undefined;
  /** Block sizes shown to the guest. */
  readonly blockIo?: types.DomainDevicesDiskBlockIo | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesDiskAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesDiskAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}

/** The user that a storage server knows. */
export interface DomainDevicesDiskAuth {
  /** Name of the user. */
  readonly username?: string | undefined;
  /** The secret of the host that holds the user's key. */
  readonly secret?: types.DomainDevicesDiskAuthSecret | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainDevicesDiskAuthSecret {
  /** Kind of the secret: `ceph`, `iscsi`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
}

/** A domain. */
export interface DomainDevicesDiskBackendDomain {
  /** Its name. */
  readonly name: string;
}

/** Geometry told to the guest's firmware. */
export interface DomainDevicesDiskGeometry {
  /** Cylinders. */
  readonly cylinders: number;
  /** Heads. */
  readonly headers: number;
  /** Sectors per track. */
  readonly sectors: number;
  /** Translation of the firmware. One of `none`, `auto`, `lba`. */
  readonly trans?: string | undefined;
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

/** Groups of limits that hold for the disk. */
export interface DomainDevicesDiskThrottleFilters {
  /** The groups, in the order that requests pass them. */
  readonly throttleFilters?: readonly types.DomainDevicesDiskThrottleFiltersThrottleFilter[] | undefined;
}

/** One group. */
export interface DomainDevicesDiskThrottleFiltersThrottleFilter {
  /** Its name, as in the domain's `throttlegroups`. */
  readonly group: string;
}

/** Place in the boot order. */
export interface DomainDevicesDiskBoot {
  /** From 1. */
  readonly order: number;
  /** What an s390 guest boots, 1 to 8 letters, digits, dots and blanks. */
  readonly loadParm?: string | undefined;
}

/** What the guest writes is lost when it stops. */
export interface DomainDevicesDiskTransient {
  /** Whether other domains may use the image meanwhile. Default: no. One of `yes`, `no`. */
  readonly shareBacking?: string | undefined;
}

/** Encryption of the image. */
export interface DomainDevicesDiskEncryption {
  /** Format. One of `default`, `qcow`, `luks`, `luks2`, `luks-any`. */
  readonly format?: string | undefined;
  /** What decrypts. Default: qemu. One of `qemu`, `librbd`. */
  readonly engine?: string | undefined;
  /** Secrets of the host that hold the passphrase; librbd takes one per layer. */
  readonly secrets?: readonly types.DomainDevicesDiskEncryptionSecret[] | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainDevicesDiskEncryptionSecret {
  /** Kind of the secret. One of `passphrase`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
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
