/** Screens and video cards of a domain. */
import { choice, int, list, nest, struct, text, yesNo, yesNoText } from "./field.ts";

function listeners(prefix: string) {
  return list(
    "listen",
    struct(`${prefix}Listener`, "Where it listens.", {
      address: nest(
        ".",
        struct(`${prefix}ListenerAddress`, "An address.", {
          address: text("@address", "Address of the host."),
        }),
        "An address of the host.",
        { when: { type: "address" } },
      ),
      socket: nest(
        ".",
        struct(`${prefix}ListenerSocket`, "A UNIX socket.", { socket: text("@socket", "Path on the host.") }),
        "A UNIX socket of the host.",
        { when: { type: "socket" } },
      ),
    }),
    "Where it listens.",
  );
}

export const graphics = struct("DomainDevicesGraphic", "A screen; exactly one kind.", {
  vnc: nest(
    ".",
    struct("DomainDevicesGraphicVnc", "VNC.", {
      port: int("@port", "Port; -1: any.", { min: -1, max: 65535 }),
      autoPort: yesNo("@autoport", "Whether the host chooses the port."),
      webSocket: int("@websocket", "Port of the web socket; -1: any.", { min: -1, max: 65535 }),
      listen: text("@listen", "Address of the host. Default: the loopback address."),
      keymap: text("@keymap", "Keyboard."),
      passwd: text("@passwd", "Password; a secret.", { secret: true }),
      sharePolicy: choice("@sharePolicy", "Whether several may watch.", [
        "allow-exclusive",
        "force-shared",
        "ignore",
      ]),
      listeners: listeners("DomainDevicesGraphicVnc"),
    }),
    "VNC.",
    { when: { type: "vnc" } },
  ),
  spice: nest(
    ".",
    struct("DomainDevicesGraphicSpice", "SPICE.", {
      port: int("@port", "Port; -1: any.", { min: -1, max: 65535 }),
      tlsPort: int("@tlsPort", "Port with TLS; -1: any.", { min: -1, max: 65535 }),
      autoPort: yesNo("@autoport", "Whether the host chooses the ports."),
      listen: text("@listen", "Address of the host. Default: the loopback address."),
      passwd: text("@passwd", "Password; a secret.", { secret: true }),
      listeners: listeners("DomainDevicesGraphicSpice"),
    }),
    "SPICE.",
    { when: { type: "spice" } },
  ),
});

export const video = struct("DomainDevicesVideo", "A video card.", {
  model: nest(
    "model",
    struct("DomainDevicesVideoModel", "Model.", {
      type: text("@type", "Model: virtio, qxl, vga, none."),
      heads: int("@heads", "Screens.", { min: 1 }),
      primary: yesNoText("@primary", "Whether it is the first card."),
      ram: int("@ram", "Primary memory, in KiB."),
      vram: int("@vram", "Secondary memory, in KiB."),
      vgaMem: int("@vgamem", "Memory of the frame buffer, in KiB."),
    }),
    "Model.",
  ),
});
