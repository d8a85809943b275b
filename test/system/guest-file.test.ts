/** A file in a running guest: written through its agent, seen to drift, and pending while nobody answers. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { untilGuest } from "../guest/guestConsole.ts";
import { guestDomain } from "../guest/guestDomain.ts";
import { inGuest, untilAgent } from "../guest/guestShell.ts";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, SECRET_MARK, secret, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const guest = await testGuest();
const why = whyNoLibvirtd() ?? ("skip" in guest ? guest.skip : undefined);

const PATH = '/etc/it\'s a "file".yaml';
/** More than one message's worth, with what could be taken for virsh's, JSON's or a shell's own. */
const LONG = `'"; \\ $(reboot) \u00e9\u{1f680} virsh # \n`.repeat(3000);

describe.skipIf(why !== undefined)(`a file in a guest${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;
  let uuid: string;
  let console: string;

  ownLibvirt(async (own) => {
    ({ daemon, plugin } = own);
    if ("skip" in guest) throw new Error(guest.skip);
    console = join(daemon.folder, "filed.log");
    const { id } = await plugin.create(TYPES.domain, guestDomain(guest, { name: "filed", console }));
    uuid = id;
  });

  const file = (content: unknown, more: Bag = {}): Bag => ({ domain: uuid, path: PATH, content, ...more });
  const update = (from: Bag, to: Bag): Promise<Bag> =>
    plugin.update(TYPES.guestFile, `${uuid}:${PATH}`, from, to, { ...from, pending: [] });

  it("waits for a guest that does not answer, and is written as it was declared once it does", async () => {
    const early = await plugin.create(TYPES.guestFile, file("a: 1\n"));
    expect(early.id).toBe(`${uuid}:${PATH}`);
    expect(early.properties.pending).toEqual([expect.stringContaining("no guest agent answers")]);
    const retried = await plugin.diff(TYPES.guestFile, file("a: 1\n"), file("a: 1\n"), early.properties);
    expect(retried.detailed).toEqual({ content: "update" });

    await untilAgent(daemon, "filed");
    const { boot } = await untilGuest(console);
    const missing = await update(file("a: 1\n"), file("a: 1\n"));
    expect(missing.pending).toEqual([expect.stringContaining("the file is not there")]);

    await inGuest(daemon, "filed", "sh", "-c", 'echo "a: 0" >"$1"; chmod 600 "$1"', "sh", PATH);
    const written = await update(file("a: 1\n"), file(LONG));
    expect(written.pending).toEqual([]);
    expect(await inGuest(daemon, "filed", "cat", PATH)).toBe(LONG);
    expect(await inGuest(daemon, "filed", "stat", "-c", "%a %u", PATH)).toBe("600 0\n");

    const shorter = await update(file(LONG), file("é"));
    expect(shorter.pending).toEqual([]);
    expect(await inGuest(daemon, "filed", "cat", PATH)).toBe("é");
    const same = await plugin.diff(TYPES.guestFile, file("é"), file("é"), { ...file("é"), pending: [] });
    expect(same.some).toBe(false);
    expect((await untilGuest(console)).boot).toBe(boot);
  });

  it("shows what somebody else has written, and keeps a secret one", async () => {
    await inGuest(daemon, "filed", "sh", "-c", 'echo "by hand" >"$1"', "sh", PATH);
    const state = { ...file(secret("é")), pending: [] };
    const drifted = await plugin.read(TYPES.guestFile, `${uuid}:${PATH}`, file(secret("é")), state);
    expect(drifted.inputs).toEqual(file({ ...SECRET_MARK, value: "by hand\n" }));
    const imported = await plugin.read(TYPES.guestFile, `filed:${PATH}`);
    expect(imported.inputs).toEqual({ domain: "filed", path: PATH, content: "by hand\n" });
  });

  it("names the VM that is not there, and the guest that is off", async () => {
    await expect(plugin.create(TYPES.guestFile, { ...file("x"), domain: "nobody" })).rejects.toThrow(
      'there is no VM "nobody" on this host',
    );
    daemon.virsh("destroy", "filed");
    const off = await update(file("é"), file("x"));
    expect(off.pending).toEqual([expect.stringContaining("the VM is off")]);
    const unseen = await plugin.read(TYPES.guestFile, `${uuid}:${PATH}`, file("x"), { ...file("x"), ...off });
    expect(unseen.properties.pending).toEqual(off.pending);
    expect(unseen.inputs).toEqual(file("x"));
    daemon.virsh("undefine", "filed");
    const gone = await plugin.read(TYPES.guestFile, `${uuid}:${PATH}`, file("x"), { ...file("x"), ...off });
    expect(gone.id).toBe("");
  });
});
