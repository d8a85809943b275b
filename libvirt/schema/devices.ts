/** The remaining devices of a domain, and the list of all. */
import { channel, console, serial } from "./character.ts";
import { controller } from "./controller.ts";
import { disk } from "./disk.ts";
import { list, nest, struct, text } from "./field.ts";
import { filesystem } from "./filesystem.ts";
import { graphics } from "./graphics.ts";
import { hostdev } from "./hostdev.ts";
import { networkInterface } from "./interface.ts";
import { memBalloon } from "./memBalloon.ts";
import { memoryDevice } from "./memoryDevice.ts";
import { rng } from "./rng.ts";
import { tpm } from "./tpm.ts";
import { video } from "./video.ts";
import { watchdog } from "./watchdog.ts";

export const devices = struct("DomainDevices", "Devices of the domain.", {
  emulator: text("emulator", "Path of the emulator on the host. Default: libvirt's choice."),
  disks: list("disk", disk, "Disks.", { key: "target.dev" }),
  // libvirt counts controllers by kind, and adds some before those that are declared.
  controllers: list("controller", controller, "Controllers.", { key: ["type index", "type"] }),
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
  memorydevs: list("memory", memoryDevice, "Memory devices, in order."),
});
