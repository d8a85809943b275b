import { describe, expect, it } from "vitest";
import { graphics } from "../../libvirt/schema/graphics.ts";
import { video } from "../../libvirt/schema/video.ts";
import { serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";
import { driftAtLibvirt, whyTooOld } from "./testDriver.ts";
import { HAS_VIRSH, VIRSH_REASON } from "./testDriverXml.ts";

interface Case {
  readonly inputs: Record<string, unknown>;
  /** The device by libvirt's documentation (formatdomain). */
  readonly xml: string;
  /** What the test driver has not that QEMU's has; libvirt's schema has been checked by then. */
  readonly mayLack?: RegExp;
  /** The libvirt that brought it; an older one is not asked. */
  readonly since?: string;
}

const SCREENS: Readonly<Record<string, Case>> = {
  "VNC with a password": {
    inputs: {
      vnc: {
        port: 5904,
        autoPort: false,
        webSocket: 5700,
        sharePolicy: "allow-exclusive",
        powerControl: "yes",
        keymap: "de",
        passwd: "s3cret",
        passwdValidTo: "2030-04-09T15:51:00",
        connected: "keep",
        listeners: [{ address: { address: "192.0.2.7" } }],
      },
      audio: { id: 1 },
    },
    mayLack: /no audio device with ID 1/,
    xml: `<graphics type="vnc" port="5904" autoport="no" websocket="5700" keymap="de" passwd="s3cret" passwdValidTo="2030-04-09T15:51:00" connected="keep" sharePolicy="allow-exclusive" powerControl="yes">
  <listen type="address" address="192.0.2.7"/>
  <audio id="1"/>
</graphics>
`,
  },
  "VNC without more": {
    inputs: { vnc: { port: -1, autoPort: true, powerControl: "no" } },
    xml: `<graphics type="vnc" port="-1" autoport="yes" powerControl="no"/>
`,
  },
  "VNC on a socket": {
    inputs: { vnc: { socket: "/run/vnc.sock" } },
    xml: `<graphics type="vnc" socket="/run/vnc.sock"/>
`,
  },
  "VNC on a socket by a listener": {
    inputs: { vnc: { listeners: [{ socket: { socket: "/run/vnc.sock" } }] } },
    xml: `<graphics type="vnc">
  <listen type="socket" socket="/run/vnc.sock"/>
</graphics>
`,
  },
  "SPICE with all its settings": {
    inputs: {
      spice: {
        port: -1,
        tlsPort: -1,
        autoPort: true,
        keymap: "en-us",
        passwd: "s3cret",
        passwdValidTo: "2030-04-09T15:51:00",
        connected: "disconnect",
        defaultMode: "secure",
        listeners: [{ network: { network: "rednet" } }],
        channels: [
          { name: "main", mode: "secure" },
          { name: "record", mode: "insecure" },
        ],
        image: { compression: "auto_glz" },
        jpeg: { compression: "auto" },
        zlib: { compression: "never" },
        playback: { compression: "off" },
        streaming: { mode: "filter" },
        mouse: { mode: "client" },
        clipBoard: { copyPaste: "no" },
        fileTransfer: { enable: "no" },
        gl: { enable: "yes", renderNode: "/dev/dri/by-path/pci-0000:00:02.0-render" },
      },
    },
    xml: `<graphics type="spice" port="-1" tlsPort="-1" autoport="yes" keymap="en-us" passwd="s3cret" passwdValidTo="2030-04-09T15:51:00" connected="disconnect" defaultMode="secure">
  <listen type="network" network="rednet"/>
  <channel name="main" mode="secure"/>
  <channel name="record" mode="insecure"/>
  <image compression="auto_glz"/>
  <jpeg compression="auto"/>
  <zlib compression="never"/>
  <playback compression="off"/>
  <streaming mode="filter"/>
  <mouse mode="client"/>
  <clipboard copypaste="no"/>
  <filetransfer enable="no"/>
  <gl enable="yes" rendernode="/dev/dri/by-path/pci-0000:00:02.0-render"/>
</graphics>
`,
  },
  "SPICE that listens nowhere": {
    inputs: { spice: { listeners: [{}] } },
    xml: `<graphics type="spice">
  <listen type="none"/>
</graphics>
`,
  },
  RDP: {
    inputs: { rdp: { autoPort: true, multiUser: "yes", replaceUser: "no", listen: "192.0.2.7" } },
    xml: `<graphics type="rdp" autoport="yes" replaceUser="no" multiUser="yes" listen="192.0.2.7"/>
`,
  },
  "RDP with a log-in": {
    since: "11.1",
    inputs: { rdp: { port: 3389, username: "ada", passwd: "s3cret" } },
    xml: `<graphics type="rdp" port="3389" username="ada" passwd="s3cret"/>
`,
  },
  "a window": {
    inputs: {
      sdl: { display: ":0.0", xauth: "/root/.Xauthority", fullScreen: "yes", gl: { enable: "yes" } },
    },
    xml: `<graphics type="sdl" display=":0.0" xauth="/root/.Xauthority" fullscreen="yes">
  <gl enable="yes"/>
</graphics>
`,
  },
  "D-Bus with OpenGL": {
    inputs: {
      dbus: { p2p: "yes", gl: { enable: "yes", renderNode: "/dev/dri/renderD128" } },
      audio: { id: 1 },
    },
    xml: `<graphics type="dbus" p2p="yes">
  <gl enable="yes" rendernode="/dev/dri/renderD128"/>
  <audio id="1"/>
</graphics>
`,
  },
  "D-Bus on a bus": {
    inputs: { dbus: { address: "unix:path=/run/bus.sock" } },
    xml: `<graphics type="dbus" address="unix:path=/run/bus.sock"/>
`,
  },
  "D-Bus with a bus after all": {
    inputs: { dbus: { p2p: "no" } },
    xml: `<graphics type="dbus" p2p="no"/>
`,
  },
  "VirtualBox's window": {
    inputs: { desktop: { display: ":0.0", fullScreen: "yes" } },
    xml: `<graphics type="desktop" display=":0.0" fullscreen="yes"/>
`,
  },
  "a window of its own size": {
    inputs: { desktop: { fullScreen: "no" } },
    xml: `<graphics type="desktop" fullscreen="no"/>
`,
  },
  "OpenGL without a screen": {
    inputs: { eglHeadless: { gl: { renderNode: "/dev/dri/renderD128" } } },
    xml: `<graphics type="egl-headless">
  <gl rendernode="/dev/dri/renderD128"/>
</graphics>
`,
  },
};

const CARDS: Readonly<Record<string, Case>> = {
  "virtio with acceleration": {
    inputs: {
      model: {
        type: "virtio",
        heads: 1,
        primary: "yes",
        accel: { accel2d: "no", accel3d: "yes" },
        resolution: { x: 1280, y: 720 },
      },
      driver: { name: "qemu", iommu: "on", ats: "on", packed: "on", pagePerVq: "on" },
      alias: { name: "ua-card" },
      acpi: { index: 2 },
    },
    xml: `<video>
  <model type="virtio" heads="1" primary="yes">
    <acceleration accel2d="no" accel3d="yes"/>
    <resolution x="1280" y="720"/>
  </model>
  <driver name="qemu" iommu="on" ats="on" packed="on" page_per_vq="on"/>
  <acpi index="2"/>
  <alias name="ua-card"/>
</video>
`,
  },
  "a card in a process of its own": {
    inputs: {
      model: { type: "virtio", accel: { renderNode: "/dev/dri/renderD128" } },
      driver: { name: "vhostuser" },
    },
    xml: `<video>
  <model type="virtio">
    <acceleration rendernode="/dev/dri/renderD128"/>
  </model>
  <driver name="vhostuser"/>
</video>
`,
  },
  "qxl with its memory": {
    inputs: { model: { type: "qxl", ram: 65536, vram: 65536, vram64: 131072, vgaMem: 16384 } },
    xml: `<video>
  <model type="qxl" ram="65536" vram="65536" vram64="131072" vgamem="16384"/>
</video>
`,
  },
  "a card of bhyve": {
    inputs: { model: { type: "gop" }, driver: { vgaConf: "on" } },
    xml: `<video>
  <model type="gop"/>
  <driver vgaconf="on"/>
</video>
`,
  },
  blobs: {
    since: "9.2",
    inputs: { model: { type: "virtio", blob: "on" } },
    xml: `<video>
  <model type="virtio" blob="on"/>
</video>
`,
  },
  EDID: {
    since: "11.3",
    inputs: { model: { type: "virtio", edid: "off" } },
    xml: `<video>
  <model type="virtio" edid="off"/>
</video>
`,
  },
};

describe("the XML of a screen", () => {
  for (const [title, { inputs, xml }] of Object.entries(SCREENS)) {
    it(`is libvirt's for ${title}`, () => {
      expect(serialise(build("graphics", graphics, inputs))).toBe(xml);
    });
  }
});

describe("the XML of a video card", () => {
  for (const [title, { inputs, xml }] of Object.entries(CARDS)) {
    it(`is libvirt's for ${title}`, () => {
      expect(serialise(build("video", video, inputs))).toBe(xml);
    });
  }
});

describe.skipIf(!HAS_VIRSH)(`screens and cards at libvirt${VIRSH_REASON}`, () => {
  for (const [property, cases] of [
    ["graphics", SCREENS],
    ["videos", CARDS],
  ] as const) {
    for (const [title, { inputs, since, mayLack }] of Object.entries(cases)) {
      const why = whyTooOld(since);
      it.skipIf(why !== "")(`come back as declared: ${title}${why}`, () => {
        expect(driftAtLibvirt({ [property]: [inputs] }, mayLack)).toEqual([]);
      });
    }
  }
});
