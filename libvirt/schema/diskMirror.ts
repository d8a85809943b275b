/** Images below a disk's own, and copies that are being made of it. */
import { imageFormat, sourceIndex } from "./diskFormat.ts";
import { imageSource, toldSource } from "./diskSource.ts";
import { choice, nest, struct } from "./field.ts";

/** Property `backingStore`; `prefix` is the name of the object type that has it. */
export const backingStore = (prefix: string, source: typeof imageSource | typeof toldSource = imageSource) =>
  nest(
    "backingStore",
    () =>
      struct(
        `${prefix}BackingStore`,
        "The image that holds what the disk's own does not; an empty one says that there is none.",
        {
          index: sourceIndex("@index"),
          format: imageFormat(`${prefix}BackingStore`),
          source: source(`${prefix}BackingStore`),
        },
      ),
    "The image that holds what the disk's own does not. Default: libvirt finds it out from the image itself.",
  );

/** Property `mirror`; `prefix` is the name of the object type that has it. */
export const mirror = (prefix: string) =>
  nest(
    "mirror",
    () =>
      struct(`${prefix}Mirror`, "A copy that is being made of the disk.", {
        job: choice("@job", "What makes the copy.", ["copy", "active-commit"]),
        ready: choice("@ready", "How far it is.", ["yes", "abort", "pivot"]),
        format: imageFormat(`${prefix}Mirror`),
        source: imageSource(`${prefix}Mirror`),
        backingStore: backingStore(`${prefix}Mirror`, toldSource),
      }),
    "A copy that is being made of the disk by a block job. The host tells of it; in a definition it starts no job and is not kept.",
    { unkept: true },
  );
