/** Character devices: serial ports, consoles, and channels such as the guest agent's. */
import { known } from "./alias.ts";
import { characterSource } from "./characterSource.ts";
import { choice, int, nest, onOff, struct, text } from "./field.ts";

/** Properties that every character device has; `prefix` is the name of its object type. */
const common = (prefix: string, source: string) => ({
  source: nest(".", () => characterSource(`${prefix}Source`), source),
  protocol: protocol(prefix),
  log: nest("log", () => log(`${prefix}Log`), "A log of what the guest writes."),
  ...known(prefix),
});

/** Property `protocol` of what has a character source; `prefix` is the name of its object type. */
export const protocol = (prefix: string) =>
  nest(
    "protocol",
    () =>
      struct(
        `${prefix}Protocol`,
        "What is spoken over a TCP source.",
        { type: choice("@type", "Protocol.", ["raw", "telnet", "telnets", "tls"]) },
        ["type"],
      ),
    "What is spoken over a TCP source. Default: raw.",
  );

const log = (name: string) =>
  struct(
    name,
    "A log of what the guest writes.",
    {
      file: text("@file", "Path on the host."),
      append: onOff("@append", "Keep what is there when the VM starts. Default: off."),
    },
    ["file"],
  );

const PTY = { type: "pty" };

export const serial = struct(
  "DomainDevicesSerial",
  "A serial port.",
  {
    ...common("DomainDevicesSerial", "The host's end. Default: a pseudo terminal."),
    target: nest(
      "target",
      struct("DomainDevicesSerialTarget", "The guest's end.", {
        type: text("@type", "Kind, such as isa-serial."),
        port: int("@port", "Number of the port."),
        model: nest(
          "model",
          struct("DomainDevicesSerialTargetModel", "Model.", { name: text("@name", "Name.") }),
          "Model of the device.",
        ),
      }),
      "The guest's end.",
    ),
  },
  [],
  PTY,
);

export const console = struct(
  "DomainDevicesConsole",
  "A console.",
  {
    tty: text(
      "@tty",
      "Path of the pseudo terminal of a running VM, as libvirt tells it; `source.pty.path` is what sets one.",
    ),
    ...common("DomainDevicesConsole", "The host's end. Default: a pseudo terminal."),
    target: nest(
      "target",
      struct("DomainDevicesConsoleTarget", "The guest's end.", {
        type: text("@type", "Kind: serial, virtio."),
        port: int("@port", "Number of the port."),
      }),
      "The guest's end.",
    ),
  },
  [],
  PTY,
);

const state = () =>
  choice("@state", "Whether the guest has opened the port, as libvirt tells it while the VM runs.", [
    "connected",
    "disconnected",
  ]);

const channelTarget = struct("DomainDevicesChannelTarget", "The guest's end; exactly one.", {
  virtIo: nest(
    "target",
    struct("DomainDevicesChannelTargetVirtIo", "A virtio port.", {
      name: text("@name", "Name of the port, such as org.qemu.guest_agent.0."),
      state: state(),
    }),
    "A virtio port.",
    { when: { "target/@type": "virtio" } },
  ),
  guestFwd: nest(
    "target",
    () =>
      struct("DomainDevicesChannelTargetGuestFwd", "A TCP address of QEMU's user network.", {
        address: text("@address", "Address that the guest connects to."),
        port: text("@port", "Port that the guest connects to."),
      }),
    "A TCP address of QEMU's user network, forwarded to the host's end.",
    { when: { "target/@type": "guestfwd" } },
  ),
  xen: nest(
    "target",
    () =>
      struct("DomainDevicesChannelTargetXen", "A Xen channel.", {
        name: text("@name", "Name of the channel, such as org.libguestfs.channel.0."),
        state: state(),
      }),
    "A Xen channel.",
    { when: { "target/@type": "xen" } },
  ),
});

export const channel = struct(
  "DomainDevicesChannel",
  "A channel between host and guest.",
  {
    ...common("DomainDevicesChannel", "The host's end. Default: a UNIX socket of libvirt's choice."),
    target: nest(".", channelTarget, "The guest's end."),
  },
  [],
  { type: "unix" },
);
