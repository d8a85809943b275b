/** Names of things on a host. */
import { pattern } from "./field.ts";

/** virsh reads a line at a time and libvirt refuses slashes, so names hold no control character and no slash. */
const NAME = /^(?!\.{1,2}$)[^\p{Cc}/\s](?:[^\p{Cc}/]*[^\p{Cc}/\s])?$/u;

/** A name: no slash, no control character, no blank at either end. */
export function name(xml: string, doc: string) {
  return pattern(xml, doc, NAME, "a name without slashes, control characters and blanks at its ends");
}
