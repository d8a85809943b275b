import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkConfiguration, diffConfiguration } from "../../libvirt/provider/configuration.ts";
import { isSeedImage } from "../../libvirt/provider/nocloud.ts";
import { requireImageReserve } from "../../libvirt/provider/storage/imageReserve.ts";
import type { Properties } from "../../libvirt/provider/values.ts";
import type { Host } from "../../libvirt/virsh/host.ts";

const RESERVE = 5_000_000_000;
const WEB = "https://mirror.example/image.qcow2?token=hunter2";
const folder = mkdtempSync(join(tmpdir(), "numafleet-reserve-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An ISO 9660 image of a label, as far as that. */
function iso(name: string, label: string, magic = "CD001"): string {
  const bytes = Buffer.alloc(34 * 1024);
  bytes.write(`\u0001${magic}`, 32 * 1024, "latin1");
  bytes.write(label.padEnd(32), 32 * 1024 + 40, "latin1");
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

/** A host whose pool has that much free once libvirt has looked, and what an interrupted try has left in it. */
function hostWith(free: number, leftover?: number) {
  const asked: string[] = [];
  const host = {
    async run(command: string) {
      asked.push(command);
      const seen = asked.includes("pool-refresh") ? free : 1e12;
      return command === "pool-dumpxml" ? `<pool><available unit='bytes'>${seen}</available></pool>` : "";
    },
    async tryRun(command: string) {
      asked.push(command);
      return leftover === undefined
        ? undefined
        : `<volume><allocation unit='bytes'>${leftover}</allocation></volume>`;
    },
  } as unknown as Host;
  return { host, asked };
}

const content = (url: string): Properties => ({ create: { content: { url } } });
const place = { pool: "images", vol: "base.qcow2" };
const ask = (host: Host, inputs: Properties, imageReserve: number | undefined = RESERVE) =>
  requireImageReserve(host, inputs, place, { imageReserve }).then(
    () => "it may be brought in",
    (error: Error) => error.message,
  );
const REFUSED =
  "volume base.qcow2: no image is brought into pool images, which has 4999999999 bytes (4.66 GiB) free, while imageReserve of the provider wants 5000000000 bytes (4.66 GiB), 1 bytes (1 B) more. Nothing was downloaded or made. Free some in the pool, take another one, or lower imageReserve (in a fleet: limits.imageReserve of the host)";

describe("the image reserve of a pool", () => {
  it.each([
    ["an image from the web", WEB, RESERVE - 1, undefined, REFUSED],
    ["exactly the reserve", WEB, RESERVE, undefined, "it may be brought in"],
    ["a local image", iso("install.iso", "debian 13"), RESERVE - 1, undefined, REFUSED],
    [
      "a file that is not there: the upload says so",
      "/no/such/file",
      RESERVE,
      undefined,
      "it may be brought in",
    ],
    ["the seed of a VM", iso("seed.iso", "cidata"), 0, undefined, "it may be brought in"],
    ["the seed of a VM, in capitals", iso("other.iso", "CIDATA"), 0, undefined, "it may be brought in"],
    ["what a first try has left goes away first", WEB, RESERVE - 10, 10, "it may be brought in"],
    ["too little even so", WEB, RESERVE - 10, 9, REFUSED],
  ])("%s", async (_, url, free, leftover, text) => {
    expect(await ask(hostWith(free, leftover).host, content(url))).toBe(text);
  });

  it("is not asked for where there is none, or nothing is brought in", async () => {
    for (const [inputs, reserve] of [
      [content(WEB), undefined],
      [content(WEB), 0],
      [{ capacity: 1 }, RESERVE],
      [{ create: { from: { volume: "other" } } }, RESERVE],
    ] as const) {
      const { host, asked } = hostWith(0);
      await requireImageReserve(host, inputs as Properties, place, { imageReserve: reserve });
      expect(asked).toEqual([]);
    }
  });

  it("does not take another image for a seed", async () => {
    writeFileSync(join(folder, "short"), "cidata");
    const others = [
      iso("a", "cidata2"),
      iso("b", "cidata", "BEA01"),
      join(folder, "short"),
      join(folder, "c"),
    ];
    for (const other of others) expect(await isSeedImage(other)).toBe(false);
  });

  it("is a whole number of bytes, and a change replaces nothing", () => {
    expect(checkConfiguration({ imageReserve: "5000000000" })).toEqual([]);
    expect(checkConfiguration({ imageReserve: "5 GB" }).map(({ property }) => property)).toEqual([
      "imageReserve",
    ]);
    expect(checkConfiguration({ imageReserve: -1 }).map(({ property }) => property)).toEqual([
      "imageReserve",
    ]);
    expect(diffConfiguration({}, { imageReserve: "5000000000" })).toEqual({
      changes: [{ path: "imageReserve", property: "imageReserve", kind: "add" }],
      replaces: [],
      deleteBeforeReplace: false,
    });
  });
});
