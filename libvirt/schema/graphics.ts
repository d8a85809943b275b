/** Screens of a domain. */
import { choice, int, list, nest, pattern, struct, text, yesNo, yesNoText } from "./field.ts";
import { openGl, spiceSettings } from "./spice.ts";

const PREFIX = "DomainDevicesGraphic";
const port = (xml: string, doc: string) => int(xml, doc, { min: -1, max: 65535 }, { implied: -1 });
/** A yes or no of which libvirt writes down the yes only. */
const yesOrImplied = (xml: string, doc: string) => choice(xml, doc, ["yes", "no"], { implied: "no" });

function listeners(prefix: string) {
  return list(
    "listen",
    () =>
      struct(
        `${prefix}Listener`,
        "Where it listens; without any of these, nowhere.",
        {
          address: nest(
            ".",
            struct(`${prefix}ListenerAddress`, "An address.", {
              address: text("@address", "Address of the host."),
            }),
            "An address of the host.",
            { when: { type: "address" } },
          ),
          network: nest(
            ".",
            struct(`${prefix}ListenerNetwork`, "The host's address in a libvirt network.", {
              network: text("@network", "Name of the network."),
              address: text("@address", "The address; libvirt sets it while the VM runs."),
            }),
            "The host's address in a libvirt network.",
            { when: { type: "network" } },
          ),
          socket: nest(
            ".",
            struct(`${prefix}ListenerSocket`, "A UNIX socket.", {
              socket: text("@socket", "Path on the host. Default: libvirt's choice."),
            }),
            "A UNIX socket of the host.",
            { when: { type: "socket" } },
          ),
        },
        [],
        { type: "none" },
      ),
    "Where it listens.",
  );
}

const listen = () => text("@listen", "Address of the host. Default: the loopback address.");
const passwd = () => text("@passwd", "Password; a secret.", { secret: true });
const keymap = () => text("@keymap", "Keyboard, such as `de`. Default: the client's.");
const display = () => text("@display", "X display of the host, such as `:0.0`.");
const fullScreen = () => yesOrImplied("@fullscreen", "Whether the window fills the screen. Default: no.");

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
const passwdValidTo = () =>
  pattern(
    "@passwdValidTo",
    "When the password expires, in UTC. Default: never.",
    DATE,
    'a time in UTC without a zone, such as "2027-01-31T12:00:00"',
  );

const vnc = () =>
  struct(`${PREFIX}Vnc`, "VNC.", {
    port: port("@port", "Port; -1: any."),
    autoPort: yesNo("@autoport", "Whether the host chooses the port."),
    webSocket: port("@websocket", "Port of the web socket; -1: any."),
    listen: listen(),
    socket: text("@socket", "Path of a UNIX socket on the host, in place of a port."),
    keymap: keymap(),
    passwd: passwd(),
    passwdValidTo: passwdValidTo(),
    connected: choice("@connected", "What a new password does to those who watch; QEMU only keeps them.", [
      "keep",
    ]),
    sharePolicy: choice("@sharePolicy", "Whether several may watch.", [
      "allow-exclusive",
      "force-shared",
      "ignore",
    ]),
    powerControl: yesNoText("@powerControl", "Whether clients may shut down and reset the VM. Default: no."),
    listeners: listeners(`${PREFIX}Vnc`),
  });

const spice = () =>
  struct(`${PREFIX}Spice`, "SPICE.", {
    port: port("@port", "Port; -1: any."),
    tlsPort: port("@tlsPort", "Port with TLS; -1: any."),
    autoPort: yesNo(
      "@autoport",
      "Whether the host chooses the ports. Without this and a port it listens nowhere.",
    ),
    listen: listen(),
    keymap: keymap(),
    passwd: passwd(),
    passwdValidTo: passwdValidTo(),
    connected: choice("@connected", "What a new password does to those who watch.", [
      "fail",
      "disconnect",
      "keep",
    ]),
    listeners: listeners(`${PREFIX}Spice`),
    ...spiceSettings(),
  });

const rdp = () =>
  struct(`${PREFIX}Rdp`, "RDP.", {
    port: port("@port", "Port; -1: any."),
    autoPort: yesNo("@autoport", "Whether the host chooses the port.", { implied: false }),
    replaceUser: yesOrImplied("@replaceUser", "Whether who comes replaces who is there."),
    multiUser: yesOrImplied("@multiUser", "Whether several may watch."),
    username: text("@username", "User that clients log in as."),
    passwd: passwd(),
    listen: listen(),
    listeners: listeners(`${PREFIX}Rdp`),
  });

const sdl = () =>
  struct(`${PREFIX}Sdl`, "A window on the host.", {
    display: display(),
    xauth: text("@xauth", "Path of the X authority file on the host."),
    fullScreen: fullScreen(),
    gl: nest(
      "gl",
      () =>
        struct(`${PREFIX}SdlGl`, "OpenGL.", {
          enable: yesNoText("@enable", "Whether the host renders with OpenGL. Default: no."),
        }),
      "OpenGL on the host.",
    ),
  });

const dbus = () =>
  struct(`${PREFIX}Dbus`, "D-Bus, for a program of the host that shows the screen.", {
    address: text("@address", "Address of the bus. Default: one of libvirt's own."),
    p2p: yesOrImplied(
      "@p2p",
      "Whether clients connect without a bus; not together with `address`. Default: no.",
    ),
    gl: openGl(`${PREFIX}DbusGl`),
  });

const desktop = () =>
  struct(`${PREFIX}Desktop`, "A window of VirtualBox on the host.", {
    display: display(),
    fullScreen: fullScreen(),
  });

const eglHeadless = () =>
  struct(`${PREFIX}EglHeadless`, "OpenGL for another screen, without one of its own.", {
    gl: nest(
      "gl",
      () =>
        struct(`${PREFIX}EglHeadlessGl`, "OpenGL.", {
          renderNode: text("@rendernode", "Path of the host's DRI device. Default: libvirt's choice."),
        }),
      "OpenGL on the host.",
    ),
  });

const kind = (type: string) => ({ when: { type } });

export const graphics = struct(PREFIX, "A screen; exactly one kind.", {
  vnc: nest(".", vnc, "VNC.", kind("vnc")),
  spice: nest(".", spice, "SPICE.", kind("spice")),
  rdp: nest(".", rdp, "RDP (VirtualBox, and QEMU from libvirt 11.1).", kind("rdp")),
  sdl: nest(".", sdl, "A window on the host.", kind("sdl")),
  dbus: nest(".", dbus, "D-Bus, for a program of the host that shows the screen.", kind("dbus")),
  desktop: nest(".", desktop, "A window of VirtualBox on the host.", kind("desktop")),
  eglHeadless: nest(
    ".",
    eglHeadless,
    "OpenGL for another screen, without one of its own.",
    kind("egl-headless"),
  ),
  audio: nest(
    "audio",
    () =>
      struct("DomainDevicesGraphicAudio", "Sound of the screen.", {
        id: int("@id", "Id of the audio backend that plays it; for VNC and D-Bus.", { min: 1, max: 255 }),
      }),
    "Sound of the screen.",
  ),
});
