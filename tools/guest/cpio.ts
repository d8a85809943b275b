/**
 * An archive of the form `newc`, which the kernel unpacks as its initramfs. Same entries, same bytes: no times, no
 * owners but root, inode numbers in order.
 */

export interface CpioEntry {
  /** Path from the root, without a leading slash. */
  readonly path: string;
  /** Absent for a folder. */
  readonly content?: Uint8Array;
  readonly executable?: boolean;
}

const FOLDER = 0o040755;
const FILE = 0o100644;
const EXECUTABLE = 0o100755;

export function cpio(entries: readonly CpioEntry[]): Buffer {
  return Buffer.concat([
    ...entries.map((entry, i) => record(entry, i + 1)),
    record({ path: "TRAILER!!!" }, 0),
  ]);
}

function record({ path, content, executable }: CpioEntry, inode: number): Buffer {
  const mode = content === undefined ? FOLDER : executable ? EXECUTABLE : FILE;
  const name = Buffer.from(`${path}\0`);
  const body = content ?? new Uint8Array();
  // magic; inode, mode, uid, gid, links, time, size, device and special device as pairs, name's length, checksum
  const fields = [inode, inode === 0 ? 0 : mode, 0, 0, 1, 0, body.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(body)]);
}

/** Filled up to a multiple of four bytes. */
function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
