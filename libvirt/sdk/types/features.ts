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
  /** System management mode, as secure boot needs. */
  readonly smm?: types.DomainFeaturesSmm | undefined;
  /** KVM's own features. */
  readonly kvm?: types.DomainFeaturesKvm | undefined;
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
  /** I/O APIC. */
  readonly ioapic?: types.DomainFeaturesIoapic | undefined;
  /** ARM interrupt controller. */
  readonly gic?: types.DomainFeaturesGic | undefined;
}

/** APIC. */
export interface DomainFeaturesApic {
  /** Paravirtual end of interrupt. One of `on`, `off`. */
  readonly eoi?: string | undefined;
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
}

/** KVM signature. */
export interface DomainFeaturesKvmHidden {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Hint of dedicated CPUs. */
export interface DomainFeaturesKvmHintDedicated {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Polling in the guest. */
export interface DomainFeaturesKvmPollControl {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Paravirtual IPIs. */
export interface DomainFeaturesKvmPvipi {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
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

/** VMware port. */
export interface DomainFeaturesVmPort {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Core dump device. */
export interface DomainFeaturesVmCoreInfo {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** PS/2 controller. */
export interface DomainFeaturesPs2 {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
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
