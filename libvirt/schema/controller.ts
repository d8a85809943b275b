/** Controllers of a domain, which other devices attach to. */
import { known } from "./alias.ts";
import { int, list, nest, onOff, size, struct, text, unit } from "./field.ts";
import { virtioSettings } from "./virtioDriver.ts";

const NAME = "DomainDevicesController";

const ioThreads = () =>
  struct(`${NAME}DriverIoThreads`, "I/O threads that share the queues.", {
    ioThreads: list(
      "iothread",
      () =>
        struct(
          `${NAME}DriverIoThreadsIoThread`,
          "One I/O thread.",
          {
            id: int("@id", "Number of the I/O thread, from 1.", { min: 1 }),
            queues: list(
              "queue",
              () =>
                struct(
                  `${NAME}DriverIoThreadsIoThreadQueue`,
                  "One queue.",
                  { id: int("@id", "Number of the queue, from 0.") },
                  ["id"],
                ),
              "Queues that it serves. Default: shared out in turn.",
              { key: "id", closed: true },
            ),
          },
          ["id"],
        ),
      "The threads.",
      { key: "id", closed: true },
    ),
  });

const driver = struct(`${NAME}Driver`, "How the hypervisor handles the controller.", {
  queues: int("@queues", "Request queues.", { min: 1 }),
  ioThread: int("@iothread", "Number of the I/O thread that serves it, from 1.", { min: 1 }),
  ioThreads: nest(
    "iothreads",
    ioThreads,
    "I/O threads that share the queues of a virtio-scsi controller; instead of `ioThread`. Newer than libvirt 9.0.",
  ),
  ioEventFd: onOff("@ioeventfd", "I/O in its own thread of the host."),
  cmdPerLun: int("@cmd_per_lun", "Commands at once per unit."),
  maxSectors: int("@max_sectors", "Largest transfer, in 512-byte sectors."),
  ...virtioSettings(),
});

const pci = () =>
  struct(`${NAME}Pci`, "Settings of a PCI controller.", {
    model: nest(
      "model",
      () =>
        struct(
          `${NAME}PciModel`,
          "Device that plays it.",
          { name: text("@name", "Device, such as pcie-root-port, pxb-pcie or i82801b11-bridge.") },
          ["name"],
        ),
      "Device that plays it. Default: libvirt's choice by `model` of the controller.",
    ),
    hole64: size(
      "pcihole64",
      "Size of the 64-bit PCI hole of a root controller, in `hole64Unit`.",
      "hole64Unit",
      "KiB",
    ),
    hole64Unit: unit("pcihole64/@unit", "Unit of `hole64`. Default: KiB."),
  });

const usb = () =>
  struct(`${NAME}Usb`, "Settings of a USB controller.", {
    port: int("@ports", "How many ports it has.", { min: 1 }),
    master: nest(
      "master",
      () =>
        struct(
          `${NAME}UsbMaster`,
          "Place below the master.",
          { startPort: int("@startport", "First port of the master that it takes, from 0.") },
          ["startPort"],
        ),
      "Place of a companion controller (ich9-uhci1…) below the master of its index.",
    ),
  });

const virtIoSerial = () =>
  struct(`${NAME}VirtIoSerial`, "Settings of a virtio-serial controller.", {
    ports: int("@ports", "How many devices can attach.", { min: 1 }),
    vectors: int("@vectors", "Interrupt vectors; 0: none, as old guests want."),
  });

const xenBus = () =>
  struct(`${NAME}XenBus`, "Settings of the Xen bus.", {
    maxGrantFrames: int("@maxGrantFrames", "Most grant frames.", { min: 1 }),
    maxEventChannels: int("@maxEventChannels", "Most event channels.", { min: 1 }),
  });

const nvme = () =>
  struct(`${NAME}Nvme`, "Settings of an NVMe controller.", {
    serial: text("serial", "Serial number that the guest sees."),
  });

export const controller = struct(
  NAME,
  "A controller that other devices attach to.",
  {
    type: text("@type", "Kind: pci, scsi, usb, virtio-serial, sata, ide, nvme, xenbus, isa, ccid, fdc."),
    index: int("@index", "Number, from 0."),
    model: text("@model", "Model, such as virtio-scsi."),
    driver: nest("driver", driver, "How the hypervisor handles the controller."),
    pci: nest(".", pci, "Settings of a controller of type pci.", { given: { "@type": "pci" } }),
    usb: nest(".", usb, "Settings of a controller of type usb.", { given: { "@type": "usb" } }),
    virtIoSerial: nest(".", virtIoSerial, "Settings of a controller of type virtio-serial.", {
      given: { "@type": "virtio-serial" },
    }),
    xenBus: nest(".", xenBus, "Settings of a controller of type xenbus.", { given: { "@type": "xenbus" } }),
    nvme: nest(".", nvme, "Settings of a controller of type nvme. Newer than libvirt 9.0.", {
      given: { "@type": "nvme" },
    }),
    ...known(NAME),
  },
  ["type"],
).check((context) => {
  const { type } = context.value;
  if (type === undefined) return;
  for (const [property, kind] of Object.entries(KINDS)) {
    const input = context.value[property as keyof typeof KINDS];
    if (input === undefined || type === kind) continue;
    const message = `is for a controller of type ${kind}, and this one is ${type}; leave it out`;
    context.issues.push({ code: "custom", message, path: [property], input });
  }
});

/** The properties that are of one type alone, and that type. */
const KINDS = {
  pci: "pci",
  usb: "usb",
  virtIoSerial: "virtio-serial",
  xenBus: "xenbus",
  nvme: "nvme",
} as const;
