/** Settings of a SPICE screen beside its ports. */
import { choice, list, nest, struct, text, yesNoText } from "./field.ts";

const PREFIX = "DomainDevicesGraphicSpice";
const MODES = ["any", "secure", "insecure"] as const;

/** An element that holds one setting. */
const compression = (
  element: string,
  type: string,
  doc: string,
  values: readonly [string, ...string[]] = ["auto", "never", "always"],
) =>
  nest(
    element,
    () =>
      struct(`${PREFIX}${type}`, doc, { compression: choice("@compression", doc, values) }, ["compression"]),
    doc,
  );

const mode = (element: string, type: string, doc: string, values: readonly [string, ...string[]]) =>
  nest(element, () => struct(`${PREFIX}${type}`, doc, { mode: choice("@mode", doc, values) }, ["mode"]), doc);

export const spiceSettings = () => ({
  defaultMode: choice("@defaultMode", "Encryption of channels that are not listed. Default: any.", MODES, {
    implied: "any",
  }),
  channels: list(
    "channel",
    () =>
      struct(
        `${PREFIX}Channel`,
        "A channel.",
        {
          name: choice("@name", "Name.", [
            "main",
            "display",
            "inputs",
            "cursor",
            "playback",
            "record",
            "smartcard",
            "usbredir",
          ]),
          mode: choice("@mode", "Encryption: as the client likes, with TLS, without.", MODES),
        },
        ["name", "mode"],
      ),
    "Encryption by channel.",
    { key: "name" },
  ),
  image: compression("image", "Image", "Compression of images.", [
    "auto_glz",
    "auto_lz",
    "quic",
    "glz",
    "lz",
    "off",
  ]),
  jpeg: compression("jpeg", "Jpeg", "JPEG compression over slow links."),
  zlib: compression("zlib", "Zlib", "Compression of what glz leaves, over slow links."),
  playback: compression("playback", "Playback", "Compression of sound.", ["on", "off"]),
  streaming: mode("streaming", "Streaming", "What is streamed as video.", ["filter", "all", "off"]),
  mouse: mode("mouse", "Mouse", "Who moves the pointer. Default: the client, where it can.", [
    "server",
    "client",
  ]),
  clipBoard: nest(
    "clipboard",
    () =>
      struct(
        `${PREFIX}ClipBoard`,
        "Clipboard.",
        { copyPaste: yesNoText("@copypaste", "Whether it is shared. Default: yes.") },
        ["copyPaste"],
      ),
    "Clipboard.",
  ),
  fileTransfer: nest(
    "filetransfer",
    () =>
      struct(
        `${PREFIX}FileTransfer`,
        "File transfer.",
        { enable: yesNoText("@enable", "Whether clients may send files. Default: yes.") },
        ["enable"],
      ),
    "File transfer from client to guest.",
  ),
  gl: openGl(`${PREFIX}Gl`),
});

/** Property `gl` of a screen that renders on a device of the host; `name` is that of its object type. */
export function openGl(name: string) {
  return nest(
    "gl",
    () =>
      struct(name, "OpenGL.", {
        enable: yesNoText("@enable", "Whether the host renders with OpenGL. Default: no."),
        renderNode: text("@rendernode", "Path of the host's DRI device, such as /dev/dri/renderD128."),
      }),
    "OpenGL on the host.",
  );
}
