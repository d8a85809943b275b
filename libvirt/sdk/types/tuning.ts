// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Transparent huge pages. */
export interface HostTuningTransparentHugepages {
  /** Who gets them: everyone, who asks for them (QEMU does for guest memory), or nobody. Default: left as it is. One of `always`, `madvise`, `never`. */
  readonly enabled?: string | undefined;
  /** Whether a page fault waits until a huge page has been made by moving memory. Default: left as it is. One of `always`, `defer`, `defer+madvise`, `madvise`, `never`. */
  readonly defrag?: string | undefined;
}

/** Hugepages of one size in one NUMA cell. */
export interface HostTuningHugepages {
  /** The NUMA cell's number. */
  readonly cell: number;
  /** Size of a page. One of `64KiB`, `1MiB`, `2MiB`, `16MiB`, `32MiB`, `512MiB`, `1GiB`, `16GiB`. */
  readonly size: string;
  /** Number of pages that are kept for who asks for this size. */
  readonly count: number;
}

/** Values of the settings that are declared. */
export interface HostTuningValues {
  /** Governor; where CPUs differ, each governor with its CPUs, such as `powersave:0-35 performance:36-71`. */
  readonly governor?: string | undefined;
  /** `kernel.numa_balancing`. */
  readonly numaBalancing?: number | undefined;
  /** Transparent huge pages. */
  readonly transparentHugepages?: types.HostTuningTransparentHugepages | undefined;
  /** Hugepages by NUMA cell and size. */
  readonly hugepages?: readonly types.HostTuningHugepages[] | undefined;
}
