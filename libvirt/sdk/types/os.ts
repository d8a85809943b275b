// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Machine type, firmware and boot order. */
export interface DomainOs {
  /** Kind of guest. Default: hvm. */
  readonly type?: string | undefined;
  /** Architecture, such as `x86_64`. Default: the host's. */
  readonly typeArch?: string | undefined;
  /** Machine type, such as `q35`. The host keeps the version that was current when the VM was defined. Default: the hypervisor's. */
  readonly typeMachine?: string | undefined;
  /** Let libvirt choose a firmware of this kind. One of `bios`, `efi`. */
  readonly firmware?: string | undefined;
  /** What an automatically chosen firmware must have. */
  readonly firmwareInfo?: types.DomainOsFirmwareInfo | undefined;
  /** Path of the firmware on the host. */
  readonly loader?: string | undefined;
  /** Whether the firmware is mapped read-only. One of `yes`, `no`. */
  readonly loaderReadonly?: string | undefined;
  /** Kind of firmware. One of `rom`, `pflash`. */
  readonly loaderType?: string | undefined;
  /** Whether the firmware demands secure boot (SMM). One of `yes`, `no`. */
  readonly loaderSecure?: string | undefined;
  /** Whether the firmware keeps no variables. One of `yes`, `no`. */
  readonly loaderStateless?: string | undefined;
  /** Format of the firmware image. One of `raw`, `qcow2`. */
  readonly loaderFormat?: string | undefined;
  /** UEFI variable store. */
  readonly nvRam?: types.DomainOsNvRam | undefined;
  /** Path of a kernel on the host, booted directly. */
  readonly kernel?: string | undefined;
  /** Path of its initramfs on the host. */
  readonly initrd?: string | undefined;
  /** Path of a shim on the host that verifies the kernel, for secure boot; with UEFI firmware. */
  readonly shim?: string | undefined;
  /** Its command line. */
  readonly cmdline?: string | undefined;
  /** Path of a device tree on the host. */
  readonly dtb?: string | undefined;
  /** Kinds of device to boot from, in order. Not together with `boot` on devices. */
  readonly bootDevices?: readonly types.DomainOsBootDevice[] | undefined;
  /** Boot menu. */
  readonly bootMenu?: types.DomainOsBootMenu | undefined;
  /** BIOS settings. */
  readonly bios?: types.DomainOsBios | undefined;
  /** SMBIOS data. */
  readonly smBios?: types.DomainOsSmBios | undefined;
  /** ACPI tables handed to the guest. */
  readonly acpi?: types.DomainOsAcpi | undefined;
  /** Path of the init program (containers). */
  readonly init?: string | undefined;
  /** Arguments of the init program (containers). */
  readonly initArgs?: readonly string[] | undefined;
  /** Environment of the init program (containers). */
  readonly initEnvs?: readonly types.DomainOsInitEnv[] | undefined;
  /** Folder that the init program starts in (containers). */
  readonly initDir?: string | undefined;
  /** User that it runs as, by name or number (containers). */
  readonly initUser?: string | undefined;
  /** Group that it runs as, by name or number (containers). */
  readonly initGroup?: string | undefined;
}

/** What an automatically chosen firmware must have. */
export interface DomainOsFirmwareInfo {
  /** Features. */
  readonly features?: readonly types.DomainOsFirmwareInfoFeature[] | undefined;
}

/** One firmware feature. */
export interface DomainOsFirmwareInfoFeature {
  /** Name, such as `secure-boot`. */
  readonly name?: string | undefined;
  /** Whether it must be on. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
}

/** A kind of device to boot from. */
export interface DomainOsBootDevice {
  /** Kind. One of `hd`, `network`, `cdrom`, `fd`. */
  readonly dev: string;
}

/** Boot menu. */
export interface DomainOsBootMenu {
  /** Whether it is shown. One of `yes`, `no`. */
  readonly enable?: string | undefined;
  /** Milliseconds it waits. */
  readonly timeout?: string | undefined;
}

/** BIOS settings. */
export interface DomainOsBios {
  /** Show the BIOS on the serial console. One of `yes`, `no`. */
  readonly useSerial?: string | undefined;
  /** Milliseconds before a reboot when nothing boots; -1: never. */
  readonly rebootTimeout?: number | undefined;
}

/** SMBIOS data. */
export interface DomainOsSmBios {
  /** Where it comes from. One of `emulate`, `host`, `sysinfo`. */
  readonly mode: string;
}

/** ACPI tables handed to the guest. */
export interface DomainOsAcpi {
  /** Files of tables. */
  readonly tables?: readonly types.DomainOsAcpiTable[] | undefined;
}

/** One file of tables. */
export interface DomainOsAcpiTable {
  /** What the file holds. Older hosts know slic alone. One of `slic`, `raw`, `rawset`, `msdm`. */
  readonly type: string;
  /** Path of the file on the host. */
  readonly path: string;
}

/** One variable. */
export interface DomainOsInitEnv {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}
