import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bag, type PluginClient, startPlugin, TYPES } from "./pluginClient.ts";

const MARKER = "live-file-0123456789abcdef";
const TYPE = TYPES.cloudinitDisk;

describe("texts of a seed", () => {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-seed-"));
  let plugin: PluginClient;
  beforeAll(async () => {
    plugin = await startPlugin({ stateDir: folder });
  });
  afterAll(async () => {
    await plugin?.close();
    rmSync(folder, { recursive: true });
  });

  const seed = (content: string, kept: boolean, more: Bag = {}): Bag => ({
    name: "seed",
    userData: `#cloud-config\nwrite_files: [{ path: /x, encoding: b64, content: ${MARKER} }]\n`,
    metaData: "instance-id: x\n",
    texts: [{ marker: MARKER, content, kept }],
    ...more,
  });

  it("are no change of it while something else keeps them up to date", async () => {
    expect((await plugin.diff(TYPE, seed("a", true), seed("b", true))).some).toBe(false);
    expect((await plugin.diff(TYPE, seed("a", false), seed("b", true))).some).toBe(false);
    expect((await plugin.diff(TYPE, seed("a", true), seed("a", false))).some).toBe(false);
    expect((await plugin.check(TYPE, seed("b", true), seed("a", true))).failures).toEqual([]);
    const document = seed("b", true, { metaData: "instance-id: y\n" });
    expect((await plugin.diff(TYPE, seed("a", true), document)).replaces).toEqual(["metaData"]);
  });

  it("are like a document otherwise: refused, replaced or noted, as onSeedChange says", async () => {
    const { failures } = await plugin.check(TYPE, seed("b", false), seed("a", false));
    expect(failures).toEqual([
      { property: "texts[0].content", reason: expect.stringContaining("onSeedChange does not say") },
    ]);
    const replaced = await plugin.diff(TYPE, seed("a", false), seed("b", false, { onSeedChange: "replace" }));
    expect(replaced.replaces).toEqual(["texts"]);
    const noted = seed("b", false, { onSeedChange: "ignore" });
    const ignored = await plugin.diff(TYPE, seed("a", false), noted);
    expect([ignored.some, ignored.replaces]).toEqual([true, []]);
  });

  it("are in the image, and their markers in user-data", async () => {
    const content = 'node-taint:\n  - it\'s $& \\1 "quoted" é\n';
    const { id } = await plugin.create(TYPE, seed(content, true));
    const image = readFileSync(id, "latin1");
    expect(image).toContain(`content: ${Buffer.from(content).toString("base64")}`);
    expect(image).not.toContain(MARKER);
    const { failures } = await plugin.check(TYPE, seed("a", true, { userData: "#cloud-config\n" }));
    expect(failures).toEqual([
      { property: "texts[0].marker", reason: expect.stringContaining("is nowhere in userData") },
    ]);
  });
});
