/** Devices of the host that are passed through, such as a GPU. */
import { known } from "./alias.ts";
import { boot, rom } from "./boot.ts";
import { choice, int, nest, onOff, pattern, struct, text, yesNo, yesNoText } from "./field.ts";
import { capsMisc, capsNet, capsStorage } from "./hostdevCapabilities.ts";
import { scsi, scsiHost } from "./hostdevScsi.ts";
import { teaming } from "./teaming.ts";

const pciAddress = struct("DomainDevicesHostdevSubsysPciSourceAddress", "A PCI address of the host.", {
  domain: int("@domain", "Domain.", { max: 0xffffffff }, { form: "hex" }),
  bus: int("@bus", "Bus.", { max: 0xff }, { form: "hex" }),
  slot: int("@slot", "Slot.", { max: 0x1f }, { form: "hex" }),
  function: int("@function", "Function.", { max: 7 }, { form: "hexDigit" }),
  // libvirt drops it from a definition, so it is not written to one either.
  multiFunction: onOff("", "Whether the device has several functions; libvirt sees that for itself."),
});

const USB_ID = /^0x[0-9A-Fa-f]{1,4}$/;
const usbId = (name: string, doc: string) =>
  struct(name, doc, {
    id: pattern("@id", "Id.", USB_ID, 'hexadecimal, such as "0x1d6b"', { compare: "number" }),
  });

const usbAddress = () =>
  struct("DomainDevicesHostdevSubsysUsbSourceAddress", "Where it is plugged in.", {
    bus: int("@bus", "Bus.", { max: 0xfff }),
    device: int("@device", "Number on the bus; another one each time the device is plugged in.", {
      max: 0xfff,
    }),
    port: pattern(
      "@port",
      "Port, as in 1.2; stays the same.",
      /^\d{1,3}(\.\d{1,3}){0,3}$/,
      "numbers such as 1.2",
    ),
  });

export const hostdev = struct("DomainDevicesHostdev", "A device of the host; exactly one kind.", {
  managed: yesNo("@managed", "Whether libvirt detaches it from the host's driver and gives it back."),
  subsysPci: nest(
    ".",
    struct("DomainDevicesHostdevSubsysPci", "A PCI device.", {
      display: onOff("@display", "Whether it provides the screen."),
      ramFb: onOff("@ramfb", "Screen before the driver is loaded."),
      driver: nest(
        "driver",
        struct("DomainDevicesHostdevSubsysPciDriver", "Driver on the host.", {
          name: text("@name", "Such as vfio."),
          model: text("@model", "Module of the host that is a variant of it, such as `mlx5_vfio_pci`."),
        }),
        "Driver on the host.",
      ),
      source: nest(
        "source",
        struct("DomainDevicesHostdevSubsysPciSource", "Which device.", {
          writeFiltering: yesNoText("@writeFiltering", "Whether writes to its configuration are filtered."),
          address: nest("address", pciAddress, "Its PCI address on the host."),
        }),
        "Which device.",
      ),
      teaming: teaming("DomainDevicesHostdevSubsysPci"),
    }),
    "A PCI device.",
    { when: { mode: "subsystem", type: "pci" } },
  ),
  subsysMDev: nest(
    ".",
    struct("DomainDevicesHostdevSubsysMDev", "A mediated device.", {
      model: choice("@model", "Model.", ["vfio-pci", "vfio-ccw", "vfio-ap"]),
      display: onOff("@display", "Whether it provides the screen."),
      ramFb: onOff("@ramfb", "Screen before the driver is loaded."),
      source: nest(
        "source",
        struct("DomainDevicesHostdevSubsysMDevSource", "Which device.", {
          address: nest(
            "address",
            struct(
              "DomainDevicesHostdevSubsysMDevSourceAddress",
              "Its UUID.",
              { uuid: pattern("@uuid", "UUID.", /^[0-9a-fA-F-]{36}$/, "a UUID", { compare: "caseless" }) },
              ["uuid"],
            ),
            "Its UUID.",
          ),
        }),
        "Which device.",
      ),
    }),
    "A mediated device, such as a share of a GPU.",
    { when: { mode: "subsystem", type: "mdev" } },
  ),
  subsysUsb: nest(
    ".",
    struct("DomainDevicesHostdevSubsysUsb", "A USB device.", {
      source: nest(
        "source",
        struct("DomainDevicesHostdevSubsysUsbSource", "Which device.", {
          vendor: nest("vendor", usbId("DomainDevicesHostdevSubsysUsbSourceVendor", "Vendor."), "Vendor."),
          product: nest(
            "product",
            usbId("DomainDevicesHostdevSubsysUsbSourceProduct", "Product."),
            "Product.",
          ),
          address: nest(
            "address",
            usbAddress,
            "Where it is plugged in; alone, or beside vendor and product.",
          ),
          startUpPolicy: choice(
            "@startupPolicy",
            "What a missing device means at start. Default: mandatory.",
            ["mandatory", "requisite", "optional"],
          ),
          guestReset: choice(
            "@guestReset",
            "Whether a reset by the guest reaches the device: never, only before it is set up, always.",
            ["off", "uninitialized", "on"],
          ),
        }),
        "Which device.",
      ),
    }),
    "A USB device.",
    { when: { mode: "subsystem", type: "usb" } },
  ),
  subsysScsi: nest(".", scsi, "A SCSI unit.", { when: { mode: "subsystem", type: "scsi" } }),
  subsysScsiHost: nest(".", scsiHost, "A vhost target of the host.", {
    when: { mode: "subsystem", type: "scsi_host" },
  }),
  capsStorage: nest(".", capsStorage, "A disk of the host, for a container.", {
    when: { mode: "capabilities", type: "storage" },
  }),
  capsMisc: nest(".", capsMisc, "A character device of the host, for a container.", {
    when: { mode: "capabilities", type: "misc" },
  }),
  capsNet: nest(".", capsNet, "A NIC of the host, for a container.", {
    when: { mode: "capabilities", type: "net" },
  }),
  boot: boot("DomainDevicesHostdev"),
  rom: rom("DomainDevicesHostdev"),
  ...known("DomainDevicesHostdev"),
});
