/** Place of a device in the boot order, and its option ROM. */
import { int, nest, onOff, pattern, struct, text, yesNoText } from "./field.ts";

/** Property `boot` of a device; `prefix` is the name of its object type. */
export const boot = (prefix: string) =>
  nest(
    "boot",
    () =>
      struct(
        `${prefix}Boot`,
        "Boot order.",
        {
          order: int("@order", "From 1; lower ones are tried first.", { min: 1 }),
          loadParm: pattern(
            "@loadparm",
            "What the firmware of an s390 guest boots, as LOADPARM.",
            /^[a-zA-Z0-9. ]{1,8}$/,
            "1 to 8 letters, digits, dots or blanks",
            { compare: "caseless" },
          ),
        },
        ["order"],
      ),
    "Place in the boot order; not together with `os.bootDevices`.",
  );

/** Property `rom` of a PCI device; `prefix` is the name of its object type. */
export const rom = (prefix: string) =>
  nest(
    "rom",
    () =>
      struct(`${prefix}Rom`, "Option ROM.", {
        bar: onOff("@bar", "Whether the guest sees it. Default: the machine type's choice, mostly on."),
        enabled: yesNoText("@enabled", "Whether there is one at all. Default: yes."),
        file: text("@file", "Path of another ROM on the host. Default: the device's own."),
      }),
    "Option ROM.",
  );
