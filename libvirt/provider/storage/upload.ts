/** Bringing content into a volume, and making sure that all of it arrived. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Apart, Host } from "../../virsh/host.ts";
import { inPrivateFolder } from "../../virsh/privateFolder.ts";
import { ProviderError } from "../failure.ts";
import type { Context } from "../resource.ts";
import { hasEnd } from "./contentEnd.ts";
import type { Place } from "./lookUp.ts";
import { readPosition, withProgress } from "./progress.ts";
import type { Source } from "./source.ts";

/** Seconds that a transfer may take where customTimeouts say nothing: 1 TB at 50 MB/s. */
export const TRANSFER_SECONDS = 6 * 3600;

/** Bytes that are read back at a time: as much room as a look at the volume needs on this machine. */
const PIECE_BYTES = 64 * 1024 ** 2;

export interface Transfer {
  readonly source: Source;
  /** Whether holes of the file may stay holes: in a new file without content, where what is skipped is zero. */
  readonly sparse: boolean;
  /** Whether the volume is read back and compared with the source. */
  readonly verify: boolean;
}

/** Uploads a source; throws when it is not certain that all of it arrived as it is. */
export async function upload(host: Host, place: Place, transfer: Transfer, context: Context): Promise<void> {
  const { source } = transfer;
  const timeoutMs = transferMs(context);
  const isWhole = await host.apart(async (connection) => {
    await withProgress(
      context.log,
      `uploading ${source.title}`,
      source.size,
      () => readPosition(connection.pid, source.path),
      () =>
        connection.run(
          "vol-upload",
          { ...place, file: source.path, sparse: transfer.sparse ? true : undefined },
          `uploading to volume ${place.vol}`,
          timeoutMs,
        ),
    );
    await source.unchanged();
    if (!(await hasEnd(connection, place, source, timeoutMs))) return false;
    if (transfer.verify) await verify(connection, place, source, context, timeoutMs);
    return true;
  });
  if (!isWhole) throw new LostEnd(place, source);
}

/** An upload of which the end is missing, though libvirt told of no error. */
export class LostEnd extends ProviderError {
  /** Bytes of the whole. */
  readonly size: number;

  constructor(place: Place, { title, size }: Source) {
    super(
      `volume ${place.vol}: the end of ${title} did not arrive, though libvirt told of no error. The volume was not kept; run the update again, and look at the host's disk if it happens once more`,
    );
    this.size = size;
  }
}

export const transferMs = (context: Context): number => (context.timeout ?? TRANSFER_SECONDS) * 1000;

async function verify(
  connection: Apart,
  place: Place,
  source: Source,
  context: Context,
  timeoutMs: number,
): Promise<void> {
  const hash = createHash("sha256");
  let offset = 0;
  await inPrivateFolder((folder) =>
    withProgress(
      context.log,
      `verifying volume ${place.vol}`,
      source.size,
      () => offset,
      async () => {
        const file = join(folder, "piece");
        while (offset < source.size) {
          const length = Math.min(PIECE_BYTES, source.size - offset);
          const options = { ...place, file, offset, length };
          await connection.run("vol-download", options, `verifying volume ${place.vol}`, timeoutMs);
          for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
          offset += length;
        }
      },
    ),
  );
  const found = hash.digest("hex");
  if (found === source.sha256) return;
  throw new ProviderError(
    `volume ${place.vol}: what arrived has the SHA-256 ${found}, but ${source.title} has ${source.sha256}. The volume was not kept; run the update again, and check disk and network if it happens once more`,
  );
}
