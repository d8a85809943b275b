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
}

/** A controller that other devices attach to. */
export interface DomainDevicesController {
  /** Kind: pci, scsi, usb, virtio-serial, sata. */
  readonly type: string;
  /** Number, from 0. */
  readonly index?: number | undefined;
  /** Model, such as virtio-scsi. */
  readonly model?: string | undefined;
  /** How the hypervisor handles the controller. */
  readonly driver?: types.DomainDevicesControllerDriver | undefined;
}

/** How the hypervisor handles the controller. */
export interface DomainDevicesControllerDriver {
  /** Request queues. */
  readonly queues?: number | undefined;
  /** Number of the I/O thread that serves it, from 1. */
  readonly ioThread?: number | undefined;
  /** I/O in its own thread of the host. One of `on`, `off`. */
  readonly ioEventFd?: string | undefined;
  /** Commands at once per unit. */
  readonly cmdPerLun?: number | undefined;
  /** Largest transfer, in 512-byte sectors. */
  readonly maxSectors?: number | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
}

/** A TPM. */
export interface DomainDevicesTpm {
  /** Model, such as `tpm-crb`. */
  readonly model?: string | undefined;
  /** What it is made of. */
  readonly backend?: types.DomainDevicesTpmBackend | undefined;
}

/** What it is made of. */
export interface DomainDevicesTpmBackend {
  /** An emulated TPM. */
  readonly emulator?: types.DomainDevicesTpmBackendEmulator | undefined;
}

/** An emulated TPM. */
export interface DomainDevicesTpmBackendEmulator {
  /** Version. One of `1.2`, `2.0`. */
  readonly version?: string | undefined;
  /** Whether its state outlives an undefine. One of `yes`, `no`. */
  readonly persistentState?: string | undefined;
}

/** A video card. */
export interface DomainDevicesVideo {
  /** Model. */
  readonly model?: types.DomainDevicesVideoModel | undefined;
}

/** Model. */
export interface DomainDevicesVideoModel {
  /** Model: virtio, qxl, vga, none. */
  readonly type?: string | undefined;
  /** Screens. */
  readonly heads?: number | undefined;
  /** Whether it is the first card. One of `yes`, `no`. */
  readonly primary?: string | undefined;
  /** Primary memory, in KiB. */
  readonly ram?: number | undefined;
  /** Secondary memory, in KiB. */
  readonly vram?: number | undefined;
  /** Memory of the frame buffer, in KiB. */
  readonly vgaMem?: number | undefined;
}

/** A watchdog. */
export interface DomainDevicesWatchdog {
  /** Model, such as `i6300esb`. */
  readonly model: string;
  /** What happens when the guest hangs. Default: reset. One of `reset`, `shutdown`, `poweroff`, `pause`, `none`, `dump`, `inject-nmi`. */
  readonly action?: string | undefined;
}

/** The balloon that memory is given back through while the VM runs. */
export interface DomainDevicesMemBalloon {
  /** Model; none takes it away. One of `virtio`, `virtio-transitional`, `virtio-non-transitional`, `none`. */
  readonly model: string;
  /** Give memory back to the guest before it runs out. One of `on`, `off`. */
  readonly autoDeflate?: string | undefined;
  /** Give pages that the guest does not use back to the host. One of `on`, `off`. */
  readonly freePageReporting?: string | undefined;
  /** How often the guest reports its use of memory. */
  readonly stats?: types.DomainDevicesMemBalloonStats | undefined;
}

/** Statistics. */
export interface DomainDevicesMemBalloonStats {
  /** Seconds between them; 0: none. */
  readonly period: number;
}

/** A source of random numbers. */
export interface DomainDevicesRng {
  /** Model, such as `virtio`. */
  readonly model: string;
  /** Limit of the rate. */
  readonly rate?: types.DomainDevicesRngRate | undefined;
  /** Where they come from. */
  readonly backend?: types.DomainDevicesRngBackend | undefined;
}

/** Limit. */
export interface DomainDevicesRngRate {
  /** Bytes per period. */
  readonly bytes: number;
  /** Milliseconds. Default: 1000. */
  readonly period?: number | undefined;
}

/** Where they come from. */
export interface DomainDevicesRngBackend {
  /** Path of a device on the host, such as /dev/urandom. */
  readonly random?: string | undefined;
  /** QEMU's own generator. */
  readonly builtIn?: boolean | undefined;
}
