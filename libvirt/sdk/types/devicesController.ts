// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A controller that other devices attach to. */
export interface DomainDevicesController {
  /** Kind: pci, scsi, usb, virtio-serial, sata, ide, nvme, xenbus, isa, ccid, fdc. */
  readonly type: string;
  /** Number, from 0. */
  readonly index?: number | undefined;
  /** Model, such as virtio-scsi. */
  readonly model?: string | undefined;
  /** How the hypervisor handles the controller. */
  readonly driver?: types.DomainDevicesControllerDriver | undefined;
  /** Settings of a controller of type pci. */
  readonly pci?: types.DomainDevicesControllerPci | undefined;
  /** Settings of a controller of type usb. */
  readonly usb?: types.DomainDevicesControllerUsb | undefined;
  /** Settings of a controller of type virtio-serial. */
  readonly virtIoSerial?: types.DomainDevicesControllerVirtIoSerial | undefined;
  /** Settings of a controller of type xenbus. */
  readonly xenBus?: types.DomainDevicesControllerXenBus | undefined;
  /** Settings of a controller of type nvme. Newer than libvirt 9.0. */
  readonly nvme?: types.DomainDevicesControllerNvme | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesControllerAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesControllerAlias | undefined;
}

/** How the hypervisor handles the controller. */
export interface DomainDevicesControllerDriver {
  /** Request queues. */
  readonly queues?: number | undefined;
  /** Number of the I/O thread that serves it, from 1. */
  readonly ioThread?: number | undefined;
  /** I/O threads that share the queues of a virtio-scsi controller; instead of `ioThread`. Newer than libvirt 9.0. */
  readonly ioThreads?: types.DomainDevicesControllerDriverIoThreads | undefined;
  /** I/O in its own thread of the host. One of `on`, `off`. */
  readonly ioEventFd?: string | undefined;
  /** Commands at once per unit. */
  readonly cmdPerLun?: number | undefined;
  /** Largest transfer, in 512-byte sectors. */
  readonly maxSectors?: number | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Address translation services, for devices behind the virtual IOMMU. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** Each queue's notifications on a page of their own. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
}

/** I/O threads that share the queues. */
export interface DomainDevicesControllerDriverIoThreads {
  /** The threads. */
  readonly ioThreads?: readonly types.DomainDevicesControllerDriverIoThreadsIoThread[] | undefined;
}

/** One I/O thread. */
export interface DomainDevicesControllerDriverIoThreadsIoThread {
  /** Number of the I/O thread, from 1. */
  readonly id: number;
  /** Queues that it serves. Default: shared out in turn. */
  readonly queues?: readonly types.DomainDevicesControllerDriverIoThreadsIoThreadQueue[] | undefined;
}

/** One queue. */
export interface DomainDevicesControllerDriverIoThreadsIoThreadQueue {
  /** Number of the queue, from 0. */
  readonly id: number;
}

/** Settings of a PCI controller. */
export interface DomainDevicesControllerPci {
  /** Device that plays it. Default: libvirt's choice by `model` of the controller. */
  readonly model?: types.DomainDevicesControllerPciModel | undefined;
  /** Size of the 64-bit PCI hole of a root controller, in `hole64Unit`. */
  readonly hole64?: number | undefined;
  /** Unit of `hole64`. Default: KiB. */
  readonly hole64Unit?: string | undefined;
}

/** Device that plays it. */
export interface DomainDevicesControllerPciModel {
  /** Device, such as pcie-root-port, pxb-pcie or i82801b11-bridge. */
  readonly name: string;
}

/** Settings of a USB controller. */
export interface DomainDevicesControllerUsb {
  /** How many ports it has. */
  readonly port?: number | undefined;
  /** Place of a companion controller (ich9-uhci1…) below the master of its index. */
  readonly master?: types.DomainDevicesControllerUsbMaster | undefined;
}

/** Place below the master. */
export interface DomainDevicesControllerUsbMaster {
  /** First port of the master that it takes, from 0. */
  readonly startPort: number;
}

/** Settings of a virtio-serial controller. */
export interface DomainDevicesControllerVirtIoSerial {
  /** How many devices can attach. */
  readonly ports?: number | undefined;
  /** Interrupt vectors; 0: none, as old guests want. */
  readonly vectors?: number | undefined;
}

/** Settings of the Xen bus. */
export interface DomainDevicesControllerXenBus {
  /** Most grant frames. */
  readonly maxGrantFrames?: number | undefined;
  /** Most event channels. */
  readonly maxEventChannels?: number | undefined;
}

/** Settings of an NVMe controller. */
export interface DomainDevicesControllerNvme {
  /** Serial number that the guest sees. */
  readonly serial?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesControllerAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesControllerAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
