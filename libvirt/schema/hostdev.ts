/** Devices of the host that are passed through, such as a GPU. */
import { choice, int, nest, onOff, pattern, struct, text, yesNo, yesNoText } from "./field.ts";

const pciAddress = struct("DomainDevicesHostdevSubsysPciSourceAddress", "A PCI address of the host.", {
  domain: int("@domain", "Domain.", { max: 0xffffffff }, { form: "hex" }),
  bus: int("@bus", "Bus.", { max: 0xff }, { form: "hex" }),
  slot: int("@slot", "Slot.", { max: 0x1f }, { form: "hex" }),
  function: int("@function", "Function.", { max: 7 }, { form: "hex" }),
});

const USB_ID = /^0x[0-9A-Fa-f]{1,4}$/;
const usbId = (name: string, doc: string) =>
  struct(name, doc, {
    id: pattern("@id", "Id.", USB_ID, 'hexadecimal, such as "0x1d6b"', { compare: "caseless" }),
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
        }),
        "Which device.",
      ),
    }),
    "A USB device.",
    { when: { mode: "subsystem", type: "usb" } },
  ),
  boot: nest(
    "boot",
    struct("DomainDevicesHostdevBoot", "Boot order.", { order: int("@order", "From 1.", { min: 1 }) }, [
      "order",
    ]),
    "Place in the boot order.",
  ),
  rom: nest(
    "rom",
    struct("DomainDevicesHostdevRom", "Option ROM.", {
      bar: onOff("@bar", "Whether the guest sees it."),
      enabled: yesNoText("@enabled", "Whether it is loaded."),
      file: text("@file", "Path of another ROM on the host."),
    }),
    "Option ROM.",
  ),
});
