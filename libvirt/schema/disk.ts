/** Disks of a domain. */
import { known } from "./alias.ts";
import { driver } from "./diskDriver.ts";
import { backingStore, mirror } from "./diskMirror.ts";
import { auth, encryption } from "./diskSecret.ts";
import { mainSource } from "./diskSource.ts";
import { choice, flag, int, list, nest, onOff, pattern, struct, text, yesNoText } from "./field.ts";

const burst = (name: string, what: string) => ({
  [`${name}Sec`]: int(`${snake(name)}_sec`, `Limit of ${what} per second; 0: none.`, {}, { implied: 0 }),
  [`${name}SecMax`]: int(`${snake(name)}_sec_max`, `Limit of ${what} per second during a burst.`),
  [`${name}SecMaxLength`]: int(`${snake(name)}_sec_max_length`, "Longest burst, in seconds."),
});

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const ioTune = struct("DomainDevicesDiskIoTune", "I/O limits of the disk.", {
  ...burst("totalBytes", "bytes read and written"),
  ...burst("readBytes", "bytes read"),
  ...burst("writeBytes", "bytes written"),
  ...burst("totalIops", "operations"),
  ...burst("readIops", "read operations"),
  ...burst("writeIops", "write operations"),
  sizeIopsSec: int("size_iops_sec", "Size of one operation in bytes; larger ones count as several."),
  groupName: text("group_name", "Disks of one name share the limits."),
});

const geometry = () =>
  struct(
    "DomainDevicesDiskGeometry",
    "Geometry told to the guest's firmware.",
    {
      cylinders: int("@cyls", "Cylinders.", { min: 1 }),
      headers: int("@heads", "Heads.", { min: 1 }),
      sectors: int("@secs", "Sectors per track.", { min: 1 }),
      trans: choice("@trans", "Translation of the firmware.", ["none", "auto", "lba"]),
    },
    ["cylinders", "headers", "sectors"],
  );

const throttleFilters = () =>
  struct("DomainDevicesDiskThrottleFilters", "Groups of limits that hold for the disk.", {
    throttleFilters: list(
      "throttlefilter",
      () =>
        struct(
          "DomainDevicesDiskThrottleFiltersThrottleFilter",
          "One group.",
          { group: text("@group", "Its name, as in the domain's `throttlegroups`.") },
          ["group"],
        ),
      "The groups, in the order that requests pass them.",
    ),
  });

export const disk = struct(
  "DomainDevicesDisk",
  "A disk of the domain.",
  {
    ...known("DomainDevicesDisk"),
    device: choice("@device", "What the guest sees. Default: disk.", ["disk", "cdrom", "floppy", "lun"]),
    model: text("@model", "Model, such as virtio-non-transitional."),
    rawIo: yesNoText("@rawio", "Whether raw SCSI commands are allowed."),
    sgio: text("@sgio", "Filtering of SCSI commands."),
    snapshot: choice("@snapshot", "How snapshots treat it.", ["internal", "external", "no", "manual"]),
    driver: nest("driver", driver, "How the hypervisor handles the disk."),
    auth: auth("DomainDevicesDisk"),
    source: mainSource("DomainDevicesDisk"),
    backingStore: backingStore("DomainDevicesDisk"),
    backendDomain: nest(
      "backenddomain",
      () =>
        struct("DomainDevicesDiskBackendDomain", "A domain.", { name: text("@name", "Its name.") }, ["name"]),
      "The domain that serves the disk (Xen). Default: domain 0.",
    ),
    geometry: nest("geometry", geometry, "Geometry told to the guest's firmware. Default: QEMU's choice."),
    mirror: mirror("DomainDevicesDisk"),
    target: nest(
      "target",
      struct("DomainDevicesDiskTarget", "Where the guest sees it.", {
        dev: text("@dev", "Name of the device, such as `vda`; tells disks apart."),
        bus: text("@bus", "Bus: virtio, scsi, sata, usb."),
        tray: choice("@tray", "Tray of a CD drive.", ["open", "closed"]),
        removable: onOff("@removable", "Removable flag of a USB disk."),
        rotationRate: int("@rotation_rate", "Revolutions per minute; 1: a solid-state disk.", {
          min: 1,
          max: 65534,
        }),
      }),
      "Where the guest sees it.",
    ),
    ioTune: nest("iotune", ioTune, "I/O limits."),
    throttleFilters: nest("throttlefilters", throttleFilters, "Groups of limits, in place of `ioTune`."),
    serial: pattern(
      "serial",
      "Serial number shown to the guest, as in /dev/disk/by-id.",
      /^[A-Za-z0-9_. +-]{1,36}$/,
      "1 to 36 letters, digits, blanks or _ . + -",
    ),
    wwn: text("wwn", "World wide name, 16 hexadecimal digits."),
    vendor: text("vendor", "Vendor, 8 characters."),
    product: text("product", "Product, 16 characters."),
    boot: nest(
      "boot",
      struct(
        "DomainDevicesDiskBoot",
        "Place in the boot order.",
        {
          order: int("@order", "From 1.", { min: 1 }),
          loadParm: text("@loadparm", "What an s390 guest boots, 1 to 8 letters, digits, dots and blanks."),
        },
        ["order"],
      ),
      "Place in the boot order.",
    ),
    readOnly: flag("readonly", "Whether the guest may only read."),
    shareable: flag("shareable", "Whether several domains may use it at once."),
    transient: nest(
      "transient",
      () =>
        struct("DomainDevicesDiskTransient", "What the guest writes is lost when it stops.", {
          shareBacking: yesNoText(
            "@shareBacking",
            "Whether other domains may use the image meanwhile. Default: no.",
          ),
        }),
      "What the guest writes is lost when it stops.",
    ),
    encryption: encryption("DomainDevicesDisk"),
    blockIo: nest(
      "blockio",
      struct("DomainDevicesDiskBlockIo", "Block sizes shown to the guest, in bytes.", {
        logicalBlockSize: int("@logical_block_size", "Logical block size."),
        physicalBlockSize: int("@physical_block_size", "Physical block size."),
        discardGranularity: int("@discard_granularity", "Granularity of discards."),
      }),
      "Block sizes shown to the guest.",
    ),
  },
  [],
  { type: "file" },
);
