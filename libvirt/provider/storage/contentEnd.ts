/** Whether the end of what was uploaded is in the volume. */
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Apart } from "../../virsh/host.ts";
import { inPrivateFolder } from "../../virsh/privateFolder.ts";
import type { Place } from "./lookUp.ts";
import type { Source } from "./source.ts";

const PIECE_BYTES = 1024 ** 2;
const ZEROS = Buffer.alloc(PIECE_BYTES);

/** A piece of a file, and where it begins. */
interface Piece {
  readonly offset: number;
  readonly content: Buffer;
}

/**
 * Reads back the last piece of a file that is not all zeros, and compares it. libvirt loses the error of a write that
 * is under way when the upload ends, and then says that all is well; it writes in order and stops at the first failure,
 * so that the end tells of all that comes before. The volume's length does not: it is made in full size.
 */
export async function hasEnd(
  connection: Apart,
  place: Place,
  source: Pick<Source, "path" | "size">,
  timeoutMs: number,
): Promise<boolean> {
  const last = await lastContent(source);
  if (last === undefined) return true;
  const found = await inPrivateFolder(async (folder) => {
    const file = join(folder, "end");
    const options = { ...place, file, offset: last.offset, length: last.content.length };
    await connection.run("vol-download", options, `reading the end of volume ${place.vol}`, timeoutMs);
    return readFile(file);
  });
  return found.equals(last.content);
}

/** Undefined of a file of zeros: what was never written reads the same. */
async function lastContent({ path, size }: Pick<Source, "path" | "size">): Promise<Piece | undefined> {
  const file = await open(path);
  try {
    for (let end = size; end > 0; end -= PIECE_BYTES) {
      const offset = Math.max(0, end - PIECE_BYTES);
      const content = await read(file, offset, end - offset);
      if (!content.equals(ZEROS.subarray(0, content.length))) return { offset, content };
    }
    return undefined;
  } finally {
    await file.close();
  }
}

/** A read may give less than was asked for. */
async function read(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const content = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(content, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return content.subarray(0, filled);
}
