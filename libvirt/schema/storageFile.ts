/** What pools, volumes and base images have in common: units of outputs, owner, times, encryption. */
import { int, nest, pattern, struct, text, unit } from "./field.ts";

/** The unit of an output; the property is no part of the XML. */
export const outputUnit = (output: string) =>
  unit("", `Unit of the output \`${output}\`, which is rounded down. Default: B.`);

const MODE = /^0?[0-7]{3,4}$/;

/** Property `permissions`; `name` is the name of its object type. */
export const permissions = (name: string, doc: string) =>
  nest(
    "permissions",
    () =>
      struct(name, doc, {
        owner: pattern("owner", "Numeric user id.", /^-?\d+$/, "a numeric user id"),
        group: pattern("group", "Numeric group id.", /^-?\d+$/, "a numeric group id"),
        mode: pattern("mode", "Octal mode.", MODE, 'octal, such as "0711"'),
        label: text("label", "SELinux label."),
      }),
    doc,
  );

const TIMES_DOC =
  "Accepted so that programs for other providers run; the host's file system keeps the times by itself.";

/** Property `timestamps`, which libvirt shows and never sets. */
export const timestamps = (name: string) =>
  nest(
    "",
    () =>
      struct(
        name,
        TIMES_DOC,
        {
          atime: text("", "Last access, in seconds since the epoch."),
          mtime: text("", "Last change of content, in seconds since the epoch."),
          ctime: text("", "Last change of owner or rights, in seconds since the epoch."),
        },
        ["atime", "mtime", "ctime"],
      ),
    TIMES_DOC,
  );

/** Object type of an encryption; `place` gives its properties a place below the element, or none in the XML. */
export const encryption = (name: string, doc: string, place: (xml: string) => string = (xml) => xml) =>
  struct(
    name,
    doc,
    {
      format: text(place("@format"), "Format, such as luks."),
      secret: nest(
        place("secret"),
        () =>
          struct(
            `${name}Secret`,
            "libvirt's secret that holds the passphrase.",
            {
              type: text(place("@type"), "Kind of secret: passphrase."),
              uuid: text(place("@uuid"), "UUID of the secret on the host."),
            },
            ["type", "uuid"],
          ),
        "libvirt's secret that holds the passphrase.",
      ),
      cipher: nest(
        place("cipher"),
        () =>
          struct(
            `${name}Cipher`,
            "Cipher of a new volume.",
            {
              name: text(place("@name"), "Name, such as aes."),
              size: int(place("@size"), "Length of the key, in bits."),
              mode: text(place("@mode"), "Mode, such as xts."),
              hash: text(place("@hash"), "Hash for the key, such as sha256."),
            },
            ["name", "size", "mode", "hash"],
          ),
        "Cipher of a new volume. Default: QEMU's choice.",
      ),
      ivgen: nest(
        place("ivgen"),
        () =>
          struct(
            `${name}Ivgen`,
            "Initial vectors of a new volume.",
            {
              name: text(place("@name"), "How they are made, such as plain64."),
              hash: text(place("@hash"), "Hash for them, such as sha256."),
            },
            ["name", "hash"],
          ),
        "How initial vectors of a new volume are made; libvirt wants it beside `cipher`.",
      ),
    },
    ["format"],
  );
