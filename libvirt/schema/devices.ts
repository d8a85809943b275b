/** The remaining devices of a domain, and the list of all. */
import { channel, console, serial } from "./character.ts";
import { disk } from "./disk.ts";
import { choice, flag, int, list, nest, onOff, struct, text, yesNoText } from "./field.ts";
import { filesystem } from "./filesystem.ts";
import { graphics } from "./graphics.ts";
import { hostdev } from "./hostdev.ts";
import { networkInterface } from "./interface.ts";
import { video } from "./video.ts";

const controller = struct(
  "DomainDevicesController",
  "A controller that other devices attach to.",
  {
    type: text("@type", "Kind: pci, scsi, usb, virtio-serial, sata."),
    index: int("@index", "Number, from 0."),
    model: text("@model", "Model, such as virtio-scsi."),
    driver: nest(
      "driver",
      struct("DomainDevicesControllerDriver", "How the hypervisor handles the controller.", {
        queues: int("@queues", "Request queues.", { min: 1 }),
        ioThread: int("@iothread", "Number of the I/O thread that serves it, from 1.", { min: 1 }),
        ioEventFd: onOff("@ioeventfd", "I/O in its own thread of the host."),
        cmdPerLun: int("@cmd_per_lun", "Commands at once per unit."),
        maxSectors: int("@max_sectors", "Largest transfer, in 512-byte sectors."),
        iommu: onOff("@iommu", "Behind the virtual IOMMU."),
        packed: onOff("@packed", "Packed virtqueues."),
      }),
      "How the hypervisor handles the controller.",
    ),
  },
  ["type"],
);

const memBalloon = struct(
  "DomainDevicesMemBalloon",
  "The balloon that memory is given back through while the VM runs.",
  {
    model: choice("@model", "Model; none takes it away.", [
      "virtio",
      "virtio-transitional",
      "virtio-non-transitional",
      "none",
    ]),
    autoDeflate: onOff("@autodeflate", "Give memory back to the guest before it runs out."),
    freePageReporting: onOff(
      "@freePageReporting",
      "Give pages that the guest does not use back to the host.",
    ),
    stats: nest(
      "stats",
      struct(
        "DomainDevicesMemBalloonStats",
        "Statistics.",
        { period: int("@period", "Seconds between them; 0: none.") },
        ["period"],
      ),
      "How often the guest reports its use of memory.",
    ),
  },
  ["model"],
);

const rng = struct(
  "DomainDevicesRng",
  "A source of random numbers.",
  {
    model: text("@model", "Model, such as `virtio`."),
    rate: nest(
      "rate",
      struct(
        "DomainDevicesRngRate",
        "Limit.",
        {
          bytes: int("@bytes", "Bytes per period.", { min: 1 }),
          period: int("@period", "Milliseconds. Default: 1000."),
        },
        ["bytes"],
      ),
      "Limit of the rate.",
    ),
    backend: nest(
      ".",
      struct("DomainDevicesRngBackend", "Where they come from.", {
        random: text("backend", "Path of a device on the host, such as /dev/urandom.", {
          when: { "backend/@model": "random" },
        }),
        builtIn: flag("backend", "QEMU's own generator.", { when: { "backend/@model": "builtin" } }),
      }),
      "Where they come from.",
    ),
  },
  ["model"],
);

const watchdog = struct(
  "DomainDevicesWatchdog",
  "A watchdog.",
  {
    model: text("@model", "Model, such as `i6300esb`."),
    action: choice("@action", "What happens when the guest hangs. Default: reset.", [
      "reset",
      "shutdown",
      "poweroff",
      "pause",
      "none",
      "dump",
      "inject-nmi",
    ]),
  },
  ["model"],
);

const tpm = struct("DomainDevicesTpm", "A TPM.", {
  model: text("@model", "Model, such as `tpm-crb`."),
  backend: nest(
    ".",
    struct("DomainDevicesTpmBackend", "What it is made of.", {
      emulator: nest(
        "backend",
        struct("DomainDevicesTpmBackendEmulator", "An emulated TPM.", {
          version: choice("@version", "Version.", ["1.2", "2.0"]),
          persistentState: yesNoText("@persistent_state", "Whether its state outlives an undefine."),
        }),
        "An emulated TPM.",
        { when: { "backend/@type": "emulator" } },
      ),
    }),
    "What it is made of.",
  ),
});

export const devices = struct("DomainDevices", "Devices of the domain.", {
  emulator: text("emulator", "Path of the emulator on the host. Default: libvirt's choice."),
  disks: list("disk", disk, "Disks.", { key: "target.dev" }),
  controllers: list("controller", controller, "Controllers.", { key: "type" }),
  filesystems: list("filesystem", filesystem, "Folders of the host.", { key: "target.dir" }),
  interfaces: list("interface", networkInterface, "Network interfaces, in order.", { key: "mac.address" }),
  serials: list("serial", serial, "Serial ports, in order."),
  consoles: list("console", console, "Consoles, in order."),
  channels: list("channel", channel, "Channels.", { key: "target.virtIo.name" }),
  tpms: list("tpm", tpm, "A TPM; at most one."),
  graphics: list("graphics", graphics, "Screens."),
  videos: list("video", video, "Video cards."),
  hostdevs: list("hostdev", hostdev, "Devices of the host, passed through."),
  watchdogs: list("watchdog", watchdog, "Watchdogs."),
  memBalloon: nest("memballoon", memBalloon, "The memory balloon."),
  rngs: list("rng", rng, "Sources of random numbers."),
});
