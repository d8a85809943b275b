/** Boot, firmware, clock and power management. */
import { diskSource } from "./diskSource.ts";
import { choice, int, list, nest, pattern, struct, text, texts, yesNoText } from "./field.ts";

const nvRam = struct("DomainOsNvRam", "The VM's own UEFI variable store.", {
  nvRam: text(
    "text()",
    "Path of the store on the host; empty where `source` says what it is. Default: a file of libvirt's, named after the VM.",
    { implied: "" },
  ),
  template: text("@template", "Firmware template that a new store is copied from; never changed or removed."),
  format: choice("@format", "Format of the store.", ["raw", "qcow2"]),
  templateFormat: choice("@templateFormat", "Format of the template.", ["raw", "qcow2"]),
  source: diskSource("DomainOsNvRam"),
});

const acpi = () =>
  struct("DomainOsAcpi", "ACPI tables handed to the guest.", {
    tables: list(
      "table",
      () =>
        struct(
          "DomainOsAcpiTable",
          "One file of tables.",
          {
            type: choice("@type", "What the file holds. Older hosts know slic alone.", [
              "slic",
              "raw",
              "rawset",
              "msdm",
            ]),
            path: text("text()", "Path of the file on the host."),
          },
          ["type", "path"],
        ),
      "Files of tables.",
    ),
  });

const initEnv = () =>
  struct(
    "DomainOsInitEnv",
    "One variable.",
    {
      name: pattern(
        "@name",
        "Its name.",
        /^[a-zA-Z_][a-zA-Z0-9_]*$/,
        "letters, digits and _, not first a digit",
      ),
      value: text("text()", "Its value."),
    },
    ["name", "value"],
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
  shim: text(
    "shim",
    "Path of a shim on the host that verifies the kernel, for secure boot; with UEFI firmware.",
  ),
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
  acpi: nest("acpi", acpi, "ACPI tables handed to the guest."),
  init: text("init", "Path of the init program (containers)."),
  initArgs: texts("initarg", "Arguments of the init program (containers)."),
  initEnvs: list("initenv", initEnv, "Environment of the init program (containers).", { key: "name" }),
  initDir: text("initdir", "Folder that the init program starts in (containers)."),
  initUser: text("inituser", "User that it runs as, by name or number (containers)."),
  initGroup: text("initgroup", "Group that it runs as, by name or number (containers)."),
});

const catchUp = () =>
  struct("DomainClockTimerCatchUp", "How missed ticks are made up for.", {
    threshold: int("@threshold", "Ticks missed before it begins."),
    slew: int("@slew", "How many times faster than normal ticks come meanwhile."),
    limit: int("@limit", "Ticks made up for at most."),
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
    catchUp: nest("catchup", catchUp, "How missed ticks are made up for, with `tickPolicy` catchup."),
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
