/** Disks of a domain. */
import { choice, flag, int, nest, onOff, pattern, struct, text, yesNoText } from "./field.ts";

const diskSource = struct(
  "DomainDevicesDiskSource",
  "Where the data is; exactly one of file, block, volume.",
  {
    file: nest(
      "source",
      struct("DomainDevicesDiskSourceFile", "A file of the host.", {
        file: text("@file", "Path on the host."),
      }),
      "A file of the host.",
      { when: { type: "file" } },
    ),
    block: nest(
      "source",
      struct("DomainDevicesDiskSourceBlock", "A block device of the host.", {
        dev: text("@dev", "Path on the host."),
      }),
      "A block device of the host.",
      { when: { type: "block" } },
    ),
    volume: nest(
      "source",
      struct("DomainDevicesDiskSourceVolume", "A volume of a storage pool.", {
        pool: text("@pool", "Name of the pool."),
        volume: text("@volume", "Name of the volume."),
        mode: choice("@mode", "For iSCSI pools: how it is reached.", ["host", "direct"]),
      }),
      "A volume of a storage pool.",
      { when: { type: "volume" } },
    ),
    startupPolicy: choice("source/@startupPolicy", "What a missing source means at start.", [
      "mandatory",
      "requisite",
      "optional",
    ]),
  },
);

const burst = (name: string, what: string) => ({
  [`${name}Sec`]: int(`${snake(name)}_sec`, `Limit of ${what} per second; 0: none.`),
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

const driver = struct("DomainDevicesDiskDriver", "How the hypervisor handles the disk.", {
  name: text("@name", "Driver. Default: qemu."),
  type: text("@type", "Format: raw, qcow2."),
  cache: choice("@cache", "Host cache.", [
    "default",
    "none",
    "writethrough",
    "writeback",
    "directsync",
    "unsafe",
  ]),
  errorPolicy: text("@error_policy", "On a write error: stop, report, ignore, enospace."),
  rerrorPolicy: text("@rerror_policy", "On a read error: stop, report, ignore."),
  io: choice("@io", "How I/O is issued.", ["threads", "native", "io_uring"]),
  ioEventFd: onOff("@ioeventfd", "I/O in its own thread of the host."),
  eventIdx: onOff("@event_idx", "Fewer interrupts."),
  copyOnRead: onOff("@copy_on_read", "Copy what is read from the base image."),
  discard: choice("@discard", "Whether the guest's discards reach the host.", ["unmap", "ignore"]),
  detectZeros: choice("@detect_zeroes", "Whether written zeros are detected.", ["off", "on", "unmap"]),
  queues: int("@queues", "Request queues.", { min: 1 }),
  queueSize: int("@queue_size", "Size of each queue.", { min: 1 }),
  ioThread: int("@iothread", "Number of the I/O thread that serves the disk, from 1.", { min: 1 }),
  iommu: onOff("@iommu", "Behind the virtual IOMMU."),
  packed: onOff("@packed", "Packed virtqueues."),
});

export const disk = struct(
  "DomainDevicesDisk",
  "A disk of the domain.",
  {
    device: choice("@device", "What the guest sees. Default: disk.", ["disk", "cdrom", "floppy", "lun"]),
    model: text("@model", "Model, such as virtio-non-transitional."),
    rawIo: yesNoText("@rawio", "Whether raw SCSI commands are allowed."),
    sgio: text("@sgio", "Filtering of SCSI commands."),
    snapshot: choice("@snapshot", "How snapshots treat it.", ["internal", "external", "no", "manual"]),
    driver: nest("driver", driver, "How the hypervisor handles the disk."),
    source: nest(".", diskSource, "Where the data is."),
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
        { order: int("@order", "From 1.", { min: 1 }) },
        ["order"],
      ),
      "Place in the boot order.",
    ),
    readOnly: flag("readonly", "Whether the guest may only read."),
    shareable: flag("shareable", "Whether several domains may use it at once."),
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
