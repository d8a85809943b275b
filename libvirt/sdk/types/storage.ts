// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.

/** A text that is put into userData when the image is made. */
export interface CloudinitDiskText {
  /** What stands for it in userData: 8 to 64 letters, digits, dots, dashes or underscores, and nothing else there. The image has the text in its place, in base64 (`encoding: b64` of write_files). */
  readonly marker: string;
  /** The text. */
  readonly content: string;
  /** Whether something else keeps the text up to date in a guest that runs, as a GuestFile does. A change of the text is then noted for the next image, and is no change of the seed. Default: false. */
  readonly kept?: boolean | undefined;
}
