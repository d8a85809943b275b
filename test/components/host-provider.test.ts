import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-provider-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The inputs of a host's provider, by what the host limits. */
async function provider(limits: object | undefined, more: Record<string, string> = {}) {
  const host = {
    name: "lab",
    uri: "qemu:///system",
    recorded: { source: "configured", date: "2026-05-06" },
    cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: "64 GiB" }],
    reserved: { memoryPerCell: "1 GiB" },
    pools: [{ name: "images", class: "ssd", path: "/p", capacity: "100 GB" }],
    ...(limits === undefined ? {} : { limits }),
  };
  const fleet = join(folder, "fleet.json");
  writeFileSync(fleet, JSON.stringify({ hosts: [host] }));
  const { recorder, error } = await runProgram({ today: "2026-05-06", fleet, ...more }, { preview: false });
  expect(error).toBeUndefined();
  return recorder.get("pulumi:providers:libvirt", "lab").inputs;
}

describe("the provider of a host", () => {
  test("keeps the image reserve of a host that declares limits", async () => {
    expect(await provider({ imageReserve: "2 GB" })).toEqual({
      uri: "qemu:///system",
      imageReserve: "2000000000",
    });
    expect(await provider({ disk: "90 GB" })).toMatchObject({ imageReserve: "5000000000" });
  });

  test("is what it was for a host without limits, and in a rehearsal on another machine's disks", async () => {
    expect(await provider(undefined)).toEqual({ uri: "qemu:///system" });
    const rehearsal = '{ "cpus": 2, "memory": "4 GiB" }';
    expect(await provider({ imageReserve: "2 GB" }, { rehearsal })).toEqual({ uri: "qemu:///system" });
  });
});
