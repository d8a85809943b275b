import type { Bytes } from "../model/quantity.ts";
import type { Asked } from "./asked.ts";
import type { HardwareFacts } from "./hardware.ts";

/**
 * What is true on a host, as its libvirt and its kernel say it. Plain data: whoever reads a host fills it, and
 * whoever compares, records or watches works on it alone.
 */
export interface HostFacts {
  /** Versions, for people: `libvirt 9.0.0, QEMU 7.2.22`. */
  readonly versions: string;
  readonly cells: Asked<readonly CellFacts[]>;
  /** CPUs that are online, ascending. */
  readonly onlineCpus: Asked<readonly number[]>;
  readonly pools: Asked<readonly PoolFacts[]>;
  /** All domains, by name in byte order. */
  readonly domains: readonly DomainFacts[];
  readonly kernel: Asked<KernelFacts>;
  readonly hardware: Asked<HardwareFacts>;
  /** Figures that only mean something beside those of another moment. */
  readonly sample: Sample;
}

/** A NUMA cell as libvirt's capabilities have it. */
export interface CellFacts {
  readonly id: number;
  readonly memory: Bytes;
  /** Cores: each one's threads that are online, ascending; by their first thread. */
  readonly cores: readonly (readonly number[])[];
  /** Hugepages that the cell has, by their size in bytes. */
  readonly hugepages: ReadonlyMap<Bytes, number>;
  /** Distance to each cell by its number, as firmware says it; empty if it says none. */
  readonly distances: ReadonlyMap<number, number>;
}

export interface PoolFacts {
  readonly name: string;
  /** `dir`, `fs`, `netfs`, `logical`, … */
  readonly type: string;
  readonly active: boolean;
  /** Directory or device; empty if the pool has none. */
  readonly path: string;
  /** What its file system or volume group holds; 0 for a pool that is not active. */
  readonly capacity: Bytes;
  readonly available: Bytes;
}

/** `running` and the other words of `virsh domstate`. */
export type DomainState =
  | "no state"
  | "running"
  | "blocked"
  | "paused"
  | "in shutdown"
  | "shut off"
  | "crashed"
  | "suspended";

export interface DomainFacts {
  readonly uuid: string;
  readonly name: string;
  readonly state: DomainState;
  readonly persistent: boolean;
  readonly autostart: boolean;
  /** What runs if the domain runs, else its definition. */
  readonly definition: Asked<Definition>;
  /** Parts in which the running domain is not what it will be after its next start. */
  readonly pendingRestart: Asked<readonly PendingPart[]>;
  /** Pins and tuning: of the running domain, else of its definition. */
  readonly tuning: Asked<DomainTuning>;
}

/** Parts of a definition that are compared, in the order in which they are told. */
export const PENDING_PARTS = [
  "number of vCPUs",
  "memory",
  "pins and CPU weights",
  "NUMA binding",
  "memory backing",
  "guest topology",
  "iothreads",
  "machine type",
  "disks",
  "interfaces",
] as const;
export type PendingPart = (typeof PENDING_PARTS)[number];

/** What a definition says. */
export interface Definition {
  readonly vcpus: number;
  readonly maximumVcpus: number;
  readonly memory: Bytes;
  /** Sizes of its hugepages in bytes; 0 stands for the host's default size. Empty: ordinary pages. */
  readonly hugepages: readonly Bytes[];
  readonly iothreads: number;
  readonly disks: readonly DiskFacts[];
  readonly interfaces: readonly InterfaceFacts[];
  /** Its virtio-mem devices, in order; absent where it has none. */
  readonly virtioMem?: readonly VirtioMemFacts[];
  /** Devices of the host that it has: PCI functions by address, mediated devices by UUID. */
  readonly hostdevs?: readonly HostdevFacts[];
}

export interface VirtioMemFacts {
  readonly requested: Bytes;
  /** What the guest has of it; undefined while it is off. */
  readonly current: Bytes | undefined;
}

export type HostdevFacts = { readonly pci: string } | { readonly mdev: string };

export interface DiskFacts {
  /** `vda`. */
  readonly target: string;
  /** Path, or `POOL/VOLUME`, or a URL; empty for an empty drive. */
  readonly source: string;
  readonly device: string;
}

export interface InterfaceFacts {
  /** Name of the bridge it joins; empty for any other kind. */
  readonly bridge: string;
  /** The host's end, `vnet0`; empty if the domain does not run. */
  readonly device: string;
}

export interface DomainTuning {
  /** By vCPU: the CPUs that libvirt lets it run on. */
  readonly vcpuPins: readonly (readonly number[])[];
  /** By vCPU: the CPUs that the kernel lets its thread run on; empty if the domain does not run. */
  readonly vcpuAffinity: readonly (readonly number[])[];
  readonly emulatorPin: readonly number[];
  /** By iothread number: the CPUs that the kernel lets it run on. */
  readonly iothreadPins: ReadonlyMap<number, readonly number[]>;
  /** undefined: no binding. */
  readonly numa: { readonly mode: string; readonly nodeset: readonly number[] } | undefined;
  /** CPU weight; undefined if the scheduler tells none. */
  readonly weight: number | undefined;
}

/** What /proc and /sys say. */
export interface KernelFacts {
  /** Governor by CPU; empty on a machine without frequency scaling. */
  readonly governors: ReadonlyMap<number, string>;
  /** `/proc/sys/kernel/numa_balancing`; undefined in a kernel without it. */
  readonly numaBalancing: string | undefined;
  /** The chosen word of `/sys/kernel/mm/transparent_hugepage/enabled`. */
  readonly thp: string | undefined;
  readonly thpDefrag: string | undefined;
  /** Memory by cell. */
  readonly memory: readonly CellMemory[];
  readonly interfaces: readonly NetworkInterface[];
  /** QEMU processes by their domain's UUID. */
  readonly guests: ReadonlyMap<string, Asked<GuestMemory>>;
  /** Cache misses of QEMU processes by their domain's UUID, over the time between the samples. */
  readonly cache: ReadonlyMap<string, Asked<CacheCounts>>;
}

export interface CellMemory {
  readonly cell: number;
  readonly total: Bytes;
  readonly free: Bytes;
}

export interface NetworkInterface {
  readonly name: string;
  readonly isBridge: boolean;
  /** The bridge it is a port of; empty if of none. */
  readonly bridge: string;
  /** `up`, `down`, … */
  readonly state: string;
}

/** Where a QEMU process has its memory. Mapped program files do not count: they are shared and lie anywhere. */
export interface GuestMemory {
  /** Bytes by cell. */
  readonly cells: ReadonlyMap<number, Bytes>;
  /** Cells that a mapping's own policy asks for (`bind`, `prefer`, `interleave`), ascending. */
  readonly policyCells: readonly number[];
}

export interface CacheCounts {
  readonly loads: number;
  readonly misses: number;
}

/** Counters at one moment. */
export interface Sample {
  /** Milliseconds of a clock that never jumps, read when libvirt answered. */
  readonly libvirtAtMs: number;
  readonly domains: ReadonlyMap<string, DomainSample>;
  readonly kernel: Asked<KernelSample>;
}

/** A domain's counters, by its UUID. */
export interface DomainSample {
  readonly cpuTimeNs: number;
  readonly balloon: Bytes | undefined;
  readonly vcpus: readonly VcpuSample[];
  /** Size of a disk by its target, as the running domain has it. */
  readonly diskCapacity: ReadonlyMap<string, Bytes>;
  readonly diskPath: ReadonlyMap<string, string>;
}

export interface VcpuSample {
  readonly number: number;
  readonly timeNs: number;
  /** Time in which it could have run and something else did. */
  readonly waitNs: number;
}

export interface KernelSample {
  /** Seconds since the host's start, by its own clock. */
  readonly uptime: number;
  readonly ticksPerSecond: number;
  /** `numa_hit`, `numa_miss`, `numa_foreign` by cell, in pages. */
  readonly numastat: readonly CellCounters[];
  /** Threads of QEMU processes. */
  readonly threads: readonly ThreadSample[];
  /** Every other process that is no kernel thread. */
  readonly processes: readonly ProcessSample[];
}

export interface CellCounters {
  readonly cell: number;
  readonly hit: number;
  readonly miss: number;
  readonly foreign: number;
}

/** `kernel`: a worker that KVM has started in QEMU's process. Nobody but the kernel has a say in where it runs. */
export type ThreadKind = "vcpu" | "iothread" | "emulator" | "kernel";

export interface ThreadSample {
  readonly uuid: string;
  readonly tid: number;
  readonly kind: ThreadKind;
  /** Number of a vCPU or an iothread; 0 for all others. */
  readonly number: number;
  readonly ticks: number;
  /** Where it may run; empty for a thread that ended before that was read. */
  readonly cpus: readonly number[];
}

export interface ProcessSample {
  readonly pid: number;
  /** Start in ticks since the host's: with the pid it names a process for good. */
  readonly started: number;
  readonly name: string;
  readonly ticks: number;
  /** The CPU that it ran on last. */
  readonly lastCpu: number;
  readonly cpus: readonly number[];
}
