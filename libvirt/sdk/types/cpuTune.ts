// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** CPU pinning and scheduling on the host. */
export interface DomainCpuTune {
  /** Pins of vCPUs; one per vCPU. */
  readonly vcpuPins?: readonly types.DomainCpuTuneVcpuPin[] | undefined;
  /** Pin of QEMU's own threads. */
  readonly emulatorPin?: types.DomainCpuTuneEmulatorPin | undefined;
  /** Pins of I/O threads. */
  readonly ioThreadPins?: readonly types.DomainCpuTuneIoThreadPin[] | undefined;
  /** Relative CPU weight against other VMs. cgroup v2 hosts take 1 to 10000, cgroup v1 hosts 2 to 262144. Default: the host's (100 or 1024). */
  readonly shares?: number | undefined;
  /** Enforcement period of each vCPU's quota, in microseconds, 1000 to 1000000. */
  readonly period?: number | undefined;
  /** CPU time each vCPU may use per period, in microseconds; -1: no limit. */
  readonly quota?: number | undefined;
  /** Period of the whole VM's quota, in microseconds. */
  readonly globalPeriod?: number | undefined;
  /** CPU time of the whole VM per period, in microseconds; -1: no limit. */
  readonly globalQuota?: number | undefined;
  /** Period of the emulator's quota, in microseconds. */
  readonly emulatorPeriod?: number | undefined;
  /** CPU time of the emulator per period, in microseconds; -1: no limit. */
  readonly emulatorQuota?: number | undefined;
  /** Period of the I/O threads' quota, in microseconds. */
  readonly ioThreadPeriod?: number | undefined;
  /** CPU time of each I/O thread per period, in microseconds; -1: no limit. */
  readonly ioThreadQuota?: number | undefined;
  /** Scheduler classes of vCPUs. */
  readonly vcpuScheds?: readonly types.DomainCpuTuneVcpuSched[] | undefined;
  /** Scheduler class of QEMU's own threads. */
  readonly emulatorSched?: types.DomainCpuTuneEmulatorSched | undefined;
  /** Scheduler classes of I/O threads. */
  readonly ioThreadScheds?: readonly types.DomainCpuTuneIoThreadSched[] | undefined;
  /** Shares of the host's caches, by vCPUs. */
  readonly cacheTunes?: readonly types.DomainCpuTuneCacheTune[] | undefined;
  /** Shares of the host's memory bandwidth, by vCPUs. */
  readonly memoryTunes?: readonly types.DomainCpuTuneMemoryTune[] | undefined;
}

/** The host CPUs that one vCPU may run on. */
export interface DomainCpuTuneVcpuPin {
  /** Number of the vCPU, from 0. */
  readonly vcpu: number;
  /** Host CPUs, such as "4" or "4,40". */
  readonly cpuSet: string;
}

/** The host CPUs that QEMU's own threads may run on. */
export interface DomainCpuTuneEmulatorPin {
  /** Host CPUs, such as "0-1,36-37". */
  readonly cpuSet: string;
}

/** The host CPUs that one I/O thread may run on. */
export interface DomainCpuTuneIoThreadPin {
  /** Number of the I/O thread, from 1. */
  readonly ioThread: number;
  /** Host CPUs. */
  readonly cpuSet: string;
}

/** Scheduler class of some vCPUs. */
export interface DomainCpuTuneVcpuSched {
  /** vCPUs that this holds for. */
  readonly vcpus: string;
  /** Scheduler class. One of `batch`, `idle`, `fifo`, `rr`. */
  readonly scheduler?: string | undefined;
  /** Priority, 1 to 99; for fifo and rr only. */
  readonly priority?: number | undefined;
}

/** Scheduler class of QEMU's own threads. */
export interface DomainCpuTuneEmulatorSched {
  /** Scheduler class. One of `batch`, `idle`, `fifo`, `rr`. */
  readonly scheduler?: string | undefined;
  /** Priority, 1 to 99; for fifo and rr only. */
  readonly priority?: number | undefined;
}

/** Scheduler class of some I/O threads. */
export interface DomainCpuTuneIoThreadSched {
  /** Numbers of the I/O threads that this holds for. */
  readonly ioThreads: string;
  /** Scheduler class. One of `batch`, `idle`, `fifo`, `rr`. */
  readonly scheduler?: string | undefined;
  /** Priority, 1 to 99; for fifo and rr only. */
  readonly priority?: number | undefined;
}

/** Shares of the host's caches for some vCPUs. */
export interface DomainCpuTuneCacheTune {
  /** vCPUs that this holds for; libvirt wants them. */
  readonly vcpus?: string | undefined;
  /** Accepted so that programs for other providers run; the host names the group by itself. */
  readonly id?: string | undefined;
  /** The shares. */
  readonly caches?: readonly types.DomainCpuTuneCacheTuneCache[] | undefined;
  /** Counts of use. */
  readonly monitors?: readonly types.DomainCpuTuneCacheTuneMonitor[] | undefined;
}

/** A share of one cache of the host. */
export interface DomainCpuTuneCacheTuneCache {
  /** Number of the cache on the host. */
  readonly id: number;
  /** Its level, such as 3. */
  readonly level: number;
  /** What of it: code, data or both. One of `code`, `data`, `both`. */
  readonly type: string;
  /** Size of the share, in `unit`; rounded to what the host can give. */
  readonly size: number;
  /** Unit of `size`. */
  readonly unit: string;
}

/** A count of the cache that some vCPUs use. */
export interface DomainCpuTuneCacheTuneMonitor {
  /** Level of the cache: 3. */
  readonly level?: number | undefined;
  /** vCPUs to count; all of the tune's, or some that no other monitor has. */
  readonly vcpus?: string | undefined;
}

/** Shares of the host's memory bandwidth for some vCPUs. */
export interface DomainCpuTuneMemoryTune {
  /** vCPUs that this holds for. */
  readonly vcpus: string;
  /** The shares, by host NUMA node. */
  readonly nodes?: readonly types.DomainCpuTuneMemoryTuneNode[] | undefined;
  /** Counts of use. */
  readonly monitors?: readonly types.DomainCpuTuneMemoryTuneMonitor[] | undefined;
}

/** A share of one NUMA node's bandwidth. */
export interface DomainCpuTuneMemoryTuneNode {
  /** Number of the host NUMA node. */
  readonly id: number;
  /** Share, in percent; rounded to what the host can give. */
  readonly bandwidth: number;
}

/** A count of the bandwidth that some vCPUs use. */
export interface DomainCpuTuneMemoryTuneMonitor {
  /** Accepted so that programs for other providers run; libvirt knows no level here. */
  readonly level?: number | undefined;
  /** vCPUs to count. */
  readonly vcpus?: string | undefined;
}
