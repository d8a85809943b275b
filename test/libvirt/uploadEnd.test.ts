import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../../libvirt/provider/resource.ts";
import { openSource } from "../../libvirt/provider/storage/source.ts";
import { upload } from "../../libvirt/provider/storage/upload.ts";
import type { Host } from "../../libvirt/virsh/host.ts";

/**
 * libvirt 9.0 says now and then that an upload is done whose last writes failed. The stand-in does so each time: it
 * keeps so many bytes, and the rest of the volume is zeros.
 */
class LossyHost {
  #content = Buffer.alloc(0);
  readonly #kept: number;

  constructor(kept: number) {
    this.#kept = kept;
  }

  apart<T>(work: (connection: unknown) => Promise<T>): Promise<T> {
    return work({ pid: undefined, run: this.#transfer });
  }

  readonly #transfer = async (name: string, options: Record<string, unknown>): Promise<string> => {
    const file = String(options.file);
    if (name === "vol-upload") {
      const all = readFileSync(file);
      this.#content = Buffer.alloc(all.length);
      all.copy(this.#content, 0, 0, this.#kept);
    } else {
      const offset = Number(options.offset);
      writeFileSync(file, this.#content.subarray(offset, offset + Number(options.length)));
    }
    return "";
  };
}

const MIB = 1024 ** 2;

describe("an upload whose end was lost without an error", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "numafleet-upload-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function uploaded(content: Buffer, kept: number): Promise<string> {
    const file = join(folder, "image");
    writeFileSync(file, content);
    const context = { log: () => undefined, stateDir: folder } as unknown as Context;
    const source = await openSource({ create: { content: { url: file } } }, context);
    if (source === undefined) throw new Error("no source");
    const host = new LossyHost(kept) as unknown as Host;
    return upload(host, { pool: "fs", vol: "image" }, { source, sparse: true, verify: false }, context).then(
      () => "done",
      (error: Error) => error.message,
    );
  }

  it("is refused", async () => {
    const content = Buffer.alloc(3 * MIB, "x");
    const lost = `volume image: the end of ${join(folder, "image")} did not arrive, though libvirt told of no error`;
    expect(await uploaded(content, 3 * MIB)).toBe("done");
    expect(await uploaded(content, 3 * MIB - 1)).toBe(
      `${lost}. The volume was not kept; run the update again, and look at the host's disk if it happens once more`,
    );
  });

  it("is refused wherever it was cut off, and only where something is missing", async () => {
    const sizes = fc.integer({ min: 1, max: 5 * MIB });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, sizes, async (size, zeros, kept) => {
        const content = Buffer.alloc(size + zeros);
        content.fill(0x5a, 0, size);
        expect((await uploaded(content, kept)) === "done").toBe(kept >= size);
      }),
      { numRuns: 60 },
    );
  });

  it("a file of zeros has no end that could be missing", async () => {
    expect(await uploaded(Buffer.alloc(2 * MIB), 0)).toBe("done");
  });
});
