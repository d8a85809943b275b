/** Character devices: serial ports, consoles, and channels such as the guest agent's. */
import type * as z from "zod";
import { choice, flag, int, nest, onOff, struct, text } from "./field.ts";

function source(prefix: string, path: string): z.ZodObject {
  const name = (suffix: string) => `${prefix}Source${suffix}`;
  return struct(`${prefix}Source`, "The host's end; exactly one.", {
    pty: nest(
      path,
      struct(name("Pty"), "A pseudo terminal.", { path: text("@path", "Path. Default: the host chooses.") }),
      "A pseudo terminal, as `virsh console` uses.",
      { when: { type: "pty" } },
    ),
    file: nest(
      path,
      struct(
        name("File"),
        "A file.",
        { path: text("@path", "Path on the host."), append: onOff("@append", "Keep what is there.") },
        ["path"],
      ),
      "A file of the host.",
      { when: { type: "file" } },
    ),
    unix: nest(
      path,
      struct(name("Unix"), "A UNIX socket.", {
        path: text("@path", "Path. Default: libvirt chooses, for a guest agent."),
        mode: choice("@mode", "Who connects.", ["bind", "connect"], { implied: "bind" }),
      }),
      "A UNIX socket of the host.",
      { when: { type: "unix" } },
    ),
    tcp: nest(
      path,
      struct(name("Tcp"), "A TCP socket.", {
        host: text("@host", "Address."),
        service: text("@service", "Port."),
        mode: choice("@mode", "Who connects.", ["bind", "connect"]),
        tls: choice("@tls", "TLS.", ["yes", "no"]),
      }),
      "A TCP socket.",
      { when: { type: "tcp" } },
    ),
    null: flag("", "Nowhere.", { when: { type: "null" } }),
    stdIo: flag("", "QEMU's standard input and output.", { when: { type: "stdio" } }),
    spiceVmc: flag("", "SPICE.", { when: { type: "spicevmc" } }),
  });
}

const log = (name: string) =>
  struct(
    name,
    "A log of what the guest writes.",
    { file: text("@file", "Path on the host."), append: onOff("@append", "Keep what is there.") },
    ["file"],
  );

export const serial = struct(
  "DomainDevicesSerial",
  "A serial port.",
  {
    source: nest(".", source("DomainDevicesSerial", "source"), "The host's end. Default: a pseudo terminal."),
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
    log: nest("log", log("DomainDevicesSerialLog"), "A log of what the guest writes."),
  },
  [],
  { type: "pty" },
);

export const console = struct(
  "DomainDevicesConsole",
  "A console.",
  {
    source: nest(
      ".",
      source("DomainDevicesConsole", "source"),
      "The host's end. Default: a pseudo terminal.",
    ),
    target: nest(
      "target",
      struct("DomainDevicesConsoleTarget", "The guest's end.", {
        type: text("@type", "Kind: serial, virtio."),
        port: int("@port", "Number of the port."),
      }),
      "The guest's end.",
    ),
    log: nest("log", log("DomainDevicesConsoleLog"), "A log of what the guest writes."),
  },
  [],
  { type: "pty" },
);

export const channel = struct(
  "DomainDevicesChannel",
  "A channel between host and guest.",
  {
    source: nest(
      ".",
      source("DomainDevicesChannel", "source"),
      "The host's end. Default: a UNIX socket of libvirt's choice.",
    ),
    target: nest(
      ".",
      struct("DomainDevicesChannelTarget", "The guest's end.", {
        virtIo: nest(
          "target",
          struct("DomainDevicesChannelTargetVirtIo", "A virtio port.", {
            name: text("@name", "Name of the port, such as org.qemu.guest_agent.0."),
          }),
          "A virtio port.",
          { when: { "target/@type": "virtio" } },
        ),
      }),
      "The guest's end.",
    ),
  },
  [],
  { type: "unix" },
);
