import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Context } from "../../libvirt/provider/resource.ts";
import { cloudinitDisk } from "../../libvirt/provider/resources/cloudinitDisk.ts";

const hasTool = ["xorriso", "genisoimage", "mkisofs"].some((tool) => !spawnSync(tool, ["--version"]).error);
const why = hasTool ? "" : " (skipped: no tool to write cloud-init images is installed)";

describe.skipIf(!hasTool)(`images of seeds${why}`, () => {
  const stateDir = mkdtempSync(join(tmpdir(), "numafleet-seed-"));
  afterAll(() => rmSync(stateDir, { recursive: true }));
  const inputs = { name: "vm", userData: "#cloud-config\n", metaData: "instance-id: vm\n" };
  const context = (urn: string) =>
    ({ stateDir, urn, uri: "qemu:///system", log: () => undefined }) as unknown as Context;
  const images = () => readdirSync(join(stateDir, "cloudinit"));

  it("that an interrupted update has left, and no state knows, go with the next one", async () => {
    const other = await cloudinitDisk.create(inputs, context("urn:other"));
    const lost = await cloudinitDisk.create(inputs, context("urn:a"));
    // The engine never heard of it, and a write was cut off too.
    writeFileSync(`${lost.id}.draft`, "half of it");
    const kept = await cloudinitDisk.create(inputs, context("urn:a"));
    expect(
      images()
        .map((name) => join(stateDir, "cloudinit", name))
        .sort(),
    ).toEqual([other.id, kept.id].sort());
    for (const [{ id, outputs }, urn] of [
      [other, "urn:other"],
      [kept, "urn:a"],
    ] as const) {
      await cloudinitDisk.delete(id, { inputs, outputs }, context(urn));
    }
    expect(images()).toEqual([]);
    expect(readdirSync(join(stateDir, "unfinished"))).toEqual([]);
  });
});
