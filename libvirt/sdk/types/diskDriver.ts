// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

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
  /** Keep a discarded qcow2 cluster's place in the image, so that the image does not fragment. One of `on`, `off`. */
  readonly discardNoUnref?: string | undefined;
  /** Whether written zeros are detected. One of `off`, `on`, `unmap`. */
  readonly detectZeros?: string | undefined;
  /** Request queues. */
  readonly queues?: number | undefined;
  /** Size of each queue. */
  readonly queueSize?: number | undefined;
  /** Number of the I/O thread that serves the disk, from 1. */
  readonly ioThread?: number | undefined;
  /** Several I/O threads that serve a virtio disk, in place of `ioThread`. */
  readonly ioThreads?: types.DomainDevicesDiskDriverIoThreads | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Address translation services of a virtio device. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** A page of its own for each virtqueue's notifications. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainDevicesDiskDriverMetadataCache | undefined;
}

/** I/O threads that serve the disk. */
export interface DomainDevicesDiskDriverIoThreads {
  /** The threads. */
  readonly ioThreads?: readonly types.DomainDevicesDiskDriverIoThreadsIoThread[] | undefined;
}

/** One I/O thread. */
export interface DomainDevicesDiskDriverIoThreadsIoThread {
  /** Its number, from 1. */
  readonly id: number;
  /** Request queues that it serves; either all threads of the disk name theirs or none does. */
  readonly queues?: readonly types.DomainDevicesDiskDriverIoThreadsIoThreadQueue[] | undefined;
}

/** One queue. */
export interface DomainDevicesDiskDriverIoThreadsIoThreadQueue {
  /** Its number, from 0. */
  readonly id: number;
}

/** Cache of a qcow2 image's tables. */
export interface DomainDevicesDiskDriverMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainDevicesDiskDriverMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainDevicesDiskDriverMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}
