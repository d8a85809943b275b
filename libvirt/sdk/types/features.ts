// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Features of the virtual machine. */
export interface DomainFeatures {
  /** ACPI, as a graceful shutdown needs. */
  readonly acpi?: boolean | undefined;
  /** APIC. */
  readonly apic?: types.DomainFeaturesApic | undefined;
  /** Physical address extension for 32-bit guests. */
  readonly pae?: boolean | undefined;
  /** Hardware-assisted paging. Default: on where the hardware has it. */
  readonly hap?: types.DomainFeaturesHap | undefined;
  /** Hyper-V interfaces under Xen. */
  readonly viridian?: boolean | undefined;
  /** A network namespace of its own, for containers; implied when they have an interface. */
  readonly privNet?: boolean | undefined;
  /** Enlightenments for Windows guests. */
  readonly hyperV?: types.DomainFeaturesHyperV | undefined;
  /** System management mode, as secure boot needs. */
  readonly smm?: types.DomainFeaturesSmm | undefined;
  /** KVM's own features. */
  readonly kvm?: types.DomainFeaturesKvm | undefined;
  /** Xen's own features. */
  readonly xen?: types.DomainFeaturesXen | undefined;
  /** QEMU's emulation of CPUs, for domains of type qemu. */
  readonly tcg?: types.DomainFeaturesTcg | undefined;
  /** Performance counters. */
  readonly pmu?: types.DomainFeaturesPmu | undefined;
  /** Paravirtual spinlocks. */
  readonly pvSpinlock?: types.DomainFeaturesPvSpinlock | undefined;
  /** VMware's I/O port. */
  readonly vmPort?: types.DomainFeaturesVmPort | undefined;
  /** Device for kernel core dumps. */
  readonly vmCoreInfo?: types.DomainFeaturesVmCoreInfo | undefined;
  /** PS/2 controller. */
  readonly ps2?: types.DomainFeaturesPs2 | undefined;
  /** Memory is freed after QEMU has ended, so that a large VM is gone sooner. */
  readonly asyncTeardown?: types.DomainFeaturesAsyncTeardown | undefined;
  /** I/O APIC. */
  readonly ioapic?: types.DomainFeaturesIoapic | undefined;
  /** ARM interrupt controller. */
  readonly gic?: types.DomainFeaturesGic | undefined;
  /** Report of host memory errors to the guest (ARM). */
  readonly ras?: types.DomainFeaturesRas | undefined;
  /** Advanced interrupt architecture (RISC-V). */
  readonly aia?: types.DomainFeaturesAia | undefined;
  /** Hash page table (POWER). */
  readonly hpt?: types.DomainFeaturesHpt | undefined;
  /** Transactional memory (POWER). */
  readonly htm?: types.DomainFeaturesHtm | undefined;
  /** Guests of the guest (POWER). */
  readonly nestedHv?: types.DomainFeaturesNestedHv | undefined;
  /** Assisted flush of the count cache (POWER). */
  readonly ccfAssist?: types.DomainFeaturesCcfAssist | undefined;
  /** Flush of the cache on a change of privilege (POWER). */
  readonly cfpc?: types.DomainFeaturesCfpc | undefined;
  /** Barrier against speculation past bounds checks (POWER). */
  readonly sbbc?: types.DomainFeaturesSbbc | undefined;
  /** Limits of speculation of indirect branches (POWER). */
  readonly ibs?: types.DomainFeaturesIbs | undefined;
  /** Model-specific registers. */
  readonly msrs?: types.DomainFeaturesMsrs | undefined;
  /** Linux capabilities of a container. */
  readonly capabilities?: types.DomainFeaturesCapabilities | undefined;
}

/** APIC. */
export interface DomainFeaturesApic {
  /** Paravirtual end of interrupt. One of `on`, `off`. */
  readonly eoi?: string | undefined;
}

/** Hardware-assisted paging. Default: on where the hardware has it. */
export interface DomainFeaturesHap {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** System management mode. */
export interface DomainFeaturesSmm {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** Size of its memory, in `tsegUnit`. */
  readonly tseg?: number | undefined;
  /** Unit of `tseg`. Default: MiB. */
  readonly tsegUnit?: string | undefined;
}

/** KVM's own features. */
export interface DomainFeaturesKvm {
  /** Hide KVM from the guest. */
  readonly hidden?: types.DomainFeaturesKvmHidden | undefined;
  /** Tell the guest that its vCPUs have CPUs of their own; for pinned VMs. */
  readonly hintDedicated?: types.DomainFeaturesKvmHintDedicated | undefined;
  /** Let the guest poll. */
  readonly pollControl?: types.DomainFeaturesKvmPollControl | undefined;
  /** Paravirtual IPIs. */
  readonly pvipi?: types.DomainFeaturesKvmPvipi | undefined;
  /** Ring in which KVM notes the pages that a vCPU writes to. */
  readonly dirtyRing?: types.DomainFeaturesKvmDirtyRing | undefined;
}

/** Hide KVM from the guest. */
export interface DomainFeaturesKvmHidden {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Tell the guest that its vCPUs have CPUs of their own; for pinned VMs. */
export interface DomainFeaturesKvmHintDedicated {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Let the guest poll. */
export interface DomainFeaturesKvmPollControl {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Paravirtual IPIs. */
export interface DomainFeaturesKvmPvipi {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Ring in which KVM notes the pages that a vCPU writes to. */
export interface DomainFeaturesKvmDirtyRing {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** Entries per vCPU: a power of 2 from 1024 to 65536. */
  readonly size?: number | undefined;
}

/** Xen's own features. */
export interface DomainFeaturesXen {
  /** Show the host's memory map to the guest; for paravirtual guests. */
  readonly e820host?: types.DomainFeaturesXenE820host | undefined;
  /** IOMMU for devices handed through. */
  readonly passthrough?: types.DomainFeaturesXenPassthrough | undefined;
}

/** Show the host's memory map to the guest. */
export interface DomainFeaturesXenE820host {
  /** On or off. One of `on`, `off`. */
  readonly state: string;
}

/** IOMMU for devices handed through. */
export interface DomainFeaturesXenPassthrough {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** Whether IOMMU and guest share page tables. One of `sync_pt`, `share_pt`. */
  readonly mode?: string | undefined;
}

/** QEMU's emulation of CPUs. */
export interface DomainFeaturesTcg {
  /** Size of the cache of translated code, in `tbCacheUnit`. */
  readonly tbCache?: number | undefined;
  /** Unit of `tbCache`. Default: KiB. */
  readonly tbCacheUnit?: string | undefined;
}

/** Performance counters. */
export interface DomainFeaturesPmu {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Paravirtual spinlocks. */
export interface DomainFeaturesPvSpinlock {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** VMware's I/O port. */
export interface DomainFeaturesVmPort {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Device for kernel core dumps. */
export interface DomainFeaturesVmCoreInfo {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** PS/2 controller. */
export interface DomainFeaturesPs2 {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Memory is freed after QEMU has ended. */
export interface DomainFeaturesAsyncTeardown {
  /** Whether it is. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
}

/** I/O APIC. */
export interface DomainFeaturesIoapic {
  /** Where it runs. One of `kvm`, `qemu`. */
  readonly driver?: string | undefined;
}

/** ARM interrupt controller. */
export interface DomainFeaturesGic {
  /** Version. */
  readonly version?: string | undefined;
}

/** Report of host memory errors to the guest (ARM). */
export interface DomainFeaturesRas {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Advanced interrupt architecture (RISC-V). */
export interface DomainFeaturesAia {
  /** Which parts the guest has. One of `none`, `aplic`, `aplic-imsic`. */
  readonly value: string;
}

/** Hash page table (POWER). */
export interface DomainFeaturesHpt {
  /** Whether the guest may resize it. One of `enabled`, `disabled`, `required`. */
  readonly resizing?: string | undefined;
  /** Largest page that the guest may use, in `maxPageSizeUnit`. */
  readonly maxPageSize?: string | undefined;
  /** Unit of `maxPageSize`. Default: KiB. */
  readonly maxPageSizeUnit?: string | undefined;
}

/** Transactional memory (POWER). */
export interface DomainFeaturesHtm {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Guests of the guest (POWER). */
export interface DomainFeaturesNestedHv {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Assisted flush of the count cache (POWER). */
export interface DomainFeaturesCcfAssist {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Flush of the cache on a change of privilege (POWER). */
export interface DomainFeaturesCfpc {
  /** How far it goes. One of `broken`, `workaround`, `fixed`. */
  readonly value: string;
}

/** Barrier against speculation past bounds checks (POWER). */
export interface DomainFeaturesSbbc {
  /** How far it goes. One of `broken`, `workaround`, `fixed`. */
  readonly value: string;
}

/** Limits of speculation of indirect branches (POWER). */
export interface DomainFeaturesIbs {
  /** How far it goes. One of `broken`, `workaround`, `fixed-ibs`, `fixed-ccd`, `fixed-na`. */
  readonly value: string;
}

/** Model-specific registers. */
export interface DomainFeaturesMsrs {
  /** What an access to an unknown one does. One of `ignore`, `fault`. */
  readonly unknown: string;
}
