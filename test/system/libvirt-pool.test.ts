/** Pools, seeds and networks on a real libvirt: their life, drift, import, and what is refused. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `pools, seeds and networks (skipped: ${why})` : "pools, seeds and networks";
const whyNoLoop = why ?? missing("losetup", "mkfs.ext4", "mount");
const whyNoLvm = whyNoLoop ?? missing("vgcreate") ?? noDeviceMapper();
const whyNoDisk = whyNoLoop ?? missing("parted");

/** The reason why something of the machine cannot be used; undefined when it can. */
function missing(...tools: string[]): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  const lacking = tools.find((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  return lacking && `${lacking} is not installed`;
}

function noDeviceMapper(): string | undefined {
  return existsSync("/dev/mapper/control") ? undefined : "the kernel has no device mapper";
}

const skip = (text: string, reason: string | undefined): string =>
  reason ? `${text} (skipped: ${reason})` : text;

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;

  ownLibvirt((own) => {
    ({ daemon, plugin } = own);
  });

  const message = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "it was done",
      (error: Error) => error.message,
    );
  const noDiff = async (type: string, inputs: Bag, id: string, state?: Bag): Promise<void> => {
    const seen = await plugin.read(type, id, inputs, state);
    expect((await plugin.diff(type, seen.inputs, inputs)).detailed).toEqual({});
  };
  const info = (name: string): string => daemon.virsh("pool-info", name).replaceAll(/\s+/g, " ");

  it("starts a pool that was stopped by hand, and puts its autostart back", async () => {
    const inputs: Bag = { name: "dir", type: "dir", target: { path: join(daemon.folder, "dir") } };
    const made = await plugin.create(TYPES.pool, inputs, { name: "dir" });
    expect(info("dir")).toMatch(/State: running .*Autostart: yes/);
    await noDiff(TYPES.pool, inputs, made.id, made.properties);

    daemon.virsh("pool-destroy", "dir");
    daemon.virsh("pool-autostart", "dir", "--disable");
    const seen = await plugin.read(TYPES.pool, made.id, inputs, made.properties);
    expect(seen.inputs.create).toEqual({ start: false, autostart: false });
    expect((await plugin.diff(TYPES.pool, seen.inputs, inputs)).replaces).toEqual([]);
    await plugin.update(TYPES.pool, made.id, seen.inputs, inputs, seen.properties);
    expect(info("dir")).toMatch(/State: running .*Autostart: yes/);
    await noDiff(TYPES.pool, inputs, made.id, made.properties);

    // A folder that is gone is not made anew: it could be a file system that is not mounted.
    daemon.virsh("pool-destroy", "dir");
    rmSync(inputs.target.path, { recursive: true });
    expect(await message(plugin.update(TYPES.pool, made.id, inputs, inputs, made.properties))).toContain(
      `pool dir cannot start: its folder ${inputs.target.path} is not there`,
    );
    mkdirSync(inputs.target.path);
    await plugin.update(TYPES.pool, made.id, inputs, inputs, made.properties);
    // A second pool of the same place would take the first one's volumes for its own.
    const twin = { ...inputs, name: "twin" };
    expect(await message(plugin.create(TYPES.pool, twin, { name: "twin" }))).toContain(
      'pool "dir" of the host has the same place',
    );

    const imported = await plugin.read(TYPES.pool, "dir");
    await noDiff(TYPES.pool, imported.inputs, made.id, imported.properties);
    daemon.virsh("pool-autostart", "dir", "--disable");
    expect((await plugin.read(TYPES.pool, "dir")).inputs.create).toEqual({ autostart: false });

    // What somebody has put in it is not deleted with it.
    writeFileSync(join(inputs.target.path, "theirs.img"), "data");
    const all = { ...inputs, destroy: { delete: true } };
    expect(await message(plugin.delete(TYPES.pool, made.id, all, all))).toContain(
      "pool dir is not deleted: destroy.delete would take its data too, and it holds theirs.img. Delete them first",
    );
    expect(info("dir")).toContain("State: running");
    rmSync(join(inputs.target.path, "theirs.img"));
    await plugin.delete(TYPES.pool, made.id, all, all);
    expect(existsSync(inputs.target.path)).toBe(false);
  });

  it("goes on from a pool that could not be started, and builds it then", async () => {
    const path = join(daemon.folder, "later");
    writeFileSync(path, "in the way");
    const inputs = { name: "later", type: "dir", target: { path } };
    expect(await message(plugin.create(TYPES.pool, inputs, { name: "later" }))).toMatch(/later/);
    const id = daemon.virsh("pool-uuid", "later").trim();
    rmSync(path);
    // The test's plugin is asked as the resource `vm` by everything but create.
    const again = await plugin.create(TYPES.pool, inputs, { name: "later" });
    expect(again.id).toBe(id);
    expect(info("later")).toContain("State: running");
    await plugin.delete(TYPES.pool, id, inputs, again.properties);
  });

  const device = (size: number): { path: string; end(): void } => {
    const file = join(daemon.folder, `device-${size}`);
    writeFileSync(file, "");
    execFileSync("truncate", ["-s", `${size}M`, file]);
    const path = execFileSync("losetup", ["-f", "--show", file], { encoding: "utf8" }).trim();
    return { path, end: () => execFileSync("losetup", ["-d", path]) };
  };

  it.skipIf(whyNoLoop !== undefined)(
    skip("makes a file system on a device, fills it, and never overwrites one", whyNoLoop),
    async () => {
      const { path, end } = device(48);
      try {
        const inputs: Bag = {
          name: "fs",
          type: "fs",
          source: { devices: [{ path }], format: { type: "ext4" } },
          target: { path: join(daemon.folder, "mounted here") },
          create: { build: true },
        };
        const made = await plugin.create(TYPES.pool, inputs, { name: "fs" });
        expect(made.properties.capacity).toBeGreaterThan(30 * 1024 ** 2);
        await noDiff(TYPES.pool, inputs, made.id, made.properties);
        const volume = (name: string, capacity: number): Bag => ({ name, pool: "fs", capacity });
        const kept = await plugin.create(TYPES.volume, volume("kept", 8 * 1024 ** 2), { name: "kept" });
        // Full: nothing is left of the second one, and the first keeps its size.
        expect(
          await message(plugin.create(TYPES.volume, volume("big", 64 * 1024 ** 2), { name: "big" })),
        ).toMatch(/pool fs has no room left \(\d+(\.\d+)? MiB of \d+(\.\d+)? MiB are free\)\. Free some/);
        const image = join(daemon.folder, "image");
        writeFileSync(image, Buffer.alloc(48 * 1024 ** 2, "x"));
        const uploaded = { name: "image", pool: "fs", create: { content: { url: image } } };
        // libvirt itself says of about one in ten such uploads that it is done.
        for (let i = 0; i < 10; i++) {
          expect(await message(plugin.create(TYPES.volume, uploaded, { name: "image" }))).toContain(
            "pool fs has no room left",
          );
        }
        expect(daemon.virsh("vol-list", "fs")).not.toMatch(/^ (big|image) /m);

        // Deleted and made again: what is on the device is taken as it is.
        await plugin.delete(TYPES.pool, made.id, inputs, made.properties);
        const again = await plugin.create(TYPES.pool, inputs, { name: "fs" });
        expect(daemon.virsh("vol-list", "fs")).toContain("kept");
        expect((await plugin.read(TYPES.volume, kept.id, volume("kept", 8 * 1024 ** 2))).id).toBe(kept.id);
        await plugin.delete(TYPES.pool, again.id, inputs, again.properties);
        const other = { ...inputs, name: "other", source: { devices: [{ path }], format: { type: "xfs" } } };
        expect(await message(plugin.create(TYPES.pool, other, { name: "other" }))).toMatch(/other/);
        expect(execFileSync("blkid", ["-o", "value", "-s", "TYPE", path], { encoding: "utf8" }).trim()).toBe(
          "ext4",
        );
        await plugin.delete(TYPES.pool, daemon.virsh("pool-uuid", "other").trim(), other, other);
      } finally {
        end();
      }
    },
  );

  it("knows a volume that libvirt made in whole KiB for the size that was declared", async () => {
    const pool: Bag = { name: "kib", type: "dir", target: { path: join(daemon.folder, "kib") } };
    const dir = await plugin.create(TYPES.pool, pool, { name: "kib" });
    const inputs: Bag = {
      name: "v",
      pool: "kib",
      capacity: 1_000_000_000,
      target: { format: { type: "qcow2" } },
    };
    const made = await plugin.create(TYPES.volume, inputs, { name: "v" });
    expect(daemon.virsh("vol-dumpxml", "v", "kib")).toContain("<capacity unit='bytes'>1000000512</capacity>");
    await noDiff(TYPES.volume, inputs, made.id, made.properties);
    const larger = { ...inputs, capacity: 1_000_001_024 };
    const grown = await plugin.update(TYPES.volume, made.id, inputs, larger, made.properties);
    await noDiff(TYPES.volume, larger, made.id, grown);
    await plugin.delete(TYPES.volume, made.id, larger, grown);
    await plugin.delete(TYPES.pool, dir.id, pool, dir.properties);
  });

  it.skipIf(whyNoLvm !== undefined)(
    skip("makes a volume group, and volumes in whole extents", whyNoLvm),
    async () => {
      const { path, end } = device(64);
      try {
        const inputs: Bag = {
          name: "vgpulumi",
          type: "logical",
          source: { devices: [{ path }], name: "vgpulumi" },
          create: { build: true },
          destroy: { delete: true },
        };
        const made = await plugin.create(TYPES.pool, inputs, { name: "vg" });
        const volume = { name: "lv", pool: "vgpulumi", capacity: 9 * 1024 ** 2 };
        const lv = await plugin.create(TYPES.volume, volume, { name: "lv" });
        await noDiff(TYPES.volume, volume, lv.id, lv.properties);
        expect(await message(plugin.delete(TYPES.pool, made.id, inputs, made.properties))).toContain(
          "it holds lv",
        );
        await plugin.delete(TYPES.volume, lv.id, volume, lv.properties);
        await plugin.delete(TYPES.pool, made.id, inputs, made.properties);
      } finally {
        end();
      }
    },
  );

  it.skipIf(whyNoDisk !== undefined)(skip("makes a partition table", whyNoDisk), async () => {
    const { path, end } = device(32);
    try {
      const inputs: Bag = {
        name: "disk",
        type: "disk",
        source: { devices: [{ path }], format: { type: "gpt" } },
        target: { path: "/dev" },
        create: { build: true },
      };
      const made = await plugin.create(TYPES.pool, inputs, { name: "disk" });
      await noDiff(TYPES.pool, inputs, made.id, made.properties);
      await plugin.delete(TYPES.pool, made.id, inputs, made.properties);
    } finally {
      end();
    }
  });

  it("asks for what a kind of pool cannot be without", async () => {
    const properties = async (inputs: Bag): Promise<string[]> =>
      (await plugin.check(TYPES.pool, { name: "p", ...inputs })).failures.map(({ property }) => property);
    expect(await properties({ type: "fs" })).toEqual(["target.path", "source.devices"]);
    expect(await properties({ type: "disk", target: { path: "/dev" } })).toEqual(["source.devices"]);
    expect(await properties({ type: "logical", create: { build: true } })).toEqual(["source.devices"]);
    expect(await properties({ type: "logical" })).toEqual([]);
  });

  it("does what onSeedChange says when a document changes, and asks for it where it says nothing", async () => {
    const seed = (userData: string, onSeedChange?: string): Bag => ({
      name: "seed",
      userData,
      metaData: "instance-id: a\n",
      ...(onSeedChange && { onSeedChange }),
    });
    const made = await plugin.create(TYPES.cloudinitDisk, seed("#cloud-config\nhostname: a\n"));
    const { path } = made.properties;
    const bytes = readFileSync(path);
    const before = seed("#cloud-config\nhostname: a\n");

    const { failures } = await plugin.check(TYPES.cloudinitDisk, seed("hunter2"), before);
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(
          /^userData: changed, and onSeedChange does not say.*"ignore".*"replace"/,
        ),
      },
    ]);
    for (const choice of ["ignore", "replace"]) {
      const after = seed("#cloud-config\nhostname: b\n", choice);
      expect((await plugin.check(TYPES.cloudinitDisk, after, before)).failures).toEqual([]);
      const { detailed, replaces } = await plugin.diff(TYPES.cloudinitDisk, before, after);
      expect(detailed).toEqual({
        onSeedChange: "add",
        userData: choice === "ignore" ? "update" : "update-replace",
      });
      expect(replaces).toEqual(choice === "ignore" ? [] : ["userData"]);
    }
    const ignored = seed("#cloud-config\nhostname: b\n", "ignore");
    const updated = await plugin.update(TYPES.cloudinitDisk, made.id, before, ignored, made.properties);
    expect(updated.path).toBe(path);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    // The choice itself changes nothing, and nor does a document that stays as it is.
    expect((await plugin.check(TYPES.cloudinitDisk, seed("x"), seed("x", "ignore"))).failures).toEqual([]);

    // An image that is gone from this machine is written anew where it was, so that no volume is replaced for it.
    rmSync(path);
    const read = await plugin.read(TYPES.cloudinitDisk, made.id, ignored, updated);
    expect([read.id, read.properties.path]).toEqual([made.id, path]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path).includes("hostname: b")).toBe(true);
    await plugin.delete(TYPES.cloudinitDisk, made.id, ignored, updated);
    expect(readdirSync(join(daemon.folder, "state", "cloudinit"))).toEqual([]);
  });

  it("keeps a running network as it is, says what waits, and starts one that was stopped", async () => {
    // Bridges are the machine's own, so this one has a name that nobody else takes.
    const bridge = `nf${process.pid}`.slice(0, 14);
    const inputs: Bag = { name: "isolated", bridge: { name: bridge }, mtu: { size: 1400 } };
    const made = await plugin.create(TYPES.network, inputs, { name: "isolated" });
    try {
      await noDiff(TYPES.network, inputs, made.id, made.properties);
      const next = { ...inputs, mtu: { size: 1300 }, autostart: true };
      const updated = await plugin.update(TYPES.network, made.id, inputs, next, made.properties);
      expect(updated.pendingRestart).toEqual(["mtu.size"]);
      expect(daemon.virsh("net-dumpxml", "isolated")).toContain("<mtu size='1400'/>");
      expect(daemon.virsh("net-dumpxml", "isolated", "--inactive")).toContain("<mtu size='1300'/>");
      await noDiff(TYPES.network, next, made.id, updated);

      daemon.virsh("net-destroy", "isolated");
      daemon.virsh("net-autostart", "isolated", "--disable");
      const seen = await plugin.read(TYPES.network, made.id, next, updated);
      expect(seen.inputs).toEqual({ ...next, running: false, autostart: false });
      const back = await plugin.update(TYPES.network, made.id, seen.inputs, next, seen.properties);
      expect(back.pendingRestart).toEqual([]);
      expect(daemon.virsh("net-dumpxml", "isolated")).toContain("<mtu size='1300'/>");
      expect(daemon.virsh("net-info", "isolated")).toMatch(/Autostart:\s+yes/);
      const imported = await plugin.read(TYPES.network, "isolated");
      await noDiff(TYPES.network, imported.inputs, made.id, imported.properties);

      const vm: Bag = {
        name: "guest",
        type: "qemu",
        memory: 32,
        memoryUnit: "MiB",
        running: true,
        os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
        devices: {
          interfaces: [{ source: { network: { network: "isolated" } }, model: { type: "virtio" } }],
        },
      };
      const domain = await plugin.create(TYPES.domain, vm, { name: "guest" });
      expect(await message(plugin.delete(TYPES.network, made.id, next, back))).toContain(
        "network isolated is not deleted: running VMs are on it, guest. Shut them down",
      );
      daemon.virsh("destroy", "guest");
      await plugin.delete(TYPES.domain, domain.id, vm, domain.properties);
    } finally {
      await plugin.delete(TYPES.network, made.id, inputs, made.properties);
    }
    expect(existsSync(`/sys/class/net/${bridge}`)).toBe(false);
    const off = { name: "off", bridge: { name: bridge }, running: false };
    const kept = await plugin.create(TYPES.network, off, { name: "off" });
    expect(daemon.virsh("net-list", "--name").trim()).toBe("");
    await noDiff(TYPES.network, off, kept.id, kept.properties);
    await plugin.delete(TYPES.network, kept.id, off, kept.properties);
  });
});
