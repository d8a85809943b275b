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
  /** Format of the source. */
  readonly format?: types.PoolSourceFormat | undefined;
}

/** A folder. */
export interface PoolSourceDir {
  /** Path on the server. */
  readonly path: string;
}

/** A block device. */
export interface PoolSourceDevice {
  /** Path on the host. */
  readonly path: string;
}

/** A server. */
export interface PoolSourceHost {
  /** Its name. */
  readonly name: string;
  /** Its port. */
  readonly port?: string | undefined;
}

/** Format. */
export interface PoolSourceFormat {
  /** Such as ext4, xfs, lvm2, nfs. */
  readonly type: string;
}

/** Where the pool is on its host. */
export interface PoolTarget {
  /** Folder on the host. */
  readonly path?: string | undefined;
  /** Owner and mode of the folder. */
  readonly permissions?: types.PoolTargetPermissions | undefined;
}

/** Owner and mode of files. */
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

/** How the pool is made. */
export interface PoolCreate {
  /** Make the folder or volume group. Default: true for dir, false for others, whose data it could touch. */
  readonly build?: boolean | undefined;
  /** Start the pool. Default: true. */
  readonly start?: boolean | undefined;
  /** Start the pool with the host. Default: true. */
  readonly autostart?: boolean | undefined;
}

/** How the pool is deleted. */
export interface PoolDestroy {
  /** Also delete what it is made of; an empty folder only, for dir. Default: false: the data stays. */
  readonly delete?: boolean | undefined;
}

/** Format and place. */
export interface VolumeTarget {
  /** Format. Default: raw. */
  readonly format?: types.VolumeTargetFormat | undefined;
  /** Owner and mode of the file. */
  readonly permissions?: types.VolumeTargetPermissions | undefined;
  /** Version of qcow2: 0.10 or 1.1. */
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

/** Owner and mode of files. */
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

/** Base image. */
export interface VolumeBackingStore {
  /** Path of the base image on the host. */
  readonly path: string;
  /** Its format. */
  readonly format?: types.VolumeBackingStoreFormat | undefined;
}

/** Format. */
export interface VolumeBackingStoreFormat {
  /** raw or qcow2. */
  readonly type: string;
}

/** Content of a new volume. */
export interface VolumeCreate {
  /** Where the content comes from. */
  readonly content: types.VolumeCreateContent;
}

/** Where it comes from. */
export interface VolumeCreateContent {
  /** Path or file: URL on the machine that runs Pulumi. */
  readonly url: string;
}
