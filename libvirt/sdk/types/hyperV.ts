// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Enlightenments for Windows guests. */
export interface DomainFeaturesHyperV {
  /** Which are on: those that are listed (custom), or all that the host has (passthrough). Default: custom. One of `custom`, `passthrough`. */
  readonly mode?: string | undefined;
  /** Relaxed checks of timers. */
  readonly relaxed?: types.DomainFeaturesHyperVRelaxed | undefined;
  /** Virtual APIC. */
  readonly vapic?: types.DomainFeaturesHyperVVapic | undefined;
  /** Spinlocks that tell the hypervisor when they wait long. */
  readonly spinlocks?: types.DomainFeaturesHyperVSpinlocks | undefined;
  /** Number of each vCPU, as the guest may ask for it. */
  readonly vpIndex?: types.DomainFeaturesHyperVVpIndex | undefined;
  /** Time spent in the guest and on its behalf. */
  readonly runtime?: types.DomainFeaturesHyperVRuntime | undefined;
  /** Synthetic interrupt controller. */
  readonly synic?: types.DomainFeaturesHyperVSynic | undefined;
  /** Synthetic timers; they want `synic`. */
  readonly stimer?: types.DomainFeaturesHyperVStimer | undefined;
  /** Reset through a register. */
  readonly reset?: types.DomainFeaturesHyperVReset | undefined;
  /** Name of the hypervisor as the guest sees it. */
  readonly vendorId?: types.DomainFeaturesHyperVVendorId | undefined;
  /** Registers that tell the frequencies of TSC and APIC. */
  readonly frequencies?: types.DomainFeaturesHyperVFrequencies | undefined;
  /** Notice of a changed TSC frequency after a migration. */
  readonly reEnlightenment?: types.DomainFeaturesHyperVReEnlightenment | undefined;
  /** Flushing of other vCPUs' TLBs by the hypervisor. */
  readonly tlbFlush?: types.DomainFeaturesHyperVTlbFlush | undefined;
  /** Interrupts between vCPUs through the hypervisor. */
  readonly ipi?: types.DomainFeaturesHyperVIpi | undefined;
  /** Enlightened VMCS for nested guests; Intel only. */
  readonly evmcs?: types.DomainFeaturesHyperVEvmcs | undefined;
  /** Interrupts by the CPU's own virtual APIC (APICv, AVIC). */
  readonly avic?: types.DomainFeaturesHyperVAvic | undefined;
  /** Fewer exits of nested guests at model-specific registers. */
  readonly emsrBitmap?: types.DomainFeaturesHyperVEmsrBitmap | undefined;
  /** Arguments of hypercalls in XMM registers. */
  readonly xmmInput?: types.DomainFeaturesHyperVXmmInput | undefined;
}

/** Relaxed checks of timers. */
export interface DomainFeaturesHyperVRelaxed {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Virtual APIC. */
export interface DomainFeaturesHyperVVapic {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Spinlocks that tell the hypervisor when they wait long. */
export interface DomainFeaturesHyperVSpinlocks {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** Tries before the hypervisor is told, 4095 or more. */
  readonly retries?: number | undefined;
}

/** Number of each vCPU, as the guest may ask for it. */
export interface DomainFeaturesHyperVVpIndex {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Time spent in the guest and on its behalf. */
export interface DomainFeaturesHyperVRuntime {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Synthetic interrupt controller. */
export interface DomainFeaturesHyperVSynic {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Synthetic timers. */
export interface DomainFeaturesHyperVStimer {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** Expiry by an interrupt rather than a message. */
  readonly direct?: types.DomainFeaturesHyperVStimerDirect | undefined;
}

/** Expiry by an interrupt rather than a message. */
export interface DomainFeaturesHyperVStimerDirect {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Reset through a register. */
export interface DomainFeaturesHyperVReset {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Name of the hypervisor as the guest sees it. */
export interface DomainFeaturesHyperVVendorId {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** The name, up to 12 characters. */
  readonly value?: string | undefined;
}

/** Registers that tell the frequencies of TSC and APIC. */
export interface DomainFeaturesHyperVFrequencies {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Notice of a changed TSC frequency after a migration. */
export interface DomainFeaturesHyperVReEnlightenment {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Flushing of other vCPUs' TLBs by the hypervisor. */
export interface DomainFeaturesHyperVTlbFlush {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
  /** Calls of nested guests go to this hypervisor at once. */
  readonly direct?: types.DomainFeaturesHyperVTlbFlushDirect | undefined;
  /** Single pages may be flushed. */
  readonly extended?: types.DomainFeaturesHyperVTlbFlushExtended | undefined;
}

/** Calls of nested guests go to this hypervisor at once. */
export interface DomainFeaturesHyperVTlbFlushDirect {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Single pages may be flushed. */
export interface DomainFeaturesHyperVTlbFlushExtended {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Interrupts between vCPUs through the hypervisor. */
export interface DomainFeaturesHyperVIpi {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Enlightened VMCS for nested guests; Intel only. */
export interface DomainFeaturesHyperVEvmcs {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Interrupts by the CPU's own virtual APIC (APICv, AVIC). */
export interface DomainFeaturesHyperVAvic {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Fewer exits of nested guests at model-specific registers. */
export interface DomainFeaturesHyperVEmsrBitmap {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Arguments of hypercalls in XMM registers. */
export interface DomainFeaturesHyperVXmmInput {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}
