// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** What the pool is made of. */
export interface PoolSource {
  /** Name of the source: the volume group of a logical pool. */
  readonly name?: string | undefined;
  /** A folder of a server. */
  readonly dir?: types.PoolSourceDir | undefined;
  /** Block devices. */
  readonly devices?: readonly types.PoolSourceDevice[] | undefined;
  /** Servers. */
  readonly hosts?: readonly types.PoolSourceHost[] | undefined;
  /** A SCSI adapter of the host, for scsi pools. */
  readonly adapter?: types.PoolSourceAdapter | undefined;
  /** How the host proves who it is to the server. */
  readonly auth?: types.PoolSourceAuth | undefined;
  /** The host as iSCSI servers see it. */
  readonly initiator?: types.PoolSourceInitiator | undefined;
  /** Format of the source. */
  readonly format?: types.PoolSourceFormat | undefined;
  /** Protocol of a netfs pool. */
  readonly protocol?: types.PoolSourceProtocol | undefined;
  /** Vendor of the storage; for people. */
  readonly vendor?: types.PoolSourceVendor | undefined;
  /** Product name of the storage; for people. */
  readonly product?: types.PoolSourceProduct | undefined;
}

/** A folder. */
export interface PoolSourceDir {
  /** Path on the server. */
  readonly path: string;
}

/** A block device. */
export interface PoolSourceDevice {
  /** Path on the host; for iSCSI the target's name. */
  readonly path: string;
  /** Whether partitions have a `p` between path and number, for disk pools on multipath devices. One of `yes`, `no`. */
  readonly partSeparator?: string | undefined;
  /** Accepted so that programs for other providers run; the host finds free parts by itself. */
  readonly freeExtents?: readonly types.PoolSourceDeviceFreeExtent[] | undefined;
}

/** A free part of the device. */
export interface PoolSourceDeviceFreeExtent {
  /** First byte. */
  readonly start: number;
  /** Last byte. */
  readonly end: number;
}

/** A server. */
export interface PoolSourceHost {
  /** Its name. */
  readonly name: string;
  /** Its port. */
  readonly port?: string | undefined;
}

/** A SCSI adapter of the host. */
export interface PoolSourceAdapter {
  /** Kind. Default: scsi_host. One of `scsi_host`, `fc_host`. */
  readonly type?: string | undefined;
  /** Name of a scsi_host, such as `scsi_host1`; it can change with a reboot. */
  readonly name?: string | undefined;
  /** For fc_host: name of the adapter that the virtual one (vHBA) is made on. */
  readonly parent?: string | undefined;
  /** For fc_host: whether the virtual adapter goes with the pool. */
  readonly managed?: boolean | undefined;
  /** For fc_host: world-wide name of the node, 16 hexadecimal digits. */
  readonly wwnn?: string | undefined;
  /** For fc_host: world-wide name of the port, 16 hexadecimal digits. */
  readonly wwpn?: string | undefined;
  /** A scsi_host by its place in the host. */
  readonly parentAddr?: types.PoolSourceAdapterParentAddr | undefined;
}

/** The adapter by its place in the host, which no reboot changes. */
export interface PoolSourceAdapterParentAddr {
  /** The `unique_id` that the host's sysfs gives it. */
  readonly uniqueId: number;
  /** PCI address of the adapter. */
  readonly address?: types.PoolSourceAdapterParentAddrAddress | undefined;
}

/** A PCI address of the host. */
export interface PoolSourceAdapterParentAddrAddress {
  /** Domain. */
  readonly domain?: number | undefined;
  /** Bus. */
  readonly bus?: number | undefined;
  /** Slot. */
  readonly slot?: number | undefined;
  /** Function. */
  readonly function?: number | undefined;
}

/** How the host proves who it is to the server. */
export interface PoolSourceAuth {
  /** Kind: chap for iSCSI, ceph for RBD. One of `chap`, `ceph`. */
  readonly type: string;
  /** User name. */
  readonly username: string;
  /** libvirt's secret that holds the password; libvirt wants it. */
  readonly secret?: types.PoolSourceAuthSecret | undefined;
}

/** libvirt's secret that holds the password; one of both. */
export interface PoolSourceAuthSecret {
  /** Its usage name. */
  readonly usage?: string | undefined;
  /** Its UUID on the host. */
  readonly uuid?: string | undefined;
}

/** The host as iSCSI servers see it. */
export interface PoolSourceInitiator {
  /** Its qualified name. */
  readonly iqn?: types.PoolSourceInitiatorIqn | undefined;
}

/** Its qualified name. */
export interface PoolSourceInitiatorIqn {
  /** The name. */
  readonly name?: string | undefined;
}

/** Format. */
export interface PoolSourceFormat {
  /** Such as ext4, xfs, lvm2, nfs. */
  readonly type: string;
}

/** Protocol of a netfs pool. */
export interface PoolSourceProtocol {
  /** Version of NFS, such as 4.2. */
  readonly version: string;
}

/** Vendor of the storage. */
export interface PoolSourceVendor {
  /** Its name. */
  readonly name: string;
}

/** Product name of the storage. */
export interface PoolSourceProduct {
  /** Its name. */
  readonly name: string;
}

/** Where the pool is on its host. */
export interface PoolTarget {
  /** Folder on the host. */
  readonly path?: string | undefined;
  /** Owner and mode of the folder. */
  readonly permissions?: types.PoolTargetPermissions | undefined;
  /** Accepted so that programs for other providers run; the host's file system keeps the times by itself. */
  readonly timestamps?: types.PoolTargetTimestamps | undefined;
  /** Accepted so that programs for other providers run; libvirt encrypts volumes, not pools: give each volume a `target.encryption`. */
  readonly encryption?: types.PoolTargetEncryption | undefined;
}

/** Owner and mode of the folder. */
export interface PoolTargetPermissions {
  /** Numeric user id. */
  readonly owner?: string | undefined;
  /** Numeric group id. */
  readonly group?: string | undefined;
  /** Octal mode. */
  readonly mode?: string | undefined;
  /** SELinux label. */
  readonly label?: string | undefined;
}

/** Accepted so that programs for other providers run; the host's file system keeps the times by itself. */
export interface PoolTargetTimestamps {
  /** Last access, in seconds since the epoch. */
  readonly atime: string;
  /** Last change of content, in seconds since the epoch. */
  readonly mtime: string;
  /** Last change of owner or rights, in seconds since the epoch. */
  readonly ctime: string;
}

/** Accepted so that programs for other providers run; libvirt encrypts volumes, not pools: give each volume a `target.encryption`. */
export interface PoolTargetEncryption {
  /** Format, such as luks. */
  readonly format: string;
  /** libvirt's secret that holds the passphrase. */
  readonly secret?: types.PoolTargetEncryptionSecret | undefined;
  /** Cipher of a new volume. Default: QEMU's choice. */
  readonly cipher?: types.PoolTargetEncryptionCipher | undefined;
  /** How initial vectors of a new volume are made; libvirt wants it beside `cipher`. */
  readonly ivgen?: types.PoolTargetEncryptionIvgen | undefined;
}

/** libvirt's secret that holds the passphrase. */
export interface PoolTargetEncryptionSecret {
  /** Kind of secret: passphrase. */
  readonly type: string;
  /** UUID of the secret on the host. */
  readonly uuid: string;
}

/** Cipher of a new volume. */
export interface PoolTargetEncryptionCipher {
  /** Name, such as aes. */
  readonly name: string;
  /** Length of the key, in bits. */
  readonly size: number;
  /** Mode, such as xts. */
  readonly mode: string;
  /** Hash for the key, such as sha256. */
  readonly hash: string;
}

/** Initial vectors of a new volume. */
export interface PoolTargetEncryptionIvgen {
  /** How they are made, such as plain64. */
  readonly name: string;
  /** Hash for them, such as sha256. */
  readonly hash: string;
}

/** Features of the pool's file system. */
export interface PoolFeatures {
  /** Copy on write, for dir and fs pools on btrfs. */
  readonly cow?: types.PoolFeaturesCow | undefined;
}

/** Copy on write. */
export interface PoolFeaturesCow {
  /** Whether it is on. One of `yes`, `no`. */
  readonly state: string;
}

/** What is looked up when the pool is refreshed. */
export interface PoolRefresh {
  /** Volumes. */
  readonly volume?: types.PoolRefreshVolume | undefined;
}

/** Volumes. */
export interface PoolRefreshVolume {
  /** How their allocation is found: by asking the server (default), or taken to be the capacity, which is faster. One of `default`, `capacity`. */
  readonly allocation: string;
}

/** Options of mount. */
export interface PoolFsCommandline {
  /** The options. */
  readonly options?: readonly types.PoolFsCommandlineOption[] | undefined;
}

/** One option. */
export interface PoolFsCommandlineOption {
  /** The option, such as `sync`. */
  readonly name: string;
}

/** Options of librados. */
export interface PoolRbdCommandline {
  /** The options. */
  readonly options?: readonly types.PoolRbdCommandlineOption[] | undefined;
}

/** One option. */
export interface PoolRbdCommandlineOption {
  /** Its name, such as `client_mount_timeout`. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** How the pool is made. */
export interface PoolCreate {
  /** Make the folder, file system, partition table or volume group of a new pool. A device that holds something is never overwritten: what fits is taken as it is, anything else is an error. Default: true for dir, false for others. */
  readonly build?: boolean | undefined;
  /** Start the pool, also when a later update finds it stopped. Default: true. */
  readonly start?: boolean | undefined;
  /** Start the pool with the host. Default: true. */
  readonly autostart?: boolean | undefined;
}

/** How the pool is deleted. */
export interface PoolDestroy {
  /** Also delete what it is made of: the folder, or the volume group. Refused while volumes are in it. Default: false: the data stays. */
  readonly delete?: boolean | undefined;
}
