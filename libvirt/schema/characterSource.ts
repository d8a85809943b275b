/** The host's end of a character device: serial ports, consoles, channels, and backends that talk to a daemon. */
import type * as z from "zod";
import { choice, flag, int, nest, onOff, struct, text, yesNoText } from "./field.ts";
import { secLabels } from "./secLabel.ts";

/**
 * Object type `NAME`: exactly one of its properties is given. `kind` is the place of the attribute that says which:
 * the device's own element has it, unless the `source` element does.
 */
export function characterSource(name: string, kind: "@type" | "source/@type" = "@type"): z.ZodObject {
  const variant = (type: string, object: (name: string) => z.ZodObject, doc: string, place = "source") =>
    nest(place, () => object(name), doc, { when: { [kind]: type } });
  const bare = (type: string, doc: string) => flag("", doc, { when: { [kind]: type } });
  return struct(name, "The host's end; exactly one.", {
    pty: variant("pty", pty, "A pseudo terminal, as `virsh console` uses."),
    file: variant("file", file, "A file of the host."),
    unix: variant("unix", unix, "A UNIX socket of the host."),
    tcp: variant("tcp", tcp, "A TCP socket."),
    udp: variant("udp", udp, "UDP packets, as netconsole and syslog take them.", "."),
    dev: variant("dev", dev, "A character device of the host."),
    pipe: variant("pipe", pipe, "A named pipe of the host."),
    nmdm: variant("nmdm", nmdm, "A null modem of a FreeBSD host."),
    dbus: variant("dbus", dbus, "D-Bus, beside a display of that kind."),
    spicePort: variant("spiceport", spicePort, "A port of the SPICE server."),
    qemuVdAgent: variant(
      "qemu-vdagent",
      qemuVdAgent,
      "QEMU's own SPICE agent, for displays other than SPICE.",
    ),
    null: bare("null", "Nowhere."),
    stdIo: bare("stdio", "QEMU's standard input and output."),
    spiceVmc: bare("spicevmc", "SPICE."),
    vc: bare("vc", "A virtual console of the hypervisor."),
  });
}

const pty = (name: string) =>
  struct(`${name}Pty`, "A pseudo terminal.", {
    path: text("@path", "Path. Default: the host chooses."),
    secLabels: secLabels(`${name}Pty`),
  });

const file = (name: string) =>
  struct(
    `${name}File`,
    "A file.",
    {
      path: text("@path", "Path on the host."),
      append: onOff("@append", "Keep what is there when the VM starts. Default: off."),
      secLabels: secLabels(`${name}File`),
    },
    ["path"],
  );

const unix = (name: string) =>
  struct(`${name}Unix`, "A UNIX socket.", {
    path: text("@path", "Path. Default: libvirt chooses, for a guest agent."),
    mode: choice("@mode", "Who connects: bind waits for others, connect goes to them.", ["bind", "connect"], {
      implied: "bind",
    }),
    reconnect: nest("reconnect", () => reconnect(`${name}Unix`), "Whether a lost connection is made again."),
    secLabels: secLabels(`${name}Unix`),
  });

const tcp = (name: string) =>
  struct(`${name}Tcp`, "A TCP socket.", {
    host: text("@host", "Address."),
    service: text("@service", "Port."),
    mode: choice("@mode", "Who connects: bind waits for others, connect goes to them.", ["bind", "connect"]),
    tls: yesNoText("@tls", "TLS. Default: what qemu.conf says of character devices."),
    reconnect: nest("reconnect", () => reconnect(`${name}Tcp`), "Whether a lost connection is made again."),
  });

const reconnect = (name: string) =>
  struct(
    `${name}Reconnect`,
    "Whether a lost connection is made again.",
    {
      enabled: yesNoText("@enabled", "Whether QEMU connects again; for sockets of mode connect."),
      timeout: int("@timeout", "Seconds between attempts."),
    },
    ["enabled"],
  );

// Two elements of one name: libvirt tells what is received from what is sent by their mode.
const udp = (name: string) =>
  struct(
    `${name}Udp`,
    "UDP packets.",
    {
      bindHost: text("source[mode=bind]/@host", "Address that packets are received at. Default: any."),
      bindService: text("source[mode=bind]/@service", "Port that packets are received at. Default: any."),
      connectHost: text("source[mode=connect]/@host", "Address that packets are sent to."),
      connectService: text("source[mode=connect]/@service", "Port that packets are sent to."),
    },
    ["connectHost", "connectService"],
  );

const dev = (name: string) =>
  struct(
    `${name}Dev`,
    "A character device.",
    { path: text("@path", "Path on the host, such as /dev/ttyS0."), secLabels: secLabels(`${name}Dev`) },
    ["path"],
  );

const pipe = (name: string) =>
  struct(
    `${name}Pipe`,
    "A named pipe.",
    {
      path: text("@path", "Path on the host; QEMU opens PATH.in and PATH.out where these exist."),
      secLabels: secLabels(`${name}Pipe`),
    },
    ["path"],
  );

const nmdm = (name: string) =>
  struct(
    `${name}Nmdm`,
    "A null modem.",
    {
      master: text("@master", "Path of the guest's end, such as /dev/nmdm0A."),
      slave: text("@slave", "Path of the host's end, such as /dev/nmdm0B."),
    },
    ["master", "slave"],
  );

const dbus = (name: string) =>
  struct(`${name}Dbus`, "D-Bus.", {
    channel: text(
      "@channel",
      "Name that clients find it by, such as org.qemu.console.serial.0; libvirt wants one.",
    ),
  });

const spicePort = (name: string) =>
  struct(
    `${name}SpicePort`,
    "A SPICE port.",
    { channel: text("@channel", "Name of the port, such as org.qemu.console.serial.0.") },
    ["channel"],
  );

const qemuVdAgent = (name: string) =>
  struct(`${name}QemuVdAgent`, "QEMU's SPICE agent.", {
    clipBoard: nest(
      "clipboard",
      () =>
        struct(
          `${name}QemuVdAgentClipBoard`,
          "Clipboard.",
          { copyPaste: yesNoText("@copypaste", "Whether host and guest share the clipboard.") },
          ["copyPaste"],
        ),
      "Clipboard. Default: not shared.",
    ),
    mouse: nest(
      "mouse",
      () =>
        struct(
          `${name}QemuVdAgentMouse`,
          "Mouse.",
          { mode: choice("@mode", "Where its movements are worked out.", ["server", "client"]) },
          ["mode"],
        ),
      "Mouse.",
    ),
  });
