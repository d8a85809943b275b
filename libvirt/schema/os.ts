/** Boot, firmware, CPU features of the machine, clock and power management. */
import { diskSource } from "./diskSource.ts";
import { choice, flag, int, list, nest, onOff, size, struct, text, texts, unit, yesNoText } from "./field.ts";

const nvRam = struct(
  "DomainOsNvRam",
  "The VM's own UEFI variable store.",
  {
    nvRam: text("text()", "Path of the store on the host; empty where `source` says what it is.", {
      implied: "",
    }),
    template: text(
      "@template",
      "Firmware template that a new store is copied from; never changed or removed.",
    ),
    format: choice("@format", "Format of the store.", ["raw", "qcow2"]),
    templateFormat: choice("@templateFormat", "Format of the template.", ["raw", "qcow2"]),
    source: diskSource("DomainOsNvRam"),
  },
  ["nvRam"],
);

export const os = struct("DomainOs", "Machine type, firmware and boot order.", {
  type: text("type", "Kind of guest. Default: hvm."),
  typeArch: text("type/@arch", "Architecture, such as `x86_64`. Default: the host's."),
  typeMachine: text(
    "type/@machine",
    "Machine type, such as `q35`. The host keeps the version that was current when the VM was defined. Default: the hypervisor's.",
    { compare: "machine" },
  ),
  firmware: choice("@firmware", "Let libvirt choose a firmware of this kind.", ["bios", "efi"]),
  firmwareInfo: nest(
    "firmware",
    struct("DomainOsFirmwareInfo", "What an automatically chosen firmware must have.", {
      features: list(
        "feature",
        struct("DomainOsFirmwareInfoFeature", "One firmware feature.", {
          name: text("@name", "Name, such as `secure-boot`."),
          enabled: yesNoText("@enabled", "Whether it must be on."),
        }),
        "Features.",
        { key: "name" },
      ),
    }),
    "What an automatically chosen firmware must have.",
  ),
  loader: text("loader", "Path of the firmware on the host."),
  loaderReadonly: yesNoText("loader/@readonly", "Whether the firmware is mapped read-only."),
  loaderType: choice("loader/@type", "Kind of firmware.", ["rom", "pflash"]),
  loaderSecure: yesNoText("loader/@secure", "Whether the firmware demands secure boot (SMM)."),
  loaderStateless: yesNoText("loader/@stateless", "Whether the firmware keeps no variables."),
  loaderFormat: choice("loader/@format", "Format of the firmware image.", ["raw", "qcow2"]),
  nvRam: nest("nvram", nvRam, "UEFI variable store."),
  kernel: text("kernel", "Path of a kernel on the host, booted directly."),
  initrd: text("initrd", "Path of its initramfs on the host."),
  cmdline: text("cmdline", "Its command line."),
  dtb: text("dtb", "Path of a device tree on the host."),
  bootDevices: list(
    "boot",
    struct(
      "DomainOsBootDevice",
      "A kind of device to boot from.",
      { dev: choice("@dev", "Kind.", ["hd", "network", "cdrom", "fd"]) },
      ["dev"],
    ),
    "Kinds of device to boot from, in order. Not together with `boot` on devices.",
  ),
  bootMenu: nest(
    "bootmenu",
    struct("DomainOsBootMenu", "Boot menu.", {
      enable: yesNoText("@enable", "Whether it is shown."),
      timeout: text("@timeout", "Milliseconds it waits."),
    }),
    "Boot menu.",
  ),
  bios: nest(
    "bios",
    struct("DomainOsBios", "BIOS settings.", {
      useSerial: yesNoText("@useserial", "Show the BIOS on the serial console."),
      rebootTimeout: int("@rebootTimeout", "Milliseconds before a reboot when nothing boots; -1: never.", {
        min: -1,
      }),
    }),
    "BIOS settings.",
  ),
  smBios: nest(
    "smbios",
    struct(
      "DomainOsSmBios",
      "SMBIOS data.",
      { mode: choice("@mode", "Where it comes from.", ["emulate", "host", "sysinfo"]) },
      ["mode"],
    ),
    "SMBIOS data.",
  ),
  init: text("init", "Path of the init program (containers)."),
  initArgs: texts("initarg", "Arguments of the init program (containers)."),
});

const state = (name: string, doc: string) =>
  struct(name, doc, { state: onOff("@state", "On or off.") }, [], {});

export const features = struct("DomainFeatures", "Features of the virtual machine.", {
  acpi: flag("acpi", "ACPI, as a graceful shutdown needs."),
  apic: nest(
    "apic",
    struct("DomainFeaturesApic", "APIC.", { eoi: onOff("@eoi", "Paravirtual end of interrupt.") }),
    "APIC.",
  ),
  pae: flag("pae", "Physical address extension for 32-bit guests."),
  smm: nest(
    "smm",
    struct("DomainFeaturesSmm", "System management mode.", {
      state: onOff("@state", "On or off."),
      tseg: size("tseg", "Size of its memory, in `tsegUnit`.", "tsegUnit", "MiB"),
      tsegUnit: unit("tseg/@unit", "Unit of `tseg`. Default: MiB."),
    }),
    "System management mode, as secure boot needs.",
  ),
  kvm: nest(
    "kvm",
    struct("DomainFeaturesKvm", "KVM's own features.", {
      hidden: nest("hidden", state("DomainFeaturesKvmHidden", "KVM signature."), "Hide KVM from the guest."),
      hintDedicated: nest(
        "hint-dedicated",
        state("DomainFeaturesKvmHintDedicated", "Hint of dedicated CPUs."),
        "Tell the guest that its vCPUs have CPUs of their own; for pinned VMs.",
      ),
      pollControl: nest(
        "poll-control",
        state("DomainFeaturesKvmPollControl", "Polling in the guest."),
        "Let the guest poll.",
      ),
      pvipi: nest("pv-ipi", state("DomainFeaturesKvmPvipi", "Paravirtual IPIs."), "Paravirtual IPIs."),
    }),
    "KVM's own features.",
  ),
  pmu: nest("pmu", state("DomainFeaturesPmu", "Performance counters."), "Performance counters."),
  pvSpinlock: nest(
    "pvspinlock",
    state("DomainFeaturesPvSpinlock", "Paravirtual spinlocks."),
    "Paravirtual spinlocks.",
  ),
  vmPort: nest("vmport", state("DomainFeaturesVmPort", "VMware port."), "VMware's I/O port."),
  vmCoreInfo: nest(
    "vmcoreinfo",
    state("DomainFeaturesVmCoreInfo", "Core dump device."),
    "Device for kernel core dumps.",
  ),
  ps2: nest("ps2", state("DomainFeaturesPs2", "PS/2 controller."), "PS/2 controller."),
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
});

const timer = struct(
  "DomainClockTimer",
  "One timer.",
  {
    name: text("@name", "Name, such as `rtc`, `pit`, `hpet`, `tsc`, `kvmclock`."),
    present: yesNoText("@present", "Whether the guest has it."),
    tickPolicy: choice("@tickpolicy", "What happens to missed ticks.", [
      "delay",
      "catchup",
      "merge",
      "discard",
    ]),
    track: text("@track", "What it tracks: boot, guest, wall or realtime."),
    frequency: int("@frequency", "Frequency in Hz, for tsc."),
    mode: text("@mode", "How tsc is provided: auto, native, emulate, paravirt, smpsafe."),
  },
  ["name"],
);

export const clock = struct("DomainClock", "The guest's clock.", {
  offset: choice("@offset", "Where the time comes from.", [
    "utc",
    "localtime",
    "timezone",
    "variable",
    "absolute",
  ]),
  timeZone: text("@timezone", "Time zone, for offset timezone."),
  adjustment: text("@adjustment", "Seconds off, or `reset`, for offset variable."),
  basis: text("@basis", "utc or localtime, for offset variable."),
  start: int("@start", "Seconds since the epoch, for offset absolute."),
  timers: list("timer", timer, "Timers.", { key: "name" }),
});

const enabled = (name: string) =>
  struct(name, "A sleep state.", { enabled: yesNoText("@enabled", "Whether the guest may use it.") }, [
    "enabled",
  ]);

export const pm = struct("DomainPm", "Sleep states offered to the guest.", {
  suspendToMem: nest("suspend-to-mem", enabled("DomainPmSuspendToMem"), "Suspend to memory."),
  suspendToDisk: nest("suspend-to-disk", enabled("DomainPmSuspendToDisk"), "Suspend to disk."),
});
