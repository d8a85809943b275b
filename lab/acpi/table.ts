/** A table of ACPI: its header, which QEMU takes as it is, and its body. */

const HEADER_BYTES = 36;

/** @param signature four letters, such as `SSDT` */
export function acpiTable(signature: string, revision: number, body: Uint8Array): Buffer {
  const table = Buffer.alloc(HEADER_BYTES + body.length);
  table.write(signature, 0, "latin1");
  table.writeUInt32LE(table.length, 4);
  table.writeUInt8(revision, 8);
  table.write("NUMAFL", 10, "latin1");
  table.write("TWIN    ", 16, "latin1");
  table.writeUInt32LE(1, 24);
  table.write("NMFL", 28, "latin1");
  table.writeUInt32LE(1, 32);
  table.set(body, HEADER_BYTES);
  // All bytes of a table add up to 0.
  table.writeUInt8((0x100 - (sum(table) & 0xff)) & 0xff, 9);
  return table;
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
