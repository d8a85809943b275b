// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Format and place. */
export interface VolumeTarget {
  /** Path on the host. The pool and the name decide it: a volume that would be elsewhere is not made. Default: what they say. */
  readonly path?: string | undefined;
  /** Format. Default: raw. */
  readonly format?: types.VolumeTargetFormat | undefined;
  /** Owner and mode of the file. */
  readonly permissions?: types.VolumeTargetPermissions | undefined;
  /** Accepted so that programs for other providers run; the host's file system keeps the times by itself. */
  readonly timestamps?: types.VolumeTargetTimestamps | undefined;
  /** Encryption of the content. */
  readonly encryption?: types.VolumeTargetEncryption | undefined;
  /** Version of qcow2: 0.10 or 1.1. Default: 1.1. */
  readonly compat?: string | undefined;
  /** Cluster of qcow2, in `clusterSizeUnit`. */
  readonly clusterSize?: number | undefined;
  /** Unit of `clusterSize`. Default: B. */
  readonly clusterSizeUnit?: string | undefined;
}

/** Format. */
export interface VolumeTargetFormat {
  /** raw or qcow2. */
  readonly type: string;
}

/** Owner and mode of the file. */
export interface VolumeTargetPermissions {
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
export interface VolumeTargetTimestamps {
  /** Last access, in seconds since the epoch. */
  readonly atime: string;
  /** Last change of content, in seconds since the epoch. */
  readonly mtime: string;
  /** Last change of owner or rights, in seconds since the epoch. */
  readonly ctime: string;
}

/** Encryption of the content. */
export interface VolumeTargetEncryption {
  /** Format, such as luks. */
  readonly format: string;
  /** libvirt's secret that holds the passphrase. */
  readonly secret?: types.VolumeTargetEncryptionSecret | undefined;
  /** Cipher of a new volume. Default: QEMU's choice. */
  readonly cipher?: types.VolumeTargetEncryptionCipher | undefined;
  /** How initial vectors of a new volume are made; libvirt wants it beside `cipher`. */
  readonly ivgen?: types.VolumeTargetEncryptionIvgen | undefined;
}

/** libvirt's secret that holds the passphrase. */
export interface VolumeTargetEncryptionSecret {
  /** Kind of secret: passphrase. */
  readonly type: string;
  /** UUID of the secret on the host. */
  readonly uuid: string;
}

/** Cipher of a new volume. */
export interface VolumeTargetEncryptionCipher {
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
export interface VolumeTargetEncryptionIvgen {
  /** How they are made, such as plain64. */
  readonly name: string;
  /** Hash for them, such as sha256. */
  readonly hash: string;
}

/** Base image. */
export interface VolumeBackingStore {
  /** Path of the base image on the host. */
  readonly path: string;
  /** Its format. Default: that which its pool finds. */
  readonly format?: types.VolumeBackingStoreFormat | undefined;
  /** Owner and mode of the base image. */
  readonly permissions?: types.VolumeBackingStorePermissions | undefined;
}

/** Format. */
export interface VolumeBackingStoreFormat {
  /** raw or qcow2. */
  readonly type: string;
}

/** Owner and mode of the base image. */
export interface VolumeBackingStorePermissions {
  /** Numeric user id. */
  readonly owner?: string | undefined;
  /** Numeric group id. */
  readonly group?: string | undefined;
  /** Octal mode. */
  readonly mode?: string | undefined;
  /** SELinux label. */
  readonly label?: string | undefined;
}

/** Content of a new volume: one of both. */
export interface VolumeCreate {
  /** Content that is uploaded. */
  readonly content?: types.VolumeCreateContent | undefined;
  /** Another volume of the host, to be copied as a whole. */
  readonly from?: types.VolumeCreateFrom | undefined;
}

/** Content that is uploaded from the machine that runs Pulumi. */
export interface VolumeCreateContent {
  /** Path or file: URL on the machine that runs Pulumi, or an http: or https: address, which that machine downloads first and which needs `sha256`. */
  readonly url: string;
  /** SHA-256 of the source, verified before anything is made. The volume is then read back and compared, too. Another one replaces the volume; to add or leave it out changes nothing. */
  readonly sha256?: string | undefined;
  /** Read the volume back after the upload and compare it with the source. Default: true with `sha256`, else false. The effect of a change: none on a volume that exists. */
  readonly verify?: boolean | undefined;
}

/** Another volume, of which this one is a full copy; its format may differ. */
export interface VolumeCreateFrom {
  /** Name of the volume to copy. No running VM may write to it meanwhile. */
  readonly volume: string;
  /** Its pool. Default: the pool of this volume. */
  readonly pool?: string | undefined;
}
