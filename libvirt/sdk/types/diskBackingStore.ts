// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** The image that holds what the disk's own does not; an empty one says that there is none. */
export interface DomainDevicesDiskBackingStore {
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
  /** How the image is stored. */
  readonly format?: types.DomainDevicesDiskBackingStoreFormat | undefined;
  /** Where the data is. */
  readonly source?: types.DomainDevicesDiskBackingStoreSource | undefined;
}

/** How the image is stored. */
export interface DomainDevicesDiskBackingStoreFormat {
  /** Format, such as `raw`, `qcow2`. */
  readonly type: string;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainDevicesDiskBackingStoreFormatMetadataCache | undefined;
}

/** Cache of a qcow2 image's tables. */
export interface DomainDevicesDiskBackingStoreFormatMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainDevicesDiskBackingStoreFormatMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainDevicesDiskBackingStoreFormatMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}
