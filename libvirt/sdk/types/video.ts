// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A video card. */
export interface DomainDevicesVideo {
  /** Model. */
  readonly model?: types.DomainDevicesVideoModel | undefined;
  /** How the hypervisor handles the card. */
  readonly driver?: types.DomainDevicesVideoDriver | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesVideoAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesVideoAlias | undefined;
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
  /** Secondary memory, in KiB; libvirt rounds it up to a power of two. */
  readonly vram?: number | undefined;
  /** Secondary memory above 4 GiB, in KiB; qxl. */
  readonly vram64?: number | undefined;
  /** Memory of the frame buffer, in KiB. */
  readonly vgaMem?: number | undefined;
  /** Resources shared with the host without copies; virtio. One of `on`, `off`. */
  readonly blob?: string | undefined;
  /** Whether the guest is told of the screen by EDID. One of `on`, `off`. */
  readonly edid?: string | undefined;
  /** Acceleration. */
  readonly accel?: types.DomainDevicesVideoModelAccel | undefined;
  /** Smallest resolution. Default: the card's choice. */
  readonly resolution?: types.DomainDevicesVideoModelResolution | undefined;
}

/** Acceleration. */
export interface DomainDevicesVideoModelAccel {
  /** In two dimensions. One of `yes`, `no`. */
  readonly accel2d?: string | undefined;
  /** In three dimensions. One of `yes`, `no`. */
  readonly accel3d?: string | undefined;
  /** Path of the host's DRI device, for a vhost-user card. */
  readonly renderNode?: string | undefined;
}

/** Resolution. */
export interface DomainDevicesVideoModelResolution {
  /** Pixels across. */
  readonly x: number;
  /** Pixels down. */
  readonly y: number;
}

/** How the hypervisor handles the card. */
export interface DomainDevicesVideoDriver {
  /** Where it is emulated: in QEMU, or in a process of its own. One of `qemu`, `vhostuser`. */
  readonly name?: string | undefined;
  /** VGA of a bhyve guest. Default: io. One of `io`, `on`, `off`. */
  readonly vgaConf?: string | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Address translation service, behind the virtual IOMMU. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** A page of memory for each queue's notifications. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesVideoAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesVideoAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
