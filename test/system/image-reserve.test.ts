/** A pool of 64 MiB on a real libvirt, of which a part is kept free of images. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, secret, startPlugin, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `the image reserve of a pool (skipped: ${why})` : "the image reserve of a pool";

const MIB = 1024 ** 2;
const RESERVE = 32 * MIB;
const DATA = Buffer.alloc(MIB, "x");
const SHA256 = createHash("sha256").update(DATA).digest("hex");

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plain: PluginClient;
  let keeping: PluginClient;
  let server: Server;
  let image = "";
  let requests = 0;
  let state = "";
  let pool = "";

  /** Runs a command where the daemon does: the pool's file system is mounted there alone. */
  const there = (command: string): string =>
    execFileSync(join(daemon.ssh, "ssh"), ["host", command], { encoding: "utf8" });
  const files = () => there(`ls '${pool}'`).split("\n").filter(Boolean);
  const make = (plugin: PluginClient, name: string, url: string, sha256?: string) =>
    plugin.create(
      TYPES.volume,
      { name, pool: "small", create: { content: { url, ...(sha256 && { sha256 }) } } } satisfies Bag,
      { name },
    );

  ownLibvirt(async (own) => {
    daemon = own.daemon;
    plain = own.plugin;
    state = join(daemon.folder, "keeping");
    pool = join(daemon.folder, "small");
    there(`mkdir '${pool}' && mount -t tmpfs -o size=64m tmpfs '${pool}'`);
    await plain.create(TYPES.pool, { name: "small", type: "dir", target: { path: pool } }, { name: "small" });
  });
  beforeAll(async () => {
    keeping = await startPlugin({ uri: daemon.uri, stateDir: state, imageReserve: String(RESERVE) });
    server = createServer((_, response) => {
      requests += 1;
      response.end(DATA);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    image = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`;
  });
  afterAll(async () => {
    server?.close();
    await keeping?.close();
  });

  it("stops an image before anything is downloaded or made, and lets it in once there is room", async () => {
    await make(keeping, "first", image, SHA256);
    expect(requests).toBe(1);

    // Guests fill a pool behind libvirt's back, which goes on telling what it saw.
    there(`head -c ${40 * MIB} /dev/zero > '${join(pool, "guest")}'`);
    const free = 23 * MIB;
    const refused = `volume second: no image is brought into pool small, which has ${free} bytes (23.0 MiB) free, while imageReserve of the provider wants ${RESERVE} bytes (32.0 MiB), ${RESERVE - free} bytes (9.00 MiB) more. Nothing was downloaded or made. Free some in the pool, take another one, or lower imageReserve (in a fleet: limits.imageReserve of the host)`;
    await expect(make(keeping, "second", image, SHA256)).rejects.toThrow(refused);
    const local = join(daemon.folder, "local.img");
    writeFileSync(local, DATA);
    await expect(make(keeping, "second", local)).rejects.toThrow(refused);
    expect(requests).toBe(1);
    expect(files()).toEqual(["first", "guest"]);
    expect(readdirSync(state).filter((name) => name === "downloads")).toEqual(["downloads"]);
    expect(readdirSync(join(state, "downloads"))).toEqual([]);

    there(`rm '${join(pool, "guest")}'`);
    await make(keeping, "second", image, SHA256);
    expect(requests).toBe(2);
    expect(files()).toEqual(["first", "second"]);
  });

  it("stops neither a VM's seed, nor an empty volume, nor a provider that keeps nothing", async () => {
    there(`head -c ${50 * MIB} /dev/zero > '${join(pool, "guest")}'`);
    const seed = { name: "seed", userData: secret("#cloud-config\n"), metaData: "instance-id: vm\n" };
    const { properties } = await keeping.create(TYPES.cloudinitDisk, seed, { name: "seed" });
    await make(keeping, "seed.iso", properties.path);
    await keeping.create(TYPES.volume, { name: "empty", pool: "small", capacity: MIB }, { name: "empty" });
    await expect(make(keeping, "third", image, SHA256)).rejects.toThrow(
      "no image is brought into pool small",
    );
    await make(plain, "third", image, SHA256);
    expect(files()).toEqual(["empty", "first", "guest", "second", "seed.iso", "third"]);
  });
});
