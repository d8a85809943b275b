/** Enlightenments: interfaces of Hyper-V that Windows guests use to run faster under another hypervisor. */
import { featureState } from "./featureState.ts";
import { choice, int, nest, onOff, pattern, struct } from "./field.ts";

const state = (xml: string, suffix: string, doc: string) =>
  featureState(xml, `DomainFeaturesHyperV${suffix}`, doc);

const spinlocks = () =>
  struct("DomainFeaturesHyperVSpinlocks", "Spinlocks that tell the hypervisor when they wait long.", {
    state: onOff("@state", "On or off."),
    // libvirt's own bound (domain_conf.c).
    retries: int("@retries", "Tries before the hypervisor is told, 4095 or more.", {
      min: 4095,
      max: 0xffffffff,
    }),
  });

const stimer = () =>
  struct("DomainFeaturesHyperVStimer", "Synthetic timers.", {
    state: onOff("@state", "On or off."),
    direct: state("direct", "StimerDirect", "Expiry by an interrupt rather than a message."),
  });

const tlbFlush = () =>
  struct("DomainFeaturesHyperVTlbFlush", "Flushing of other vCPUs' TLBs by the hypervisor.", {
    state: onOff("@state", "On or off."),
    direct: state("direct", "TlbFlushDirect", "Calls of nested guests go to this hypervisor at once."),
    extended: state("extended", "TlbFlushExtended", "Single pages may be flushed."),
  });

const vendorId = () =>
  struct("DomainFeaturesHyperVVendorId", "Name of the hypervisor as the guest sees it.", {
    state: onOff("@state", "On or off."),
    value: pattern(
      "@value",
      "The name, up to 12 characters.",
      /^[^,\p{Cc}]{0,12}$/u,
      "12 characters or less, none of them a comma",
    ),
  });

export const hyperV = () =>
  struct("DomainFeaturesHyperV", "Enlightenments for Windows guests.", {
    mode: choice(
      "@mode",
      "Which are on: those that are listed (custom), or all that the host has (passthrough). Default: custom.",
      ["custom", "passthrough"],
    ),
    relaxed: state("relaxed", "Relaxed", "Relaxed checks of timers."),
    vapic: state("vapic", "Vapic", "Virtual APIC."),
    spinlocks: nest("spinlocks", spinlocks, "Spinlocks that tell the hypervisor when they wait long."),
    vpIndex: state("vpindex", "VpIndex", "Number of each vCPU, as the guest may ask for it."),
    runtime: state("runtime", "Runtime", "Time spent in the guest and on its behalf."),
    synic: state("synic", "Synic", "Synthetic interrupt controller."),
    stimer: nest("stimer", stimer, "Synthetic timers; they want `synic`."),
    reset: state("reset", "Reset", "Reset through a register."),
    vendorId: nest("vendor_id", vendorId, "Name of the hypervisor as the guest sees it."),
    frequencies: state("frequencies", "Frequencies", "Registers that tell the frequencies of TSC and APIC."),
    reEnlightenment: state(
      "reenlightenment",
      "ReEnlightenment",
      "Notice of a changed TSC frequency after a migration.",
    ),
    tlbFlush: nest("tlbflush", tlbFlush, "Flushing of other vCPUs' TLBs by the hypervisor."),
    ipi: state("ipi", "Ipi", "Interrupts between vCPUs through the hypervisor."),
    evmcs: state("evmcs", "Evmcs", "Enlightened VMCS for nested guests; Intel only."),
    avic: state("avic", "Avic", "Interrupts by the CPU's own virtual APIC (APICv, AVIC)."),
    emsrBitmap: state(
      "emsr_bitmap",
      "EmsrBitmap",
      "Fewer exits of nested guests at model-specific registers.",
    ),
    xmmInput: state("xmm_input", "XmmInput", "Arguments of hypercalls in XMM registers."),
  });
