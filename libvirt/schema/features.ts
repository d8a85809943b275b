/** Features of the virtual machine: what its board, CPU and hypervisor offer besides devices. */
import { capabilities } from "./capabilities.ts";
import { featureState } from "./featureState.ts";
import { choice, flag, int, nest, onOff, size, sizeText, struct, text, unit, yesNoText } from "./field.ts";
import { hyperV } from "./hyperv.ts";

const state = (xml: string, suffix: string, doc: string) => featureState(xml, `DomainFeatures${suffix}`, doc);

/** A mitigation of a POWER host, which the guest is told of. */
const mitigation = (xml: string, suffix: string, doc: string, values: readonly [string, ...string[]]) =>
  nest(
    xml,
    () =>
      struct(`DomainFeatures${suffix}`, doc, { value: choice("@value", "How far it goes.", values) }, [
        "value",
      ]),
    doc,
  );

const kvm = struct("DomainFeaturesKvm", "KVM's own features.", {
  hidden: state("hidden", "KvmHidden", "Hide KVM from the guest."),
  hintDedicated: state(
    "hint-dedicated",
    "KvmHintDedicated",
    "Tell the guest that its vCPUs have CPUs of their own; for pinned VMs.",
  ),
  pollControl: state("poll-control", "KvmPollControl", "Let the guest poll."),
  pvipi: state("pv-ipi", "KvmPvipi", "Paravirtual IPIs."),
  dirtyRing: nest(
    "dirty-ring",
    () =>
      struct("DomainFeaturesKvmDirtyRing", "Ring in which KVM notes the pages that a vCPU writes to.", {
        state: onOff("@state", "On or off."),
        size: int("@size", "Entries per vCPU: a power of 2 from 1024 to 65536.", { min: 1024, max: 65536 }),
      }),
    "Ring in which KVM notes the pages that a vCPU writes to.",
  ),
});

const xen = () =>
  struct("DomainFeaturesXen", "Xen's own features.", {
    e820host: nest(
      "e820_host",
      () =>
        struct(
          "DomainFeaturesXenE820host",
          "Show the host's memory map to the guest.",
          { state: onOff("@state", "On or off.") },
          ["state"],
        ),
      "Show the host's memory map to the guest; for paravirtual guests.",
    ),
    passthrough: nest(
      "passthrough",
      () =>
        struct("DomainFeaturesXenPassthrough", "IOMMU for devices handed through.", {
          state: onOff("@state", "On or off."),
          mode: choice("@mode", "Whether IOMMU and guest share page tables.", ["sync_pt", "share_pt"]),
        }),
      "IOMMU for devices handed through.",
    ),
  });

const hpt = () =>
  struct("DomainFeaturesHpt", "Hash page table (POWER).", {
    resizing: choice("@resizing", "Whether the guest may resize it.", ["enabled", "disabled", "required"]),
    maxPageSize: sizeText(
      "maxpagesize",
      "Largest page that the guest may use, in `maxPageSizeUnit`.",
      "maxPageSizeUnit",
      "KiB",
    ),
    maxPageSizeUnit: unit("maxpagesize/@unit", "Unit of `maxPageSize`. Default: KiB."),
  });

const tcg = () =>
  struct("DomainFeaturesTcg", "QEMU's emulation of CPUs.", {
    tbCache: size(
      "tb-cache",
      "Size of the cache of translated code, in `tbCacheUnit`.",
      "tbCacheUnit",
      "KiB",
    ),
    tbCacheUnit: unit("tb-cache/@unit", "Unit of `tbCache`. Default: KiB."),
  });

export const features = struct("DomainFeatures", "Features of the virtual machine.", {
  acpi: flag("acpi", "ACPI, as a graceful shutdown needs."),
  apic: nest(
    "apic",
    struct("DomainFeaturesApic", "APIC.", { eoi: onOff("@eoi", "Paravirtual end of interrupt.") }),
    "APIC.",
  ),
  pae: flag("pae", "Physical address extension for 32-bit guests."),
  hap: state("hap", "Hap", "Hardware-assisted paging. Default: on where the hardware has it."),
  viridian: flag("viridian", "Hyper-V interfaces under Xen."),
  privNet: flag(
    "privnet",
    "A network namespace of its own, for containers; implied when they have an interface.",
  ),
  hyperV: nest("hyperv", hyperV, "Enlightenments for Windows guests."),
  smm: nest(
    "smm",
    struct("DomainFeaturesSmm", "System management mode.", {
      state: onOff("@state", "On or off."),
      tseg: size("tseg", "Size of its memory, in `tsegUnit`.", "tsegUnit", "MiB"),
      tsegUnit: unit("tseg/@unit", "Unit of `tseg`. Default: MiB."),
    }),
    "System management mode, as secure boot needs.",
  ),
  kvm: nest("kvm", kvm, "KVM's own features."),
  xen: nest("xen", xen, "Xen's own features."),
  tcg: nest("tcg", tcg, "QEMU's emulation of CPUs, for domains of type qemu."),
  pmu: state("pmu", "Pmu", "Performance counters."),
  pvSpinlock: state("pvspinlock", "PvSpinlock", "Paravirtual spinlocks."),
  vmPort: state("vmport", "VmPort", "VMware's I/O port."),
  vmCoreInfo: state("vmcoreinfo", "VmCoreInfo", "Device for kernel core dumps."),
  ps2: state("ps2", "Ps2", "PS/2 controller."),
  asyncTeardown: nest(
    "async-teardown",
    () =>
      struct("DomainFeaturesAsyncTeardown", "Memory is freed after QEMU has ended.", {
        enabled: yesNoText("@enabled", "Whether it is."),
      }),
    "Memory is freed after QEMU has ended, so that a large VM is gone sooner.",
  ),
  ioapic: nest(
    "ioapic",
    struct("DomainFeaturesIoapic", "I/O APIC.", {
      driver: choice("@driver", "Where it runs.", ["kvm", "qemu"]),
    }),
    "I/O APIC.",
  ),
  gic: nest(
    "gic",
    struct("DomainFeaturesGic", "ARM interrupt controller.", { version: text("@version", "Version.") }),
    "ARM interrupt controller.",
  ),
  ras: state("ras", "Ras", "Report of host memory errors to the guest (ARM)."),
  aia: nest(
    "aia",
    () =>
      struct(
        "DomainFeaturesAia",
        "Advanced interrupt architecture (RISC-V).",
        { value: choice("@value", "Which parts the guest has.", ["none", "aplic", "aplic-imsic"]) },
        ["value"],
      ),
    "Advanced interrupt architecture (RISC-V).",
  ),
  hpt: nest("hpt", hpt, "Hash page table (POWER)."),
  htm: state("htm", "Htm", "Transactional memory (POWER)."),
  nestedHv: state("nested-hv", "NestedHv", "Guests of the guest (POWER)."),
  ccfAssist: state("ccf-assist", "CcfAssist", "Assisted flush of the count cache (POWER)."),
  cfpc: mitigation("cfpc", "Cfpc", "Flush of the cache on a change of privilege (POWER).", [
    "broken",
    "workaround",
    "fixed",
  ]),
  sbbc: mitigation("sbbc", "Sbbc", "Barrier against speculation past bounds checks (POWER).", [
    "broken",
    "workaround",
    "fixed",
  ]),
  ibs: mitigation("ibs", "Ibs", "Limits of speculation of indirect branches (POWER).", [
    "broken",
    "workaround",
    "fixed-ibs",
    "fixed-ccd",
    "fixed-na",
  ]),
  msrs: nest(
    "msrs",
    () =>
      struct(
        "DomainFeaturesMsrs",
        "Model-specific registers.",
        { unknown: choice("@unknown", "What an access to an unknown one does.", ["ignore", "fault"]) },
        ["unknown"],
      ),
    "Model-specific registers.",
  ),
  capabilities: nest("capabilities", capabilities, "Linux capabilities of a container."),
});
