import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bag, type PluginClient, secret, startPlugin, TYPES, UNKNOWN_TEXT } from "./pluginClient.ts";

const TYPE = TYPES.guestFile;

/** What needs no host: checks and differences. */
describe("a GuestFile", () => {
  let plugin: PluginClient;
  beforeAll(async () => {
    plugin = await startPlugin({}, { PATH: "/nonexistent" });
  });
  afterAll(() => plugin?.close());

  const file = (more: Bag = {}): Bag => ({ domain: "slm", path: "/etc/x", content: "a\n", ...more });

  it("takes a VM that does not exist yet, and says all that is wrong at once", async () => {
    const unknown = file({ domain: UNKNOWN_TEXT, content: UNKNOWN_TEXT });
    expect(await plugin.check(TYPE, unknown)).toEqual({ inputs: unknown, failures: [] });
    const { failures } = await plugin.check(TYPE, {
      domain: "a/b",
      path: "etc/x",
      content: "é".repeat(140_000),
      mode: "0600",
    });
    expect(failures.map(({ property }) => property).sort()).toEqual(["content", "domain", "mode", "path"]);
    for (const path of ["/", "/etc/", "/a\nb"]) {
      expect((await plugin.check(TYPE, file({ path }))).failures, path).toHaveLength(1);
    }
  });

  it("is another one in another VM or at another path, and the same with other content", async () => {
    expect((await plugin.diff(TYPE, file(), file({ domain: UNKNOWN_TEXT }))).replaces).toEqual(["domain"]);
    expect((await plugin.diff(TYPE, file(), file({ path: "/etc/y" }))).replaces).toEqual(["path"]);
    const changed = await plugin.diff(TYPE, file(), file({ content: "b\n" }));
    expect(changed).toEqual({ some: true, replaces: [], detailed: { content: "update" } });
    expect((await plugin.diff(TYPE, file(), file({ content: secret("a\n") }))).some).toBe(false);
  });

  it("is tried again as long as it is pending", async () => {
    const state = file({ pending: ["the VM is off"] });
    expect((await plugin.diff(TYPE, file(), file(), state)).detailed).toEqual({ content: "update" });
    expect((await plugin.diff(TYPE, file(), file(), file({ pending: [] }))).some).toBe(false);
  });
});
