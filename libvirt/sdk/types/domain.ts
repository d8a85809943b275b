// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Metadata of other tools. */
export interface DomainMetadata {
  /** XML elements, each with a namespace of its own. */
  readonly xml: string;
}

/** State of each vCPU. */
export interface DomainVcpus {
  /** All vCPUs up to `vcpu` of the domain. */
  readonly vcpus?: readonly types.DomainVcpusVcpus[] | undefined;
}

/** One vCPU. */
export interface DomainVcpusVcpus {
  /** Its number, from 0; libvirt wants it. */
  readonly id?: number | undefined;
  /** Whether the VM has it at boot; libvirt wants it. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Whether it can be added and taken away; vCPU 0 cannot. One of `yes`, `no`. */
  readonly hotpluggable?: string | undefined;
  /** Place in the order in which they are added, from 1. */
  readonly order?: number | undefined;
}

/** Numbers and settings of the I/O threads. */
export interface DomainIoThreadIDs {
  /** The I/O threads. */
  readonly ioThreads?: readonly types.DomainIoThreadIDsIoThread[] | undefined;
}

/** One I/O thread. */
export interface DomainIoThreadIDsIoThread {
  /** Number, from 1. */
  readonly id: number;
  /** Fewest worker threads. */
  readonly poolMin?: number | undefined;
  /** Most worker threads. */
  readonly poolMax?: number | undefined;
  /** Polling before the thread sleeps. Older hosts do not have it. */
  readonly poll?: types.DomainIoThreadIDsIoThreadPoll | undefined;
}

/** Polling before the thread sleeps. */
export interface DomainIoThreadIDsIoThreadPoll {
  /** Longest time, in nanoseconds; 0: no polling. */
  readonly max?: number | undefined;
  /** Factor by which the time grows when it was too short; 0: QEMU's own. */
  readonly grow?: number | undefined;
  /** Divisor by which the time shrinks when it was too long; 0: QEMU's own. */
  readonly shrink?: number | undefined;
}

/** Worker threads of QEMU's main loop. */
export interface DomainDefaultIoThread {
  /** Fewest worker threads. */
  readonly poolMin?: number | undefined;
  /** Most worker threads. */
  readonly poolMax?: number | undefined;
}

/** Host NUMA nodes that the memory comes from. */
export interface DomainNumaTune {
  /** Binding of all memory. */
  readonly memory?: types.DomainNumaTuneMemory | undefined;
  /** Binding per guest cell. */
  readonly memNodes?: readonly types.DomainNumaTuneMemNode[] | undefined;
}

/** Binding of all memory. */
export interface DomainNumaTuneMemory {
  /** How the nodes bind: strict fails rather than going elsewhere; restrictive leaves the choice to the cpuset cgroup and can be moved while the VM runs. One of `strict`, `preferred`, `interleave`, `restrictive`. */
  readonly mode?: string | undefined;
  /** Host NUMA nodes, such as "0" or "0-1". */
  readonly nodeset?: string | undefined;
  /** Who chooses the nodes. Default: static with a nodeset. One of `static`, `auto`. */
  readonly placement?: string | undefined;
}

/** Binding of one guest cell's memory. */
export interface DomainNumaTuneMemNode {
  /** Number of the guest cell. */
  readonly cellId: number;
  /** How the nodes bind: strict fails rather than going elsewhere; restrictive leaves the choice to the cpuset cgroup and can be moved while the VM runs. One of `strict`, `preferred`, `interleave`, `restrictive`. */
  readonly mode: string;
  /** Host NUMA nodes. */
  readonly nodeset: string;
}

/** How guest memory is backed on the host. */
export interface DomainMemoryBacking {
  /** Back memory by huge pages of the host; they must have been reserved there. */
  readonly memoryHugePages?: types.DomainMemoryBackingMemoryHugePages | undefined;
  /** Keep the host from merging equal pages (KSM). */
  readonly memoryNosharepages?: boolean | undefined;
  /** Lock memory in RAM; wants a hard limit in `memoryTune`. */
  readonly memoryLocked?: boolean | undefined;
  /** Kind of backing. */
  readonly memorySource?: types.DomainMemoryBackingMemorySource | undefined;
  /** Sharing of memory with other processes, as vhost-user needs. */
  readonly memoryAccess?: types.DomainMemoryBackingMemoryAccess | undefined;
  /** When memory is allocated. */
  readonly memoryAllocation?: types.DomainMemoryBackingMemoryAllocation | undefined;
  /** Discard memory when the VM ends. */
  readonly memoryDiscard?: boolean | undefined;
}

/** Huge pages. */
export interface DomainMemoryBackingMemoryHugePages {
  /** Page sizes. Without any: the host's default huge page. */
  readonly hugepages?: readonly types.DomainMemoryBackingMemoryHugePagesHugepage[] | undefined;
}

/** A page size, and the guest cells that take it. */
export interface DomainMemoryBackingMemoryHugePagesHugepage {
  /** Page size, in `unit`. */
  readonly size: number;
  /** Unit of `size`. Default: KiB. */
  readonly unit?: string | undefined;
  /** Guest cells. Default: all. */
  readonly nodeset?: string | undefined;
}

/** Kind of backing. */
export interface DomainMemoryBackingMemorySource {
  /** Kind. One of `anonymous`, `file`, `memfd`. */
  readonly type?: string | undefined;
}

/** Sharing of memory with other processes. */
export interface DomainMemoryBackingMemoryAccess {
  /** Mode. One of `shared`, `private`. */
  readonly mode?: string | undefined;
}

/** When memory is allocated. */
export interface DomainMemoryBackingMemoryAllocation {
  /** On demand or at start. One of `immediate`, `ondemand`. */
  readonly mode?: string | undefined;
  /** Threads that allocate. */
  readonly threads?: number | undefined;
}

/** Limits of the host memory that QEMU may use in all. */
export interface DomainMemoryTune {
  /** Most memory, in `hardLimitUnit`; QEMU is killed beyond it. */
  readonly hardLimit?: number | undefined;
  /** Unit of `hardLimit`. Default: KiB. */
  readonly hardLimitUnit?: string | undefined;
  /** Limit under host memory pressure, in `softLimitUnit`. */
  readonly softLimit?: number | undefined;
  /** Unit of `softLimit`. Default: KiB. */
  readonly softLimitUnit?: string | undefined;
  /** Most memory and swap together. */
  readonly swapHardLimit?: number | undefined;
  /** Unit of `swapHardLimit`. Default: KiB. */
  readonly swapHardLimitUnit?: string | undefined;
  /** Guaranteed memory; not every hypervisor has it. */
  readonly minGuarantee?: number | undefined;
  /** Unit of `minGuarantee`. Default: KiB. */
  readonly minGuaranteeUnit?: string | undefined;
}

/** Shares and limits of the host's block devices. */
export interface DomainBlockIoTune {
  /** Relative weight, 10 to 1000. */
  readonly weight?: number | undefined;
  /** Per block device. */
  readonly devices?: readonly types.DomainBlockIoTuneDevice[] | undefined;
}

/** One block device of the host. */
export interface DomainBlockIoTuneDevice {
  /** Path of the device on the host. */
  readonly path: string;
  /** Relative weight on this device. */
  readonly weight?: number | undefined;
  /** Bytes read per second. */
  readonly readBytesSec?: number | undefined;
  /** Bytes written per second. */
  readonly writeBytesSec?: number | undefined;
  /** Read operations per second. */
  readonly readIopsSec?: number | undefined;
  /** Write operations per second. */
  readonly writeIopsSec?: number | undefined;
}

/** The guest's clock. */
export interface DomainClock {
  /** Where the time comes from. One of `utc`, `localtime`, `timezone`, `variable`, `absolute`. */
  readonly offset?: string | undefined;
  /** Time zone, for offset timezone. */
  readonly timeZone?: string | undefined;
  /** Seconds off, or `reset`, for offset variable. */
  readonly adjustment?: string | undefined;
  /** utc or localtime, for offset variable. */
  readonly basis?: string | undefined;
  /** Seconds since the epoch, for offset absolute. */
  readonly start?: number | undefined;
  /** Timers. */
  readonly timers?: readonly types.DomainClockTimer[] | undefined;
}

/** One timer. */
export interface DomainClockTimer {
  /** Name, such as `rtc`, `pit`, `hpet`, `tsc`, `kvmclock`. */
  readonly name: string;
  /** Whether the guest has it. One of `yes`, `no`. */
  readonly present?: string | undefined;
  /** What happens to missed ticks. One of `delay`, `catchup`, `merge`, `discard`. */
  readonly tickPolicy?: string | undefined;
  /** How missed ticks are made up for, with `tickPolicy` catchup. */
  readonly catchUp?: types.DomainClockTimerCatchUp | undefined;
  /** What it tracks: boot, guest, wall or realtime. */
  readonly track?: string | undefined;
  /** Frequency in Hz, for tsc. */
  readonly frequency?: number | undefined;
  /** How tsc is provided: auto, native, emulate, paravirt, smpsafe. */
  readonly mode?: string | undefined;
}

/** How missed ticks are made up for. */
export interface DomainClockTimerCatchUp {
  /** Ticks missed before it begins. */
  readonly threshold?: number | undefined;
  /** How many times faster than normal ticks come meanwhile. */
  readonly slew?: number | undefined;
  /** Ticks made up for at most. */
  readonly limit?: number | undefined;
}

/** Sleep states offered to the guest. */
export interface DomainPm {
  /** Suspend to memory. */
  readonly suspendToMem?: types.DomainPmSuspendToMem | undefined;
  /** Suspend to disk. */
  readonly suspendToDisk?: types.DomainPmSuspendToDisk | undefined;
}

/** A sleep state. */
export interface DomainPmSuspendToMem {
  /** Whether the guest may use it. One of `yes`, `no`. */
  readonly enabled: string;
}

/** A sleep state. */
export interface DomainPmSuspendToDisk {
  /** Whether the guest may use it. One of `yes`, `no`. */
  readonly enabled: string;
}

/** Resource group. */
export interface DomainResource {
  /** cgroup on the host. */
  readonly partition?: string | undefined;
  /** Mark of the VM's Fibre Channel frames, for the switches to tell. */
  readonly fibreChannel?: types.DomainResourceFibreChannel | undefined;
}

/** Mark of the VM's Fibre Channel frames. */
export interface DomainResourceFibreChannel {
  /** The mark (VMID). */
  readonly appId: string;
}

/** How the domain is started. */
export interface DomainCreate {
  /** Start with paused CPUs. */
  readonly paused?: boolean | undefined;
  /** Destroy the domain when the provider disconnects. */
  readonly autodestroy?: boolean | undefined;
  /** Bypass the host's file cache when a saved state is restored. */
  readonly bypassCache?: boolean | undefined;
  /** Discard a saved state and boot anew. */
  readonly forceBoot?: boolean | undefined;
  /** Make the UEFI variable store anew from its template. */
  readonly resetNvram?: boolean | undefined;
  /** Check the XML against libvirt's schema when it is defined. */
  readonly validate?: boolean | undefined;
}

/** How the domain is stopped when it is deleted or when `running` turns false. */
export interface DomainDestroy {
  /** End QEMU without force, so that it flushes its files; fails when QEMU does not obey. */
  readonly graceful?: boolean | undefined;
  /** Ask the guest to shut down first, and wait for it. */
  readonly shutdown?: types.DomainDestroyShutdown | undefined;
  /** Keep the UEFI variable store on the host when the domain is deleted. Default: false. */
  readonly keepNvram?: boolean | undefined;
  /** The cluster's node that runs in the VM. Before the domain is deleted it is drained, and Node and k3s node password are removed, so that a VM of the same name can join again. */
  readonly kubernetesNode?: types.DomainDestroyKubernetesNode | undefined;
}

/** How long a graceful shutdown may take. */
export interface DomainDestroyShutdown {
  /** Seconds to wait for the guest. Default: 300. */
  readonly timeout?: number | undefined;
}

/** The cluster's node that runs in the VM, and how it leaves the cluster when the domain is deleted. */
export interface DomainDestroyKubernetesNode {
  /** Name of the node. */
  readonly name: string;
  /** Path of a kubeconfig on the machine that runs Pulumi, or its content. A secret. Default: as kubectl finds it. */
  readonly kubeconfig?: string | undefined;
  /** Context of the kubeconfig. Default: the current one. */
  readonly context?: string | undefined;
  /** Seconds that the node's pods may take to leave, disruption budgets included. Default: 300. */
  readonly timeout?: number | undefined;
  /** What happens to the VM when its node does not get empty in time, when a pod belongs to no controller, or when the cluster does not answer: `refuse` keeps the VM and says why; `proceed` warns and deletes it. Default: refuse. One of `refuse`, `proceed`. */
  readonly whenBlocked?: string | undefined;
}

/** Whether the provider may restart the VM. */
export interface DomainRestart {
  /** When it may: never (the default), or where a change needs it, which includes what waits for a restart already. Wants `running: true`, so that a VM whose restart was interrupted is started by the next update. One of `never`, `needed`. */
  readonly when?: string | undefined;
  /** Seconds that the guest may take to shut down. Default: 300. */
  readonly timeout?: number | undefined;
  /** What happens when the guest has not shut down by then: fail (the default) leaves it running and fails the update, force ends it as if its plug were pulled. One of `fail`, `force`. */
  readonly onTimeout?: string | undefined;
}

/** Settings of other providers' updates, which restart the VM. */
export interface DomainUpdate {
  /** Graceful shutdown. */
  readonly shutdown?: types.DomainUpdateShutdown | undefined;
}

/** How long a graceful shutdown may take. */
export interface DomainUpdateShutdown {
  /** Seconds to wait for the guest. Default: 300. */
  readonly timeout?: number | undefined;
}

/** A change that waits for the next boot. */
export interface DomainPendingRestart {
  /** Path of the property, such as `memory` or `devices.disks[1].driver.cache`. */
  readonly property: string;
  /** Why it did not take effect at once. */
  readonly reason: string;
}
