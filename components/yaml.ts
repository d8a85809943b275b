import { Document, Scalar, visit } from "yaml";

/**
 * YAML of plain data, for readers of every version: YAML 1.1, which cloud-init reads, takes a plain `no`, `12:30`
 * or `2026-01-01` for something else than a text. So each text is in quotes, or a block where it has several lines.
 */
export function renderYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(position, scalar) {
      if (typeof scalar.value !== "string" || (position === "key" && PLAIN_KEY.test(scalar.value))) return;
      scalar.type =
        position !== "key" && BLOCK.test(scalar.value) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 }).replace(OTHER_BREAKS, escaped);
}

/** Longer than `yes`, `no`, `on`, `off`, and neither `null` nor `true` in any spelling. */
const PLAIN_KEY = /^(?!null$|true$|false$)[a-z][A-Za-z_-]{3,}$/;

/** Several lines of printable ASCII, the first not indented: nothing that a block could change. */
const BLOCK = /^(?=.*\n)[!-~][ -~\n]*$/s;

/** Ends of lines, marks and controls to YAML 1.1, which would not keep them as they are; only quoted texts hold them. */
const OTHER_BREAKS = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A user-data document; cloud-init tells it by its first line. */
export function renderCloudConfig(value: unknown): string {
  return `#cloud-config\n${renderYaml(value)}`;
}
