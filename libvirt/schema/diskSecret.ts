/** What opens a disk's data: user names and passphrases, which libvirt keeps as secrets of the host. */
import { choice, list, nest, struct, text } from "./field.ts";

/** Which secret of the host: by its UUID or by what it is for. */
const reference = (type: ReturnType<typeof text> | ReturnType<typeof choice>) => ({
  type,
  usage: text("@usage", "The secret whose `usage` this is; either this or `uuid`."),
  uuid: text("@uuid", "UUID of the secret; either this or `usage`."),
});

/** Property `auth` of a disk or network source; `prefix` is the name of its object type. */
export const auth = (prefix: string) =>
  nest(
    "auth",
    () =>
      struct(`${prefix}Auth`, "The user that a storage server knows.", {
        username: text("@username", "Name of the user."),
        secret: nest(
          "secret",
          () =>
            struct(
              `${prefix}AuthSecret`,
              "A secret of the host; the passphrase itself is never part of a definition.",
              reference(text("@type", "Kind of the secret: `ceph`, `iscsi`.")),
            ),
          "The secret of the host that holds the user's key.",
        ),
      }),
    "The user that a storage server knows.",
  );

/** Property `encryption`; `prefix` is the name of its object type, `xml` its place. */
export const encryption = (prefix: string, xml = "encryption") =>
  nest(
    xml,
    () =>
      struct(`${prefix}Encryption`, "Encryption of the image.", {
        format: choice("@format", "Format.", ["default", "qcow", "luks", "luks2", "luks-any"]),
        engine: choice("@engine", "What decrypts. Default: qemu.", ["qemu", "librbd"]),
        secrets: list(
          "secret",
          () =>
            struct(
              `${prefix}EncryptionSecret`,
              "A secret of the host; the passphrase itself is never part of a definition.",
              reference(choice("@type", "Kind of the secret.", ["passphrase"])),
            ),
          "Secrets of the host that hold the passphrase; librbd takes one per layer.",
        ),
      }),
    "Encryption of the image.",
  );
