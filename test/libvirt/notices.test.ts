/** What a preview says of each changed property beside the difference. */
import { describe, expect, it } from "vitest";
import { notices, resource } from "../../libvirt/provider/catalogue.ts";
import type { Properties } from "../../libvirt/provider/values.ts";

function said(token: string, before: Properties, after: Properties): string[] {
  const of = resource(token);
  if (!of) throw new Error(`no ${token}`);
  return notices(of, before, after).map(({ severity, message }) => `${severity}: ${message}`);
}

describe("a preview says the class of a change of", () => {
  it("a volume", () => {
    const volume = { name: "v", pool: "p", capacity: 1, precious: false };
    expect(said("libvirt:index/volume:Volume", volume, { ...volume, capacity: 2, precious: true })).toEqual([
      "info: changes live: capacity, precious",
    ]);
    expect(said("libvirt:index/volume:Volume", volume, volume)).toEqual([]);
  });

  it("a pool", () => {
    const pool = { name: "p", type: "dir", create: { autostart: true } };
    const target = { permissions: { mode: "0750" } };
    const after = { ...pool, target, create: { autostart: false } };
    expect(said("libvirt:index/pool:Pool", { ...pool, target: {} }, after)).toEqual([
      "info: changes live: create.autostart",
      "info: changes at the next start: target.permissions.mode",
    ]);
  });
});
