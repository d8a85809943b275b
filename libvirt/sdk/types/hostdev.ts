// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A device of the host; exactly one kind. */
export interface DomainDevicesHostdev {
  /** Whether libvirt detaches it from the host's driver and gives it back. */
  readonly managed?: boolean | undefined;
  /** A PCI device. */
  readonly subsysPci?: types.DomainDevicesHostdevSubsysPci | undefined;
  /** A mediated device, such as a share of a GPU. */
  readonly subsysMDev?: types.DomainDevicesHostdevSubsysMDev | undefined;
  /** A USB device. */
  readonly subsysUsb?: types.DomainDevicesHostdevSubsysUsb | undefined;
  /** Place in the boot order. */
  readonly boot?: types.DomainDevicesHostdevBoot | undefined;
  /** Option ROM. */
  readonly rom?: types.DomainDevicesHostdevRom | undefined;
}

/** A PCI device. */
export interface DomainDevicesHostdevSubsysPci {
  /** Whether it provides the screen. One of `on`, `off`. */
  readonly display?: string | undefined;
  /** Screen before the driver is loaded. One of `on`, `off`. */
  readonly ramFb?: string | undefined;
  /** Driver on the host. */
  readonly driver?: types.DomainDevicesHostdevSubsysPciDriver | undefined;
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevSubsysPciSource | undefined;
}

/** Driver on the host. */
export interface DomainDevicesHostdevSubsysPciDriver {
  /** Such as vfio. */
  readonly name?: string | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevSubsysPciSource {
  /** Whether writes to its configuration are filtered. One of `yes`, `no`. */
  readonly writeFiltering?: string | undefined;
  /** Its PCI address on the host. */
  readonly address?: types.DomainDevicesHostdevSubsysPciSourceAddress | undefined;
}

/** A PCI address of the host. */
export interface DomainDevicesHostdevSubsysPciSourceAddress {
  /** Domain. */
  readonly domain?: number | undefined;
  /** Bus. */
  readonly bus?: number | undefined;
  /** Slot. */
  readonly slot?: number | undefined;
  /** Function. */
  readonly function?: number | undefined;
}

/** A mediated device. */
export interface DomainDevicesHostdevSubsysMDev {
  /** Model. One of `vfio-pci`, `vfio-ccw`, `vfio-ap`. */
  readonly model?: string | undefined;
  /** Whether it provides the screen. One of `on`, `off`. */
  readonly display?: string | undefined;
  /** Screen before the driver is loaded. One of `on`, `off`. */
  readonly ramFb?: string | undefined;
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevSubsysMDevSource | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevSubsysMDevSource {
  /** Its UUID. */
  readonly address?: types.DomainDevicesHostdevSubsysMDevSourceAddress | undefined;
}

/** Its UUID. */
export interface DomainDevicesHostdevSubsysMDevSourceAddress {
  /** UUID. */
  readonly uuid: string;
}

/** A USB device. */
export interface DomainDevicesHostdevSubsysUsb {
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevSubsysUsbSource | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevSubsysUsbSource {
  /** Vendor. */
  readonly vendor?: types.DomainDevicesHostdevSubsysUsbSourceVendor | undefined;
  /** Product. */
  readonly product?: types.DomainDevicesHostdevSubsysUsbSourceProduct | undefined;
}

/** Vendor. */
export interface DomainDevicesHostdevSubsysUsbSourceVendor {
  /** Id. */
  readonly id?: string | undefined;
}

/** Product. */
export interface DomainDevicesHostdevSubsysUsbSourceProduct {
  /** Id. */
  readonly id?: string | undefined;
}

/** Boot order. */
export interface DomainDevicesHostdevBoot {
  /** From 1. */
  readonly order: number;
}

/** Option ROM. */
export interface DomainDevicesHostdevRom {
  /** Whether the guest sees it. One of `on`, `off`. */
  readonly bar?: string | undefined;
  /** Whether it is loaded. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Path of another ROM on the host. */
  readonly file?: string | undefined;
}
