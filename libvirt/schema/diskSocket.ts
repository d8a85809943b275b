/** Sockets of the host that a disk talks through, all on one `source` element. */
import { choice, flag, int, nest, onOff, type Shape, struct, text, yesNoText } from "./field.ts";
import { secLabels } from "./secLabel.ts";

const variant = (
  name: string,
  type: string,
  doc: string,
  shape: () => Shape,
  required: readonly string[] = [],
) => nest(".", () => struct(name, doc, shape(), required), doc, { when: { type } });

const nothing = (type: string, doc: string) => flag("", doc, { when: { type } });

const labelled = (name: string) => ({
  path: text("@path", "Path on the host."),
  secLabels: secLabels(name),
});

const reconnect = (prefix: string) =>
  nest(
    "reconnect",
    () =>
      struct(
        `${prefix}Reconnect`,
        "Attempts to connect again.",
        {
          enabled: yesNoText("@enabled", "Whether a broken connection is made anew."),
          timeout: int("@timeout", "Seconds between attempts."),
        },
        ["enabled"],
      ),
    "What happens when the connection breaks.",
  );

const tcp = (name: string) => ({
  mode: choice("@mode", "Who connects.", ["bind", "connect"]),
  host: text("@host", "Address."),
  service: text("@service", "Port."),
  tls: yesNoText("@tls", "Whether the connection is encrypted."),
  reconnect: reconnect(name),
});

const unix = (name: string) => ({
  mode: choice("@mode", "Who connects: the host's program serves and QEMU is its client, or the reverse.", [
    "server",
    "client",
  ]),
  path: text("@path", "Path of the socket on the host."),
  reconnect: reconnect(name),
  secLabels: secLabels(name),
});

const agent = (name: string) => ({
  clipBoard: nest(
    "clipboard",
    () =>
      struct(
        `${name}ClipBoard`,
        "The clipboard.",
        { copyPaste: yesNoText("@copypaste", "Whether it is shared.") },
        ["copyPaste"],
      ),
    "The clipboard.",
  ),
  mouse: nest(
    "mouse",
    () =>
      struct(`${name}Mouse`, "The mouse.", { mode: choice("@mode", "Whose.", ["server", "client"]) }, [
        "mode",
      ]),
    "The mouse.",
  ),
});

const ONE_OF = "The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others.";

/** What every character source has, a disk's as well. */
const common = (name: string) => ({
  unix: variant(`${name}Unix`, "unix", "A UNIX socket of the host.", () => unix(`${name}Unix`)),
  null: nothing("null", "Nowhere."),
  vc: nothing("vc", "A virtual console of QEMU."),
  stdIo: nothing("stdio", "QEMU's standard input and output."),
  spiceVmc: nothing("spicevmc", "SPICE."),
});

/** The host's end of what libvirt lets a disk talk through; `name` is the name of the object type. */
export const socketSource = (name: string) => struct(name, ONE_OF, common(name));

/**
 * The same with the kinds that only other devices can have. There is no `udp`: that takes two elements, and a disk
 * has one.
 */
export const helperSocket = (name: string) =>
  struct(name, ONE_OF, {
    ...common(name),
    tcp: variant(`${name}Tcp`, "tcp", "A TCP socket.", () => tcp(`${name}Tcp`)),
    pty: variant(`${name}Pty`, "pty", "A pseudo terminal.", () => labelled(`${name}Pty`), ["path"]),
    dev: variant(`${name}Dev`, "dev", "A device of the host.", () => labelled(`${name}Dev`), ["path"]),
    pipe: variant(`${name}Pipe`, "pipe", "A named pipe of the host.", () => labelled(`${name}Pipe`), [
      "path",
    ]),
    file: variant(
      `${name}File`,
      "file",
      "A file of the host.",
      () => ({ ...labelled(`${name}File`), append: onOff("@append", "Keep what is there.") }),
      ["path"],
    ),
    nmdm: variant(
      `${name}Nmdm`,
      "nmdm",
      "A pair of nmdm devices (FreeBSD).",
      () => ({
        master: text("@master", "Path of the guest's side."),
        slave: text("@slave", "Path of the host's side."),
      }),
      ["master", "slave"],
    ),
    spicePort: variant(
      `${name}SpicePort`,
      "spiceport",
      "A port of SPICE.",
      () => ({ channel: text("@channel", "Its name.") }),
      ["channel"],
    ),
    dbus: variant(`${name}Dbus`, "dbus", "D-Bus.", () => ({
      channel: text("@channel", "Name of the channel."),
    })),
    qemuVdAgent: variant(`${name}QemuVdAgent`, "qemu-vdagent", "QEMU's own SPICE agent.", () =>
      agent(`${name}QemuVdAgent`),
    ),
  });
