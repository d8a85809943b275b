// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

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
  /** Whether features that the host's CPU model calls deprecated are on (s390x). Older hosts do not have it. One of `on`, `off`. */
  readonly deprecatedFeatures?: string | undefined;
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
  /** How fast cells reach each other's memory. */
  readonly interconnects?: types.DomainCpuNumaInterconnects | undefined;
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
  /** Memory-side caches of the cell. */
  readonly caches?: readonly types.DomainCpuNumaCellCache[] | undefined;
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

/** A memory-side cache of a guest cell. */
export interface DomainCpuNumaCellCache {
  /** Level of the cache, from 1. */
  readonly level: number;
  /** How memory maps to it. One of `none`, `direct`, `full`. */
  readonly associativity: string;
  /** How it is written. One of `none`, `writeback`, `writethrough`. */
  readonly policy: string;
  /** Size of the cache; libvirt wants it. */
  readonly size?: types.DomainCpuNumaCellCacheSize | undefined;
  /** Size of a line of the cache; libvirt wants it. */
  readonly line?: types.DomainCpuNumaCellCacheLine | undefined;
}

/** Size of the cache. */
export interface DomainCpuNumaCellCacheSize {
  /** Size of the cache, in KiB. */
  readonly value: string;
  /** Unit of `value`; libvirt takes this one whatever is given. One of `KiB`. */
  readonly unit: string;
}

/** Size of a line of the cache. */
export interface DomainCpuNumaCellCacheLine {
  /** Size of a line of the cache, in B. */
  readonly value: string;
  /** Unit of `value`; libvirt takes this one whatever is given. One of `B`. */
  readonly unit: string;
}

/** How fast guest cells reach each other's memory. */
export interface DomainCpuNumaInterconnects {
  /** Times that accesses take. */
  readonly latencies?: readonly types.DomainCpuNumaInterconnectsLatency[] | undefined;
  /** Amounts that accesses can move. */
  readonly bandwidths?: readonly types.DomainCpuNumaInterconnectsBandwidth[] | undefined;
}

/** Time that an access takes. */
export interface DomainCpuNumaInterconnectsLatency {
  /** Number of the guest cell whose vCPUs ask. */
  readonly initiator: number;
  /** Number of the guest cell whose memory answers. */
  readonly target: number;
  /** Level of the target's cache that answers. Default: its memory. */
  readonly cache?: number | undefined;
  /** Kind of access. One of `access`, `read`, `write`. */
  readonly type: string;
  /** Time, in nanoseconds. */
  readonly value: number;
}

/** Amount that accesses can move. */
export interface DomainCpuNumaInterconnectsBandwidth {
  /** Number of the guest cell whose vCPUs ask. */
  readonly initiator: number;
  /** Number of the guest cell whose memory answers. */
  readonly target: number;
  /** Level of the target's cache that answers. Default: its memory. */
  readonly cache?: number | undefined;
  /** Kind of access. One of `access`, `read`, `write`. */
  readonly type: string;
  /** Amount per second, in `unit`. */
  readonly value: number;
  /** Unit of `value`. */
  readonly unit: string;
}
