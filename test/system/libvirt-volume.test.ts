/** Volumes on a real libvirt: where their content comes from, how they grow, and what is never lost. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, startPlugin, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `volumes on a real libvirt (skipped: ${why})` : "volumes on a real libvirt";

const MIB = 1024 ** 2;
const QCOW2: Bag = { target: { format: { type: "qcow2" } } };
const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;
  let folder: string;
  let images: string;

  ownLibvirt(async (own) => {
    ({ daemon, plugin } = own);
    // Blanks and quotes in every path.
    folder = join(daemon.folder, "a pool's folder");
    images = join(daemon.folder, "base images");
    mkdirSync(images);
    const pool = { name: "p", type: "dir", target: { path: folder } };
    await plugin.create(TYPES.pool, pool, { name: "p" });
  });

  const volume = (name: string, more: Bag): Bag => ({ name, pool: "p", ...more });
  const make = (name: string, more: Bag) => plugin.create(TYPES.volume, volume(name, more), { name });
  const failure = async (name: string, more: Bag): Promise<string> => {
    const before = readdirSync(folder).sort();
    const message = await make(name, more).then(
      () => "it was made",
      (error: Error) => error.message,
    );
    // Nothing is left behind, whatever was wrong.
    expect(readdirSync(folder).sort(), message).toEqual(before);
    return message;
  };
  /** Waits for the file of a volume that is being made; fails with the making. */
  const begun = async (name: string, making: Promise<unknown>): Promise<void> => {
    let failed: unknown;
    making.catch((failure: unknown) => {
      failed = failure;
    });
    while (!existsSync(join(folder, name))) {
      if (failed !== undefined) throw failed;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const virtualSize = (name: string): number =>
    JSON.parse(
      execFileSync("qemu-img", ["info", "--output=json", "-U", join(folder, name)], { encoding: "utf8" }),
    )["virtual-size"];
  const image = (name: string, ...args: string[]): string => {
    const path = join(images, name);
    execFileSync("qemu-img", ["create", "-q", "-f", args[0] ?? "qcow2", path, args[1] ?? "8M"]);
    return path;
  };

  it("bases a volume on an image only when that is there and what it is said to be", async () => {
    const base = image("base.qcow2");
    const raw = image("base.raw", "raw");
    const over = (path: string, type?: string): Bag => ({
      ...QCOW2,
      backingStore: { path, ...(type && { format: { type } }) },
    });
    expect(await failure("v", over(join(images, "none.qcow2"), "qcow2"))).toContain(
      `the base image ${join(images, "none.qcow2")} does not exist on the host`,
    );
    expect(await failure("v", over("/no/such/folder/x.img"))).toContain("does not exist on the host");
    expect(await failure("v", over(base, "raw"))).toContain(
      `${base} is of format qcow2, but backingStore.format.type is "raw"; a VM would read it wrongly. Give "qcow2"`,
    );
    expect(await failure("v", over(raw, "qcow2"))).toContain(
      `${raw} is of format raw, but backingStore.format.type is "qcow2"`,
    );
    expect(await failure("v", { ...over(base), capacity: 4 * MIB })).toContain(
      `${base} has 8388608 bytes, but capacity is 4194304`,
    );
    // The looks have left no pool behind.
    expect(daemon.virsh("pool-list", "--all", "--name").trim()).toBe("p");

    // A format that is not declared is looked up and written down, never left to be probed.
    const made = await make("v", over(base));
    expect(readFileSync(made.properties.path).includes(base)).toBe(true);
    expect(daemon.virsh("vol-dumpxml", "v", "p")).toMatch(/<backingStore>[\s\S]*<format type='qcow2'\/>/);
    expect(daemon.virsh("vol-dumpxml", "v", "p")).toContain("<compat>1.1</compat>");
    // VMs that are made together have one base image.
    const together = Array.from({ length: 6 }, (_, index) => `together ${index}`);
    await Promise.all(together.map((name) => make(name, over(base, "qcow2"))));
    expect(together.map(virtualSize)).toEqual(together.map(() => 8 * MIB));
    expect(daemon.virsh("pool-list", "--all", "--name").trim()).toBe("p");
    // A base image that has just been put into the pool, which libvirt has not seen yet.
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", join(folder, "new.qcow2"), "8M"]);
    await make("w", over(join(folder, "new.qcow2"), "qcow2"));
    expect(virtualSize("w")).toBe(8 * MIB);
    rmSync(join(folder, "new.qcow2"));
    await expect(make("x", over(join(folder, "new.qcow2"), "qcow2"))).rejects.toThrow(
      /does not exist on the host/,
    );
  });

  it("copies a volume as a whole, also into another format and size", async () => {
    await make("original", { ...QCOW2, capacity: 8 * MIB });
    const from = (more: Bag = {}): Bag => ({ create: { from: { volume: "original" } }, ...more });
    await make("copy", from());
    expect([virtualSize("copy"), readFileSync(join(folder, "copy")).toString("latin1", 0, 3)]).toEqual([
      8 * MIB,
      "QFI",
    ]);
    await make("larger", from({ ...QCOW2, capacity: 16 * MIB }));
    expect(virtualSize("larger")).toBe(16 * MIB);
    await make("raw", from({ target: { format: { type: "raw" } }, capacity: 12 * MIB }));
    expect(statSync(join(folder, "raw")).size).toBe(12 * MIB);
    expect(await failure("less", from({ ...QCOW2, capacity: 4 * MIB }))).toContain(
      "volume less: capacity is 4194304 bytes, but volume original has 8388608",
    );
    expect(await failure("none", { create: { from: { volume: "nothing" } } })).toContain(
      "create.from: there is no volume nothing in pool p",
    );
  });

  it("uploads a file, verified from end to end, and keeps its holes", async () => {
    // 48 MiB of which a few bytes are not zero.
    const sparse = join(images, "sparse.img");
    const file = openSync(sparse, "w");
    ftruncateSync(file, 48 * MIB);
    writeSync(file, "start", 0);
    writeSync(file, "end", 40 * MIB);
    closeSync(file);
    const content = readFileSync(sparse);
    const made = await make("sparse", { create: { content: { url: sparse, sha256: sha256(content) } } });
    expect(readFileSync(made.properties.path).equals(content)).toBe(true);
    expect(statSync(made.properties.path).blocks * 512).toBeLessThan(MIB);

    const wrong = sha256(Buffer.from("other"));
    expect(await failure("wrong", { create: { content: { url: sparse, sha256: wrong } } })).toContain(
      `${sparse} has the SHA-256 ${sha256(content)}, but ${wrong} is declared. Nothing was made`,
    );
    const packed = join(images, "image.xz");
    writeFileSync(packed, Buffer.from("fd377a585a000000", "hex"));
    const cases: readonly (readonly [inputs: Bag, text: string])[] = [
      [{ create: { content: { url: packed } } }, "is compressed (xz), and a VM could not use it"],
      [
        { create: { content: { url: image("q.qcow2") } } },
        'target.format.type is raw by default. Give "qcow2"',
      ],
      [{ ...QCOW2, create: { content: { url: sparse } } }, "is no qcow2 image"],
      [
        { create: { content: { url: "ftp://127.0.0.1/x" } } },
        "is neither a path, nor a file:, http: or https:",
      ],
      [{ create: { content: { url: "file://elsewhere/x" } } }, "is no file of this machine"],
      [{ create: { content: { url: join(images, "nothing") } } }, "cannot read"],
    ];
    for (const [inputs, text] of cases) expect(await failure("bad", inputs)).toContain(text);
    const layered = join(images, "layered.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", sparse, "-F", "raw", layered]);
    expect(await failure("bad", { ...QCOW2, create: { content: { url: layered } } })).toContain(
      "keeps a part of its data in another file",
    );
    writeFileSync(join(images, "empty"), "");
    expect(await failure("bad", { create: { content: { url: join(images, "empty") } } })).toContain(
      "is empty",
    );
    // A link to an image is that image.
    symlinkSync(sparse, join(images, "link"));
    await make("linked", { create: { content: { url: `file://${encodeURI(join(images, "link"))}` } } });
    expect(statSync(join(folder, "linked")).size).toBe(48 * MIB);
  });

  it("downloads content whose checksum is declared, and takes nothing else", async () => {
    const data = Buffer.alloc(3 * MIB, "x");
    const server: Server = createServer((request, response) => {
      if (request.url?.startsWith("/cut")) {
        response.writeHead(200, { "content-length": data.length });
        response.write(data.subarray(0, MIB), () => response.destroy());
      } else if (request.url?.startsWith("/image")) response.end(data);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const content = (url: string, sum = sha256(data)): Bag => ({
        create: { content: { url, sha256: sum } },
      });
      const made = await make("web", content(`${base}/image?token=hunter2`));
      expect(readFileSync(made.properties.path).equals(data)).toBe(true);
      expect(await failure("bad", content(`${base}/none`))).toContain(`${base}/none answers 404 Not Found`);
      expect(await failure("bad", content(`${base}/cut`))).toContain(`cannot download ${base}/cut`);
      const other = await failure("bad", content(`${base}/image?token=hunter2`, sha256(Buffer.from("y"))));
      expect(other).toContain(`${base}/image has the SHA-256`);
      expect(other).not.toContain("hunter2");
      expect(readdirSync(join(daemon.folder, "state", "downloads"))).toEqual([]);
    } finally {
      server.close();
    }
    const { failures } = await plugin.check(
      TYPES.volume,
      volume("web", { create: { content: { url: base } } }),
    );
    expect(failures.map(({ property }) => property)).toEqual(["create.content.sha256"]);
  });

  it("makes anew what a provider that was killed in the middle of an upload has left", async () => {
    const big = join(images, "big.img");
    execFileSync("sh", ["-c", 'head -c 67108864 /dev/urandom > "$1"', "sh", big]);
    const inputs = { create: { content: { url: big } } };
    const other = await startPlugin({ uri: daemon.uri, stateDir: join(daemon.folder, "state") });
    const creating = other.create(TYPES.volume, volume("cut", inputs), { name: "cut" });
    // As soon as there is a file, the upload has begun or is about to.
    await begun("cut", creating);
    process.kill(other.pid, "SIGKILL");
    await expect(creating).rejects.toThrow();
    // The host may know a half-written volume now; the same resource makes it anew, whole.
    await make("cut", inputs);
    expect(readFileSync(join(folder, "cut")).equals(readFileSync(big))).toBe(true);
  });

  it("grows a disk of a running VM through its QEMU, and any other by itself", async () => {
    const disk = volume("disk one.qcow2", { ...QCOW2, capacity: 8, capacityUnit: "MiB" });
    const raw = volume("raw disk", { capacity: 8, capacityUnit: "MiB" });
    const made = await plugin.create(TYPES.volume, disk, { name: "disk" });
    const rawMade = await plugin.create(TYPES.volume, raw, { name: "raw" });
    const base = image("under.qcow2");
    await make("layer", { ...QCOW2, backingStore: { path: base, format: { type: "qcow2" } } });
    const source = (name: string) => ({ volume: { pool: "p", volume: name } });
    const vm: Bag = {
      name: "vm",
      type: "qemu",
      memory: 32,
      memoryUnit: "MiB",
      running: true,
      destroy: { shutdown: { timeout: 1 } },
      os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
      devices: {
        disks: [
          {
            source: source("disk one.qcow2"),
            driver: { name: "qemu", type: "qcow2" },
            target: { dev: "vda", bus: "virtio" },
          },
          {
            source: { file: { file: rawMade.properties.path } },
            driver: { name: "qemu", type: "raw" },
            target: { dev: "vdb", bus: "virtio" },
          },
          {
            source: source("layer"),
            driver: { name: "qemu", type: "qcow2" },
            target: { dev: "vdc", bus: "virtio" },
          },
        ],
      },
    };
    const domain = await plugin.create(TYPES.domain, vm, { name: "vm" });
    const pid = daemon.qemuPid("vm");
    for (const [inputs, id, state, target] of [
      [disk, made.id, made.properties, "vda"],
      [raw, rawMade.id, rawMade.properties, "vdb"],
    ] as const) {
      const grown = { ...inputs, capacity: 16 };
      const updated = await plugin.update(TYPES.volume, id, inputs, grown, state);
      // What the guest sees.
      expect(daemon.virsh("domblkinfo", "vm", target)).toMatch(/Capacity:\s+16777216/);
      expect((await plugin.read(TYPES.volume, id, grown, updated)).inputs).toEqual(grown);
      await expect(plugin.delete(TYPES.volume, id, inputs, state)).rejects.toThrow(
        `is not deleted: a running VM uses it, vm (${target})`,
      );
    }
    expect(virtualSize("disk one.qcow2")).toBe(16 * MIB);
    expect(daemon.qemuPid("vm")).toBe(pid);
    // An image below a running VM's own is neither grown nor copied from under it, and nor is its pool taken away.
    await expect(make("torn", { create: { from: { volume: "raw disk" } } })).rejects.toThrow(
      "a running VM writes to volume raw disk, vm (vdb), so a copy would be torn",
    );
    await expect(
      make("based", { ...QCOW2, backingStore: { path: made.properties.path, format: { type: "qcow2" } } }),
    ).rejects.toThrow("is a disk that vm (vda) writes to");
    const pool = { name: "p", type: "dir", target: { path: folder } };
    const uuid = daemon.virsh("pool-uuid", "p").trim();
    await expect(plugin.delete(TYPES.pool, uuid, pool, pool)).rejects.toThrow(
      /pool p is not deleted: running VMs use volumes of it, vm \(vd/,
    );
    expect(daemon.virsh("pool-list", "--name").trim()).toBe("p");

    // A VM that is paused, as when its disk is full, has its images open as well.
    daemon.virsh("suspend", "vm");
    await expect(
      plugin.delete(TYPES.volume, rawMade.id, { ...raw, capacity: 16 }, rawMade.properties),
    ).rejects.toThrow("is not deleted: a running VM uses it, vm (vdb)");
    expect(existsSync(rawMade.properties.path)).toBe(true);
    await plugin.update(
      TYPES.volume,
      rawMade.id,
      { ...raw, capacity: 16 },
      { ...raw, capacity: 24 },
      rawMade.properties,
    );
    expect(daemon.virsh("domblkinfo", "vm", "vdb")).toMatch(/Capacity:\s+25165824/);

    daemon.virsh("destroy", "vm");
    await plugin.update(
      TYPES.volume,
      made.id,
      { ...disk, capacity: 16 },
      { ...disk, capacity: 32 },
      made.properties,
    );
    expect(virtualSize("disk one.qcow2")).toBe(32 * MIB);
    await plugin.delete(TYPES.domain, domain.id, vm, domain.properties);
  });

  it("shows a volume that was grown by hand, and refuses to shrink it", async () => {
    const inputs = volume("grown", { ...QCOW2, capacity: 8, capacityUnit: "MiB" });
    const made = await plugin.create(TYPES.volume, inputs, { name: "grown" });
    daemon.virsh("vol-resize", "grown", "16M", "p");
    const seen = await plugin.read(TYPES.volume, made.id, inputs, made.properties);
    expect(seen.inputs).toEqual({ ...inputs, capacity: 16 });
    const { failures } = await plugin.check(TYPES.volume, inputs, seen.inputs);
    expect(failures).toEqual([
      {
        property: "capacity",
        reason:
          "would shrink the volume from 16777216 to 8388608 bytes, which destroys data. Declare at least 16777216 bytes (also if it was grown by hand on the host), or make a new volume and copy what is needed",
      },
    ]);
    expect((await plugin.check(TYPES.volume, { ...inputs, capacity: 16 }, seen.inputs)).failures).toEqual([]);
  });

  it("makes a volume anew whose file is gone, unless it is precious", async () => {
    const inputs = volume("lost", { capacity: MIB });
    const made = await plugin.create(TYPES.volume, inputs, { name: "lost" });
    const precious = { ...inputs, precious: true };

    // One that libvirt's list lacks is not gone: the file system was mounted after the pool was started, maybe.
    const unlist = (path: string): void => {
      renameSync(path, join(images, "away"));
      daemon.virsh("pool-refresh", "p");
      renameSync(join(images, "away"), path);
    };
    for (const declared of [inputs, precious]) {
      unlist(made.properties.path);
      expect((await plugin.read(TYPES.volume, made.id, declared, made.properties)).inputs).toEqual(declared);
    }
    unlist(made.properties.path);
    writeFileSync(made.properties.path, Buffer.alloc(MIB, "k"));
    expect((await plugin.create(TYPES.volume, inputs, { name: "lost" })).id).toBe(made.id);
    expect(readFileSync(made.properties.path, "latin1")[0]).toBe("k");

    rmSync(made.properties.path);
    await expect(plugin.read(TYPES.volume, made.id, precious, made.properties)).rejects.toThrow(
      `the precious volume lost is gone from pool p: ${made.properties.path} is no longer on the host`,
    );
    expect((await plugin.read(TYPES.volume, made.id, inputs, made.properties)).id).toBe("");
    // From then on the name is anybody's.
    writeFileSync(made.properties.path, Buffer.alloc(MIB, "t"));
    await expect(plugin.create(TYPES.volume, inputs, { name: "lost" })).rejects.toThrow(
      'volume "lost" exists on',
    );
    rmSync(made.properties.path);
    expect((await plugin.create(TYPES.volume, inputs, { name: "lost" })).id).toBe(made.id);
    expect(statSync(made.properties.path).size).toBe(MIB);

    // One that is deleted goes from the disk, whether or not the list has it.
    const listed = volume("unlisted", { capacity: MIB });
    const { id, properties } = await plugin.create(TYPES.volume, listed, { name: "unlisted" });
    unlist(properties.path);
    await plugin.delete(TYPES.volume, id, listed, properties);
    expect(existsSync(properties.path)).toBe(false);

    // A pool that is off hides its volumes; they are not gone.
    daemon.virsh("pool-destroy", "p");
    expect((await plugin.read(TYPES.volume, made.id, inputs, made.properties)).inputs).toEqual(inputs);
    daemon.virsh("pool-start", "p");
    // So does one whose folder is gone, which libvirt stops when it looks.
    renameSync(folder, `${folder} away`);
    expect((await plugin.read(TYPES.volume, made.id, inputs, made.properties)).inputs).toEqual(inputs);
    renameSync(`${folder} away`, folder);
    daemon.virsh("pool-start", "p");
  });

  it("takes over what this resource left behind, and nothing else of that name", async () => {
    const inputs = volume("kept", { ...QCOW2, capacity: 8 * MIB });
    const made = await plugin.create(TYPES.volume, inputs, { name: "kept" });
    // Retained by a destroy: the engine forgets it, and the next update creates the same resource.
    expect((await plugin.create(TYPES.volume, { ...inputs, capacity: 16 * MIB }, { name: "kept" })).id).toBe(
      made.id,
    );
    expect(virtualSize("kept")).toBe(16 * MIB);
    await expect(make("kept", { capacity: 16 * MIB, target: { format: { type: "raw" } } })).rejects.toThrow(
      "volume kept of pool p is left from an earlier update of this resource and is another one now (target.format.type)",
    );
    await expect(make("kept", { ...QCOW2, capacity: 8 * MIB })).rejects.toThrow(
      "is another one now (capacity)",
    );
    // A file that somebody put there behind libvirt's back is not overwritten, today or at the next try.
    writeFileSync(join(folder, "theirs"), "precious to somebody");
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(make("theirs", { capacity: MIB })).rejects.toThrow(
        /volume "theirs" exists on .* and does not belong to this stack/,
      );
    }
    expect(readFileSync(join(folder, "theirs"), "utf8")).toBe("precious to somebody");
    const imported = await plugin.read(TYPES.volume, "p/theirs");
    expect([imported.id, imported.inputs.name]).toEqual([join(folder, "theirs"), "theirs"]);
  });

  it("makes many volumes of one pool at once, while others are uploaded", async () => {
    const upload = join(images, "many.img");
    writeFileSync(upload, Buffer.alloc(8 * MIB, "m"));
    const names = Array.from({ length: 12 }, (_, index) => `many ${index}`);
    const made = await Promise.all(
      names.map((name, index) =>
        make(
          name,
          index % 3 === 0
            ? { create: { content: { url: upload, verify: true } } }
            : { ...QCOW2, capacity: MIB },
        ),
      ),
    );
    expect(made.map(({ properties }) => properties.path)).toEqual(names.map((name) => join(folder, name)));
    const listed = daemon.virsh("vol-list", "p");
    for (const name of names) expect(listed).toContain(name);
    await Promise.all(
      made.map(({ id, properties }, index) =>
        plugin.delete(TYPES.volume, id, volume(names[index] ?? "", { capacity: MIB }), properties),
      ),
    );
  });

  it("names what cannot be a volume before anything is made", async () => {
    const reasons = async (more: Bag): Promise<string[]> =>
      (await plugin.check(TYPES.volume, volume("v", more))).failures.map((f) => `${f.property} ${f.reason}`);
    expect(await reasons({ capacity: 0 })).toEqual([
      "capacity is 0, and a VM could not use such a volume. Give its size",
    ]);
    expect(await reasons({ ...QCOW2, capacity: 1000 })).toEqual([
      "capacity is 1000 bytes, and an image of format qcow2 has whole sectors of 512 bytes. Give 1024",
    ]);
    expect(await reasons({ create: {} })).toEqual(["create needs content (to upload) or from (to copy)"]);
    expect(await reasons({ create: { content: { url: "/x" }, from: { volume: "y" } }, capacity: 1 })).toEqual(
      ["create has create.content and create.from, and a volume has one content. Give one"],
    );
    expect(await reasons({ ...QCOW2, backingStore: { path: "base.img" } })).toEqual([
      'backingStore.path "base.img" must be an absolute path on the host',
    ]);
    // The largest that can be said: the host says what it thinks of it, and nothing is left.
    expect(await failure("huge", { capacity: 7, capacityUnit: "EiB" })).toMatch(
      /too large|No space|cannot extend/i,
    );
    // A checksum that is declared later is that of what is there; another one is another content.
    const before = volume("v", { create: { content: { url: "/x" } } });
    const sum = (digit: string) =>
      volume("v", { create: { content: { url: "/x", sha256: digit.repeat(64) } } });
    expect((await plugin.diff(TYPES.volume, before, sum("a"))).replaces).toEqual([]);
    expect((await plugin.diff(TYPES.volume, sum("a"), sum("b"))).replaces).toEqual(["create"]);
  });

  it("does not take content for whole that changed under way", async () => {
    const path = join(images, "growing.img");
    writeFileSync(path, Buffer.alloc(128 * MIB, "a"));
    writeFileSync(`${path}.new`, Buffer.alloc(128 * MIB, "b"));
    const creating = make("growing", { create: { content: { url: path } } });
    await begun("growing", creating);
    renameSync(`${path}.new`, path);
    await expect(creating).rejects.toThrow(
      `${path} was changed while it was uploaded, so the volume was not kept`,
    );
    expect(existsSync(join(folder, "growing"))).toBe(false);
  });
});
