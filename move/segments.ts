/**
 * Copying a volume from host to host through two connections, a segment at a time: this machine never has more of it
 * than two segments, and a copy that was cut off goes on behind the last segment that arrived.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Apart, Host } from "../libvirt/virsh/host.ts";
import { inPrivateFolder } from "../libvirt/virsh/privateFolder.ts";
import type { Place } from "./journal.ts";

export const SEGMENT_BYTES = 64 * 1024 ** 2;

/** What is looked at for zeros at once; a file system keeps holes of this size or smaller ones. */
const BLOCK_BYTES = 64 * 1024;

/** A shorter run of zeros is sent along: each extent is a request of its own. */
const GAP_BYTES = 1024 ** 2;

/** Time that one segment may take: a slow line of 1 MB/s has it through in a minute. */
const SEGMENT_MS = 15 * 60_000;

const ZEROS = Buffer.alloc(BLOCK_BYTES);

export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** The parts of a segment that are not zero, with short runs of zeros between them. */
export function extentsOf(content: Buffer): Extent[] {
  const extents: Extent[] = [];
  for (let offset = 0; offset < content.length; offset += BLOCK_BYTES) {
    const block = content.subarray(offset, offset + BLOCK_BYTES);
    if (block.equals(ZEROS.subarray(0, block.length))) continue;
    const last = extents.at(-1);
    const end = last === undefined ? 0 : last.offset + last.length;
    if (last && offset - end < GAP_BYTES) {
      extents[extents.length - 1] = { offset: last.offset, length: offset + block.length - last.offset };
    } else extents.push({ offset, length: block.length });
  }
  return extents;
}

/** A file's length, and that of the parts that it is cut into. */
export interface Cut {
  readonly bytes: number;
  readonly segmentBytes: number;
}

export function segmentCount({ bytes, segmentBytes }: Cut): number {
  return Math.ceil(bytes / segmentBytes);
}

function extentOf({ bytes, segmentBytes }: Cut, segment: number): Extent {
  const offset = segment * segmentBytes;
  return { offset, length: Math.min(segmentBytes, bytes - offset) };
}

export const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** The content of segments in order, the next one fetched while one is worked on. */
async function eachSegment(
  host: Host,
  place: Place,
  { first, what, ...cut }: Cut & { readonly first: number; readonly what: string },
  work: (content: Buffer, segment: number) => Promise<void>,
): Promise<void> {
  const fetch = (connection: Apart, folder: string, segment: number): Promise<Buffer> =>
    download(connection, place, extentOf(cut, segment), join(folder, `segment-${segment % 2}`), what);
  await inPrivateFolder((folder) =>
    host.apart(async (connection) => {
      const last = segmentCount(cut);
      let next = first < last ? fetch(connection, folder, first) : undefined;
      try {
        for (let segment = first; segment < last && next; segment++) {
          const content = await next;
          next = segment + 1 < last ? fetch(connection, folder, segment + 1) : undefined;
          // It is waited for in the next round, and its failure must not end the program before.
          next?.catch(() => undefined);
          await work(content, segment);
        }
      } finally {
        // Where the work has failed, the folder must not go while something is written into it.
        await next?.catch(() => undefined);
      }
    }),
  );
}

async function download(
  connection: Apart,
  place: Place,
  { offset, length }: Extent,
  file: string,
  what: string,
): Promise<Buffer> {
  // Holes of the file are not sent: here they are holes again, and are read as zeros.
  const { pool, vol } = place;
  const options = { pool, vol, file, offset, length, sparse: true } as const;
  await connection.run("vol-download", options, what, SEGMENT_MS);
  return readFile(file);
}

/** A volume has another length than it had. */
export class LengthChanged extends Error {}

/** Copies a volume's segments from the given one on; `arrived` is told the SHA-256 of each that is on the target. */
export async function copySegments(
  hosts: { readonly source: Host; readonly target: Host },
  places: { readonly from: Place; readonly to: Place },
  { first, ...cut }: Cut & { readonly first: number },
  arrived: (sha256: string) => Promise<void>,
): Promise<void> {
  const { from, to } = places;
  const what = `copying volume ${from.vol}`;
  await inPrivateFolder((folder) =>
    hosts.target.apart((connection) =>
      eachSegment(hosts.source, from, { ...cut, first, what }, async (content, segment) => {
        const { offset, length } = extentOf(cut, segment);
        if (content.length !== length) throw new LengthChanged();
        for (const extent of extentsOf(content)) {
          const file = join(folder, "extent");
          await writeFile(file, content.subarray(extent.offset, extent.offset + extent.length), {
            mode: 0o600,
          });
          const options = {
            pool: to.pool,
            vol: to.vol,
            file,
            offset: offset + extent.offset,
            length: extent.length,
          };
          await connection.run("vol-upload", options, what, SEGMENT_MS);
        }
        await arrived(sha256(content));
      }),
    ),
  );
}

export interface Digest {
  readonly sha256: string;
  /** SHA-256 of each segment, in order. */
  readonly segments: readonly string[];
}

/** Reads a volume to its end. */
export async function digestOf(host: Host, place: Place, cut: Cut, what: string): Promise<Digest> {
  const whole = createHash("sha256");
  const segments: string[] = [];
  await eachSegment(host, place, { ...cut, first: 0, what }, async (content, segment) => {
    if (content.length !== extentOf(cut, segment).length) throw new LengthChanged();
    whole.update(content);
    segments.push(sha256(content));
  });
  return { sha256: whole.digest("hex"), segments };
}
