import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bag, type PluginClient, startPlugin, TYPES } from "./pluginClient.ts";

const hasVirsh = (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, "virsh")));
const reason = hasVirsh ? "" : " (skipped: virsh is not installed here; apt-get install libvirt-clients)";

/** Kinds of pool, most of which a test machine cannot have for real. */
const POOLS: Readonly<Record<string, Bag>> = {
  fs: {
    type: "fs",
    source: { devices: [{ path: "/dev/sdb1" }], format: { type: "xfs" } },
    target: { path: "/srv/ssd" },
  },
  logical: {
    type: "logical",
    source: { name: "vg0", devices: [{ path: "/dev/sdb" }], format: { type: "lvm2" } },
    target: { path: "/dev/vg0" },
  },
  dir: {
    type: "dir",
    target: { path: "/srv/images", permissions: { mode: "0711" } },
    create: { autostart: false },
  },
};

describe.skipIf(!hasVirsh)(`pools of libvirt's test driver${reason}`, () => {
  let plugin: PluginClient;
  beforeAll(async () => {
    plugin = await startPlugin({
      uri: "test:///default",
      stateDir: mkdtempSync(join(tmpdir(), "test-driver-")),
    });
  });
  afterAll(() => plugin.close());

  for (const [name, more] of Object.entries(POOLS)) {
    it(`a ${name} pool comes back as declared, and goes`, async () => {
      const { inputs, failures } = await plugin.check(TYPES.pool, { name: `p-${name}`, ...more });
      expect(failures).toEqual([]);
      const made = await plugin.create(TYPES.pool, inputs, { name });
      expect(made.properties.uuid).toBe(made.id);
      expect((await plugin.read(TYPES.pool, made.id, inputs, made.properties)).inputs).toEqual(inputs);
      const imported = await plugin.read(TYPES.pool, `p-${name}`);
      expect(imported.id).toBe(made.id);
      expect((await plugin.check(TYPES.pool, imported.inputs)).failures).toEqual([]);
      await plugin.delete(TYPES.pool, made.id, inputs, made.properties);
      expect((await plugin.read(TYPES.pool, made.id)).id).toBe("");
    });
  }
});
