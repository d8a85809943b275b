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

/** CPU model and topology as the guest sees them. */
export interface DomainCpu {
  /** How the model is chosen. One of `custom`, `host-model`, `host-passthrough`, `maximum`. */
  readonly mode?: string | undefined;
  /** How strictly the host must provide the model. One of `minimum`, `exact`, `strict`. */
  readonly match?: string | undefined;
  /** How the CPU is checked before start. One of `none`, `partial`, `full`. */
  readonly check?: string | undefined;
  /** Leave out features that block migration. */
  readonly migratable?: boolean | undefined;
  /** Name of the model, for mode custom. */
  readonly model?: string | undefined;
  /** Whether a similar model may be taken. One of `allow`, `forbid`. */
  readonly modelFallback?: string | undefined;
  /** Vendor id shown to the guest, 12 characters. */
  readonly modelVendorId?: string | undefined;
  /** Vendor that the host's CPU must have. */
  readonly vendor?: string | undefined;
  /** Topology. */
  readonly topology?: types.DomainCpuTopology | undefined;
  /** Features added to or taken from the model. */
  readonly features?: readonly types.DomainCpuFeature[] | undefined;
  /** Cache information. */
  readonly cache?: types.DomainCpuCache | undefined;
  /** Width of physical addresses. */
  readonly maxPhysAddr?: types.DomainCpuMaxPhysAddr | undefined;
  /** Guest NUMA topology. */
  readonly numa?: types.DomainCpuNuma | undefined;
}

/** Sockets, cores and threads; their product is the maximum of vCPUs. */
export interface DomainCpuTopology {
  /** Sockets. */
  readonly sockets?: number | undefined;
  /** Dies per socket. Default: 1. */
  readonly dies?: number | undefined;
  /** Clusters per die. Default: 1. */
  readonly clusters?: number | undefined;
  /** Cores per die or cluster. */
  readonly cores?: number | undefined;
  /** Threads per core. */
  readonly threads?: number | undefined;
}

/** One CPU feature. */
export interface DomainCpuFeature {
  /** Name of the feature, such as `pdpe1gb`. */
  readonly name?: string | undefined;
  /** What to do. One of `force`, `require`, `optional`, `disable`, `forbid`. */
  readonly policy?: string | undefined;
}

/** CPU cache as the guest sees it. */
export interface DomainCpuCache {
  /** Kind. One of `emulate`, `passthrough`, `disable`. */
  readonly mode: string;
  /** Cache level. */
  readonly level?: number | undefined;
}

/** Width of physical addresses. */
export interface DomainCpuMaxPhysAddr {
  /** How it is chosen. One of `emulate`, `passthrough`. */
  readonly mode: string;
  /** Width in bits, for emulate. */
  readonly bits?: number | undefined;
  /** Largest width in bits, for passthrough. */
  readonly limit?: number | undefined;
}

/** NUMA cells as the guest sees them. */
export interface DomainCpuNuma {
  /** The cells. */
  readonly cells?: readonly types.DomainCpuNumaCell[] | undefined;
}

/** One NUMA cell as the guest sees it. */
export interface DomainCpuNumaCell {
  /** Number of the cell, from 0. */
  readonly id?: number | undefined;
  /** vCPUs of the cell. */
  readonly cpus?: string | undefined;
  /** Memory of the cell, in `unit`. */
  readonly memory: number;
  /** Unit of `memory`. Default: KiB. */
  readonly unit?: string | undefined;
  /** Whether other processes may map the memory. One of `shared`, `private`. */
  readonly memAccess?: string | undefined;
  /** Whether memory is given back when the VM ends. One of `yes`, `no`. */
  readonly discard?: string | undefined;
  /** Distances to the other cells. */
  readonly distances?: types.DomainCpuNumaCellDistances | undefined;
}

/** Distances from a guest cell. */
export interface DomainCpuNumaCellDistances {
  /** Distance to each cell. */
  readonly siblings?: readonly types.DomainCpuNumaCellDistancesSibling[] | undefined;
}

/** Distance to one guest cell. */
export interface DomainCpuNumaCellDistancesSibling {
  /** Number of the other guest cell. */
  readonly id: number;
  /** Distance, 10 (the cell itself) to 255. */
  readonly value: number;
}
