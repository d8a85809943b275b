/** What the first bytes of an image say of it. */
import { open } from "node:fs/promises";
import { ProviderError } from "../failure.ts";
import type { Source } from "./source.ts";

/** First bytes of what nobody boots from as it is. */
const PACKED: readonly (readonly [name: string, magic: string, tool: string])[] = [
  ["gzip", "1f8b", "gunzip"],
  ["xz", "fd377a585a00", "unxz"],
  ["zstd", "28b52ffd", "unzstd"],
  ["bzip2", "425a68", "bunzip2"],
];

const QCOW2 = "514649fb";
/** Bytes of the header that are looked at. Source: qemu's docs/interop/qcow2.txt. */
const HEADER_BYTES = 104;
const EXTERNAL_DATA = 1n << 2n;

export interface Header {
  readonly format: "qcow2" | "other";
  /** Size that a guest sees. */
  readonly virtualSize: number;
}

/** Reads the header of an image that is to be a volume of a format; throws where they do not go together. */
export async function imageHeader(source: Source, format: string | undefined): Promise<Header> {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const file = await open(source.path);
  try {
    await file.read(bytes, 0, HEADER_BYTES, 0);
  } finally {
    await file.close();
  }
  const start = bytes.toString("hex");
  const packed = PACKED.find(([, magic]) => start.startsWith(magic));
  if (packed && (format === undefined || format === "raw")) {
    throw new ProviderError(
      `create.content.url: ${source.title} is compressed (${packed[0]}), and a VM could not use it. Unpack it first: ${packed[2]}`,
    );
  }
  const isQcow2 = start.startsWith(QCOW2);
  if (format === "qcow2" && !isQcow2) {
    throw new ProviderError(
      `create.content.url: ${source.title} is no qcow2 image, but target.format.type is "qcow2". Give its own format, or convert it: qemu-img convert -O qcow2`,
    );
  }
  if (isQcow2 && (format === undefined || format === "raw")) {
    throw new ProviderError(
      `create.content.url: ${source.title} is a qcow2 image, but target.format.type is ${format === undefined ? "raw by default" : '"raw"'}. Give "qcow2"`,
    );
  }
  if (!isQcow2) return { format: "other", virtualSize: source.size };
  const isForeign =
    bytes.readBigUInt64BE(8) !== 0n ||
    (bytes.readUInt32BE(4) >= 3 && (bytes.readBigUInt64BE(72) & EXTERNAL_DATA) !== 0n);
  if (isForeign) {
    throw new ProviderError(
      `create.content.url: ${source.title} keeps a part of its data in another file, which would not be uploaded. Make it whole first: qemu-img convert -O qcow2`,
    );
  }
  return { format: "qcow2", virtualSize: Number(bytes.readBigUInt64BE(24)) };
}
