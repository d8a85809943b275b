// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A copy that is being made of the disk. */
export interface DomainDevicesDiskMirror {
  /** What makes the copy. One of `copy`, `active-commit`. */
  readonly job?: string | undefined;
  /** How far it is. One of `yes`, `abort`, `pivot`. */
  readonly ready?: string | undefined;
  /** How the image is stored. */
  readonly format?: types.DomainDevicesDiskMirrorFormat | undefined;
  /** Where the data is. */
  readonly source?: types.DomainDevicesDiskMirrorSource | undefined;
  /** The image that holds what the disk's own does not. Default: libvirt finds it out from the image itself. */
  readonly backingStore?: types.DomainDevicesDiskMirrorBackingStore | undefined;
}

/** How the image is stored. */
export interface DomainDevicesDiskMirrorFormat {
  /** Format, such as `raw`, `qcow2`. */
  readonly type: string;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainDevicesDiskMirrorFormatMetadataCache | undefined;
}

/** Cache of a qcow2 image's tables. */
export interface DomainDevicesDiskMirrorFormatMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainDevicesDiskMirrorFormatMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainDevicesDiskMirrorFormatMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}

/** The image that holds what the disk's own does not; an empty one says that there is none. */
export interface DomainDevicesDiskMirrorBackingStore {
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
  /** How the image is stored. */
  readonly format?: types.DomainDevicesDiskMirrorBackingStoreFormat | undefined;
  /** Where the data is. */
  readonly source?: types.DomainDevicesDiskMirrorBackingStoreSource | undefined;
}

/** How the image is stored. */
export interface DomainDevicesDiskMirrorBackingStoreFormat {
  /** Format, such as `raw`, `qcow2`. */
  readonly type: string;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainDevicesDiskMirrorBackingStoreFormatMetadataCache | undefined;
}

/** Cache of a qcow2 image's tables. */
export interface DomainDevicesDiskMirrorBackingStoreFormatMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainDevicesDiskMirrorBackingStoreFormatMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainDevicesDiskMirrorBackingStoreFormatMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}

/** Where the data is. */
export interface DomainDevicesDiskMirrorBackingStoreSource {
  /** What a missing source means at start. Default: mandatory. One of `mandatory`, `requisite`, `optional`. */
  readonly startupPolicy?: string | undefined;
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
}
