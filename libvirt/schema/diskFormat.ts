/** Formats of a disk's image, and QEMU's cache of their tables. */
import { int, nest, size, struct, text, unit } from "./field.ts";

/** A cache of an image's tables; `name` is the name of its object type. */
export const metadataCache = (name: string) =>
  nest(
    "metadata_cache",
    () =>
      struct(name, "Cache of a qcow2 image's tables.", {
        maxSize: nest(
          "max_size",
          () =>
            struct(
              `${name}MaxSize`,
              "A size.",
              {
                value: size("text()", "Number of units.", "unit", "B"),
                unit: unit("@unit", "Unit of `value`. Default: B."),
              },
              ["value"],
            ),
          "Most memory that it may use on the host. Default: QEMU's choice.",
        ),
      }),
    "Cache of a qcow2 image's tables: random access to large images is faster with a larger one.",
  );

/** Property `format` of an image; `prefix` is the name of its object type. */
export const imageFormat = (prefix: string) =>
  nest(
    "format",
    () =>
      struct(
        `${prefix}Format`,
        "How the image is stored.",
        {
          type: text("@type", "Format, such as `raw`, `qcow2`."),
          metadataCache: metadataCache(`${prefix}FormatMetadataCache`),
        },
        ["type"],
      ),
    "How the image is stored.",
  );

/** Number of a source inside a running domain. */
export const sourceIndex = (xml: string) =>
  int(
    xml,
    "Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start.",
    { min: 1 },
    { unkept: true },
  );
