// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Devices of the domain. */
export interface DomainDevices {
  /** Path of the emulator on the host. Default: libvirt's choice. */
  readonly emulator?: string | undefined;
  /** Disks. */
  readonly disks?: readonly types.DomainDevicesDisk[] | undefined;
  /** Controllers. */
  readonly controllers?: readonly types.DomainDevicesController[] | undefined;
  /** Folders of the host. */
  readonly filesystems?: readonly types.DomainDevicesFilesystem[] | undefined;
  /** Network interfaces, in order. */
  readonly interfaces?: readonly types.DomainDevicesInterface[] | undefined;
  /** Serial ports, in order. */
  readonly serials?: readonly types.DomainDevicesSerial[] | undefined;
  /** Consoles, in order. */
  readonly consoles?: readonly types.DomainDevicesConsole[] | undefined;
  /** Channels. */
  readonly channels?: readonly types.DomainDevicesChannel[] | undefined;
  /** A TPM; at most one. */
  readonly tpms?: readonly types.DomainDevicesTpm[] | undefined;
  /** Screens. */
  readonly graphics?: readonly types.DomainDevicesGraphic[] | undefined;
  /** Video cards. */
  readonly videos?: readonly types.DomainDevicesVideo[] | undefined;
  /** Devices of the host, passed through. */
  readonly hostdevs?: readonly types.DomainDevicesHostdev[] | undefined;
  /** Watchdogs. */
  readonly watchdogs?: readonly types.DomainDevicesWatchdog[] | undefined;
  /** The memory balloon. */
  readonly memBalloon?: types.DomainDevicesMemBalloon | undefined;
  /** Sources of random numbers. */
  readonly rngs?: readonly types.DomainDevicesRng[] | undefined;
  /** Memory devices, in order. */
  readonly memorydevs?: readonly types.DomainDevicesMemorydev[] | undefined;
}

/** A watchdog. */
export interface DomainDevicesWatchdog {
  /** Model, such as `i6300esb`. */
  readonly model: string;
  /** What happens when the guest hangs. Default: reset. One of `reset`, `shutdown`, `poweroff`, `pause`, `none`, `dump`, `inject-nmi`. */
  readonly action?: string | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesWatchdogAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesWatchdogAlias | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesWatchdogAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesWatchdogAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}

/** The balloon that memory is given back through while the VM runs. */
export interface DomainDevicesMemBalloon {
  /** Model; none takes it away. One of `virtio`, `virtio-transitional`, `virtio-non-transitional`, `xen`, `none`. */
  readonly model: string;
  /** Give memory back to the guest before it runs out. One of `on`, `off`. */
  readonly autoDeflate?: string | undefined;
  /** Give pages that the guest does not use back to the host. One of `on`, `off`. */
  readonly freePageReporting?: string | undefined;
  /** How often the guest reports its use of memory. */
  readonly stats?: types.DomainDevicesMemBalloonStats | undefined;
  /** Virtio settings of the device. */
  readonly driver?: types.DomainDevicesMemBalloonDriver | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesMemBalloonAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesMemBalloonAlias | undefined;
}

/** Statistics. */
export interface DomainDevicesMemBalloonStats {
  /** Seconds between them; 0: none. */
  readonly period: number;
}

/** Virtio settings of the device. */
export interface DomainDevicesMemBalloonDriver {
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Address translation services, for devices behind the virtual IOMMU. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** Each queue's notifications on a page of their own. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesMemBalloonAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesMemBalloonAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
