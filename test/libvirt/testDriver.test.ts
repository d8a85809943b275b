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

describe.skipIf(!hasVirsh)(`pools, VMs and volumes of libvirt's test driver${reason}`, () => {
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

  it("a pool's sizes are in the units that are asked for", async () => {
    const known = { name: "p-units", ...POOLS.dir, capacityUnit: "GiB", availableUnit: "KiB" };
    const { inputs, failures } = await plugin.check(TYPES.pool, known);
    expect(failures).toEqual([]);
    const made = await plugin.create(TYPES.pool, inputs, { name: "p-units" });
    // What the test driver gives each of its pools: 100 GiB.
    expect(made.properties).toMatchObject({ capacity: 100, allocation: 0, available: 100 * 1024 ** 2 });
    const { capacityUnit: _unit, ...rest } = inputs;
    const updated = await plugin.update(TYPES.pool, made.id, inputs, rest, made.properties);
    expect(updated.capacity).toBe(100 * 1024 ** 3);
    await plugin.delete(TYPES.pool, made.id, rest, updated);
  });

  it("a VM without a balloon of its own gets all of its memory, also of another one", async () => {
    const known = { name: "m", type: "test", memory: 64, memoryUnit: "MiB", os: { type: "hvm" } };
    const made = await plugin.create(TYPES.domain, known, { name: "m" });
    const balloon = async () => (await plugin.read(TYPES.domain, made.id)).inputs.currentMemory;
    const update = (before: Bag, after: Bag) =>
      plugin.update(TYPES.domain, made.id, before, after, made.properties);
    const grown = { ...known, memory: 96 };
    await update(known, grown);
    expect(await balloon()).toBe(96 * 1024);
    await update(grown, { ...grown, currentMemory: 48, currentMemoryUnit: "MiB" });
    const less = { ...known, memory: 80, currentMemory: 48, currentMemoryUnit: "MiB" };
    await update({ ...grown, currentMemory: 48, currentMemoryUnit: "MiB" }, less);
    expect(await balloon()).toBe(48 * 1024);
    await update(less, { ...known, title: "t", memory: 80 });
    expect(await balloon()).toBe(80 * 1024);
    await plugin.delete(TYPES.domain, made.id, known, made.properties);
  });

  it("a volume is only made where its path says", async () => {
    const known = { name: "v", pool: "default-pool", capacity: 1, capacityUnit: "GiB" };
    const right = { ...known, target: { path: "/default-pool/v" }, physicalUnit: "MiB" };
    const wrong = { ...known, target: { path: "/elsewhere/v" } };
    await expect(plugin.create(TYPES.volume, wrong, { name: "v" })).rejects.toThrow(
      'target.path is "/elsewhere/v", but pool default-pool puts it at "/default-pool/v"',
    );
    const made = await plugin.create(TYPES.volume, right, { name: "v" });
    expect(made.properties.path).toBe("/default-pool/v");
    expect((await plugin.read(TYPES.volume, made.id, right, made.properties)).inputs).toEqual(right);
    await plugin.delete(TYPES.volume, made.id, right, made.properties);
  });

  it("a network's port profiles are of one kind each", async () => {
    const params = { openVSwitch: {}, midoNet: { interfaceId: "09b11c53-8b5c-4eeb-8f00-d84eaa0aaa3b" } };
    const inputs = {
      name: "n",
      virtualPort: { params: { any: { profileId: "a" } } },
      portGroups: [{ name: "a" }, { name: "b", virtualPort: { params } }],
    };
    expect((await plugin.check(TYPES.network, inputs)).failures).toEqual([
      {
        property: "portGroups[1].virtualPort.params",
        reason: "has openVSwitch and midoNet; exactly one is right",
      },
    ]);
  });
});
