/** The inputs and outputs of a GuestFile. */
import * as z from "zod";
import { fields, pattern, struct, texts } from "./field.ts";

/** Bytes of a file: it travels in messages of the guest agent, and is meant for configuration. */
export const GUEST_FILE_BYTES = 256 * 1024;

const content = z.string().refine((value) => Buffer.byteLength(value) <= GUEST_FILE_BYTES, {
  error: `must not be longer than ${GUEST_FILE_BYTES} bytes in UTF-8`,
}) as z.ZodString;
fields.add(content, {
  xml: "",
  doc: "What the file holds, as UTF-8. A change is written into the running guest. It is kept secret if it is given as a secret.",
});

export const guestFile = struct(
  "GuestFile",
  "The content of a file inside a guest, kept through QEMU's guest agent while the VM runs: no restart, no new seed. The file has to be there, as cloud-init leaves it; its owner and mode stay. Where the guest cannot be asked (it is off, or its agent is not there), the update succeeds all the same and `pending` says why the file is not written; the next update tries again. Deleting the resource leaves the file.",
  {
    domain: pattern(
      "",
      "UUID or name of the VM. A change makes a new resource; the file in the old VM stays.",
      /^[^\p{Cc}/]+$/u,
      "the UUID or the name of a VM",
    ),
    path: pattern(
      "",
      "Path of the file in the guest.",
      /^\/[^\p{Cc}]*[^/\p{Cc}]$/u,
      "an absolute path of a file in the guest",
    ),
    content,
  },
  ["domain", "path", "content"],
);

export const guestFileOutputs = struct(
  "GuestFileOutputs",
  "What the provider adds.",
  {
    pending: texts("", "Why the file is not as declared yet, and what to do; empty once it is."),
  },
  ["pending"],
);
