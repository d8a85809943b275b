/** The provider against a real libvirt and QEMU, started here for this test alone. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, secret, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `a real libvirt (skipped: ${why})` : "a real libvirt";

/** A small VM without a disk, emulated, so that it needs neither an image nor hardware virtualisation. */
const SMALL: Bag = {
  type: "qemu",
  memory: 64,
  memoryUnit: "MiB",
  currentMemory: 48,
  currentMemoryUnit: "MiB",
  vcpu: 2,
  ioThreads: 1,
  running: true,
  cpuTune: {
    vcpuPins: [
      { vcpu: 0, cpuSet: "0" },
      { vcpu: 1, cpuSet: "1" },
    ],
    emulatorPin: { cpuSet: "0-1" },
    ioThreadPins: [{ ioThread: 1, cpuSet: "0" }],
    quota: 50000,
    shares: 512,
  },
  numaTune: { memory: { mode: "strict", nodeset: "0" } },
  os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
  features: { acpi: true },
  devices: {
    interfaces: [{ source: { user: {} }, model: { type: "virtio" } }],
    consoles: [{ source: { pty: {} }, target: { type: "serial", port: 0 } }],
    channels: [{ target: { virtIo: { name: "org.qemu.guest_agent.0" } } }],
    memBalloon: { model: "virtio", freePageReporting: "on", stats: { period: 5 } },
    rngs: [{ model: "virtio", backend: { random: "/dev/urandom" } }],
  },
};

/** A network with everything, and one that only names a bridge of the host. */
const NETWORKS: Readonly<Record<string, Bag>> = {
  nat: {
    forward: { mode: "nat", nat: { ports: [{ start: 1024, end: 65535 }] } },
    bridge: { name: "virbr7", stp: "on", delay: "0" },
    mtu: { size: 9000 },
    domain: { name: "fleet.test", localOnly: "yes" },
    dns: { hosts: [{ ip: "10.7.0.2", hostnames: [{ hostname: "slm" }] }] },
    ips: [
      {
        address: "10.7.0.1",
        prefix: 24,
        dhcp: {
          ranges: [{ start: "10.7.0.100", end: "10.7.0.200" }],
          hosts: [{ mac: "52:54:00:00:00:07", name: "slm", ip: "10.7.0.2" }],
        },
      },
    ],
    autostart: true,
  },
  bridge: { forward: { mode: "bridge" }, bridge: { name: "br0" } },
};

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;

  ownLibvirt((own) => {
    ({ daemon, plugin } = own);
  });

  async function vm(name: string, changes: Bag = {}): Promise<{ id: string; inputs: Bag; state: Bag }> {
    const inputs: Bag = { name, ...structuredClone(SMALL), ...changes };
    const { id, properties } = await plugin.create(TYPES.domain, inputs, { name });
    return { id, inputs, state: properties };
  }
  const liveAndPersistent = (...args: string[]): string[] =>
    ["--live", "--config"].map((scope) =>
      daemon
        .virsh(...args, scope)
        .trim()
        .replaceAll(/\s+/g, " "),
    );

  it("changes a running VM without restarting it, live and persistently", async () => {
    const { id, inputs, state } = await vm("live");
    expect(state.domainId).toBeGreaterThan(0);
    const pid = daemon.qemuPid("live");
    const uuid = daemon.virsh("domuuid", "live").trim();
    expect(uuid).toBe(id);

    const next = structuredClone(inputs);
    next.cpuTune.vcpuPins[1].cpuSet = "0";
    next.cpuTune.emulatorPin.cpuSet = "1";
    next.cpuTune.ioThreadPins[0].cpuSet = "1";
    next.cpuTune.shares = 256;
    delete next.cpuTune.quota;
    next.currentMemory = 40;
    next.title = 'it\'s $(id); `ls` "x"';
    next.description = "one line";
    next.autostart = true;
    const updated = await plugin.update(TYPES.domain, id, inputs, next, state);

    expect(daemon.qemuPid("live")).toBe(pid);
    expect(updated.domainId).toBe(state.domainId);
    expect(updated.pendingRestart).toEqual([]);
    expect(liveAndPersistent("vcpupin", "live", "1")).toEqual(["1 0", "1 0"]);
    expect(liveAndPersistent("emulatorpin", "live")).toEqual(
      ["*: 1", "*: 1"].map((text) => expect.stringContaining(text.slice(-1))),
    );
    expect(liveAndPersistent("iothreadinfo", "live")).toEqual(["1 1", "1 1"]);
    for (const scheduler of liveAndPersistent("schedinfo", "live")) {
      expect(scheduler).toMatch(/cpu_shares : 256\b/);
      expect(scheduler).toMatch(/vcpu_quota : (-1|0|18446744073709551615)\b/);
    }
    expect(daemon.virsh("desc", "live", "--title", "--live").trim()).toBe(next.title);
    expect(daemon.virsh("desc", "live", "--config").trim()).toBe("one line");
    expect(daemon.virsh("dominfo", "live")).toMatch(/Autostart:\s+enable/);
    expect(daemon.virsh("dumpxml", "live", "--inactive")).toContain(
      "<currentMemory unit='KiB'>40960</currentMemory>",
    );
    // What QEMU's own threads are really bound to.
    const tids = readdirSync(`/proc/${pid}/task`);
    const vcpu1 = tids.find((tid) =>
      readFileSync(`/proc/${pid}/task/${tid}/comm`, "utf8").startsWith("CPU 1"),
    );
    expect(readFileSync(`/proc/${pid}/task/${vcpu1}/status`, "utf8")).toMatch(/Cpus_allowed_list:\t0\n/);

    const read = await plugin.read(TYPES.domain, id, next, updated);
    expect(read.inputs).toEqual(next);
    await plugin.delete(TYPES.domain, id, next, updated);
    expect(daemon.virsh("list", "--all").trim()).toBe("");
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  it("writes what cannot change live to the persistent definition, and says that it waits for a restart", async () => {
    const { id, inputs, state } = await vm("later");
    const pid = daemon.qemuPid("later");
    const mac = /mac address='([^']+)'/.exec(daemon.virsh("dumpxml", "later", "--inactive"))?.[1];
    const next: Bag = { ...structuredClone(inputs), memory: 96, vcpu: 3 };
    next.cpuTune.vcpuPins.push({ vcpu: 2, cpuSet: "1" });
    const updated = await plugin.update(TYPES.domain, id, inputs, next, state);
    expect(updated.pendingRestart).toEqual([
      { property: "cpuTune.vcpuPins", reason: "vCPU 2 is not there before the next boot" },
      { property: "memory", reason: expect.stringContaining("the VM was defined without room to grow") },
      { property: "vcpu", reason: expect.stringContaining("vcpuCurrent moves below it") },
    ]);
    expect(daemon.qemuPid("later")).toBe(pid);
    const persistent = daemon.virsh("dumpxml", "later", "--inactive");
    expect(persistent).toContain("<memory unit='KiB'>98304</memory>");
    expect(persistent).toContain(`mac address='${mac}'`);
    const stillWaiting = await plugin.read(TYPES.domain, id, next, updated);
    expect(stillWaiting.inputs).toEqual(next);
    expect(stillWaiting.properties.pendingRestart).toEqual(updated.pendingRestart);
    daemon.virsh("destroy", "later");
    daemon.virsh("start", "later");
    expect((await plugin.read(TYPES.domain, id, next, updated)).properties.pendingRestart).toEqual([]);
    await plugin.delete(TYPES.domain, id, next, updated);
  });

  it("shows a pin that was moved by hand, live only, and puts it back live", async () => {
    const { id, inputs, state } = await vm("drift");
    daemon.virsh("vcpupin", "drift", "1", "0", "--live");
    const seen = await plugin.read(TYPES.domain, id, inputs, state);
    expect((await plugin.diff(TYPES.domain, seen.inputs, inputs)).detailed).toEqual({
      "cpuTune.vcpuPins[1].cpuSet": "update",
    });
    const pid = daemon.qemuPid("drift");
    await plugin.update(TYPES.domain, id, seen.inputs, inputs, seen.properties);
    expect(liveAndPersistent("vcpupin", "drift", "1")).toEqual(["1 1", "1 1"]);
    expect(daemon.qemuPid("drift")).toBe(pid);
    daemon.virsh("destroy", "drift");
    const off = await plugin.read(TYPES.domain, id, inputs, state);
    expect((await plugin.diff(TYPES.domain, off.inputs, inputs)).detailed).toEqual({ running: "update" });
    const again = await plugin.update(TYPES.domain, id, off.inputs, inputs, off.properties);
    expect(again.domainId).toBeGreaterThan(0);
    await plugin.delete(TYPES.domain, id, inputs, again);
  });

  it("imports by name with inputs that a check accepts and a read confirms", async () => {
    const { id, inputs, state } = await vm("adopted");
    const imported = await plugin.read(TYPES.domain, "adopted");
    expect(imported.id).toBe(id);
    expect((await plugin.check(TYPES.domain, imported.inputs)).failures).toEqual([]);
    const read = await plugin.read(TYPES.domain, id, imported.inputs, imported.properties);
    expect((await plugin.diff(TYPES.domain, read.inputs, imported.inputs)).detailed).toEqual({});
    expect((await plugin.read(TYPES.domain, id)).inputs).toEqual(imported.inputs);
    await plugin.delete(TYPES.domain, id, inputs, state);
    expect((await plugin.read(TYPES.domain, "adopted")).id).toBe("");
  });

  it("leaves a VM of somebody else alone and names import", async () => {
    const xml = join(daemon.folder, "foreign.xml");
    writeFileSync(
      xml,
      "<domain type='qemu'><name>foreign</name><memory>65536</memory><os><type>hvm</type></os></domain>",
    );
    daemon.virsh("define", xml);
    const uuid = daemon.virsh("domuuid", "foreign").trim();
    await expect(vm("foreign")).rejects.toThrow(
      `domain "foreign" exists on ${daemon.uri} and does not belong to this stack, so it is left alone. To take it over: pulumi import libvirt:index/domain:Domain foreign ${uuid}; otherwise give this resource another name`,
    );
    expect(daemon.virsh("domstate", "foreign").trim()).toBe("shut off");
    daemon.virsh("undefine", "foreign");
  });

  it("goes on from a create that was interrupted between define and start", async () => {
    const { id, inputs, state } = await vm("interrupted", { running: false });
    const mac = /mac address='([^']+)'/.exec(daemon.virsh("dumpxml", "interrupted"))?.[1];
    expect(state.domainId).toBe(-1);
    // The engine knows nothing of it: the same resource is created anew.
    const again = await plugin.create(
      TYPES.domain,
      { ...inputs, running: true, title: "second" },
      { name: "interrupted" },
    );
    expect(again.id).toBe(id);
    expect(again.properties.domainId).toBeGreaterThan(0);
    expect(daemon.virsh("list", "--all", "--name").trim()).toBe("interrupted");
    expect(daemon.virsh("dumpxml", "interrupted")).toContain(`mac address='${mac}'`);
    // What follows if that was an engine which makes a replacement before it deletes the original.
    const pid = daemon.qemuPid("interrupted");
    await plugin.delete(TYPES.domain, id, inputs, state);
    expect(daemon.qemuPid("interrupted")).toBe(pid);
    await plugin.read(TYPES.domain, id, inputs, again.properties);
    await plugin.delete(TYPES.domain, id, inputs, again.properties);
    expect(daemon.virsh("list", "--all", "--name").trim()).toBe("");
  });

  it("goes on from a create that was interrupted after the start, also if the program has changed", async () => {
    const { id, inputs } = await vm("midway");
    const pid = daemon.qemuPid("midway");
    const next: Bag = { ...structuredClone(inputs), memory: 96, title: "second" };
    next.cpuTune.vcpuPins[1].cpuSet = "0";
    const again = await plugin.create(TYPES.domain, next, { name: "midway" });
    expect([again.id, daemon.qemuPid("midway")]).toEqual([id, pid]);
    expect(again.properties.pendingRestart).toMatchObject([{ property: "memory" }]);
    expect(liveAndPersistent("vcpupin", "midway", "1")).toEqual(["1 0", "1 0"]);
    expect(daemon.virsh("desc", "midway", "--title", "--live").trim()).toBe("second");
    await plugin.read(TYPES.domain, id, next, again.properties);
    await plugin.delete(TYPES.domain, id, next, again.properties);
  });

  it("keeps a VM that is defined but cannot start, with the host's reason", async () => {
    const inputs: Bag = { name: "stuck", ...structuredClone(SMALL) };
    inputs.cpuTune.vcpuPins[0].cpuSet = "4095";
    const failure = (await plugin
      .create(TYPES.domain, inputs, { name: "stuck" })
      .catch((error: unknown) => error)) as {
      message: string;
      metadata: { get(key: string): unknown[] };
    };
    expect(failure.message).toMatch(/starting domain stuck failed: .*(cpu|CPU|affinity|Invalid argument)/);
    expect(failure.metadata.get("grpc-status-details-bin")).toHaveLength(1);
    const id = daemon.virsh("domuuid", "stuck").trim();
    const mended = structuredClone(inputs);
    mended.cpuTune.vcpuPins[0].cpuSet = "0";
    const state = { ...inputs, uuid: id, domainId: -1, pendingRestart: [] };
    const updated = await plugin.update(TYPES.domain, id, inputs, mended, state);
    expect(updated.domainId).toBeGreaterThan(0);
    await plugin.delete(TYPES.domain, id, mended, updated);
  });

  it("stops a VM when it is told to, and says when one is gone", async () => {
    const { id, inputs, state } = await vm("power", { destroy: { shutdown: { timeout: 1 } } });
    const off = await plugin.update(TYPES.domain, id, inputs, { ...inputs, running: false }, state);
    expect(off.domainId).toBe(-1);
    expect(daemon.virsh("domstate", "power").trim()).toBe("shut off");
    daemon.virsh("undefine", "power");
    await expect(plugin.update(TYPES.domain, id, inputs, inputs, state)).rejects.toThrow(
      `domain power (${id}) is gone from its host; run pulumi refresh`,
    );
    await plugin.delete(TYPES.domain, id, inputs, state);
  });

  it("makes a pool and volumes, grows them, and keeps the data of a deleted pool", async () => {
    const path = join(daemon.folder, "it's a pool");
    const inputs = { name: 'p"; vol-delete', type: "dir", target: { path } };
    const pool = await plugin.create(TYPES.pool, inputs, { name: "p" });
    expect(pool.properties.capacity).toBeGreaterThan(0);
    expect((await plugin.read(TYPES.pool, pool.id, inputs, pool.properties)).inputs).toEqual(inputs);

    const base = join(daemon.folder, "base image.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", base, "8M"]);
    const format = (type: string) => ({ target: { format: { type } } });
    const cases: Record<string, Bag> = {
      raw: { capacity: 1, capacityUnit: "MiB" },
      "thin $(id)": { capacity: 16, capacityUnit: "MiB", ...format("qcow2") },
      uploaded: { ...format("qcow2"), capacity: 12, capacityUnit: "MiB", create: { content: { url: base } } },
      clone: {
        ...format("qcow2"),
        backingStore: { path: join(path, "uploaded"), format: { type: "qcow2" } },
      },
    };
    for (const [name, more] of Object.entries(cases)) {
      const volume: Bag = { name, pool: inputs.name, ...more };
      const made = await plugin.create(TYPES.volume, volume, { name });
      expect(made.properties.path).toBe(join(path, name));
      const read = await plugin.read(TYPES.volume, made.id, volume, made.properties);
      expect(read.inputs, name).toEqual(volume);
      const imported = await plugin.read(TYPES.volume, made.id);
      expect([imported.inputs.name, imported.inputs.pool]).toEqual([name, inputs.name]);
      const grown = { ...volume, capacity: 32, capacityUnit: "MiB" };
      await plugin.update(TYPES.volume, made.id, volume, grown, made.properties);
      const info = JSON.parse(
        execFileSync("qemu-img", ["info", "--output=json", "-U", join(path, name)], { encoding: "utf8" }),
      );
      expect(info["virtual-size"], name).toBe(32 * 1024 * 1024);
    }
    const clone = { name: "clone", pool: inputs.name, ...cases.clone };
    await plugin.delete(TYPES.volume, join(path, "clone"), clone, {});
    expect(existsSync(join(path, "clone"))).toBe(false);
    await plugin.delete(TYPES.volume, join(path, "clone"), clone, {});

    await plugin.delete(TYPES.pool, pool.id, inputs, pool.properties);
    expect(daemon.virsh("pool-list", "--all").trim()).toBe("");
    expect(existsSync(join(path, "uploaded"))).toBe(true);
  });

  it("tells an unfinished volume of its own from one of somebody else's", async () => {
    const path = join(daemon.folder, "claims");
    const poolInputs = { name: "claims", type: "dir", target: { path } };
    const pool = await plugin.create(TYPES.pool, poolInputs, { name: "claims" });
    daemon.virsh("vol-create-as", "claims", "theirs", "1M");
    const volume = (name: string) => ({ name, pool: "claims", capacity: 2097152 });
    await expect(plugin.create(TYPES.volume, volume("theirs"), { name: "theirs" })).rejects.toThrow(
      `volume "theirs" exists on ${daemon.uri} and does not belong to this stack, so it is left alone. To take it over: pulumi import libvirt:index/volume:Volume theirs ${join(path, "theirs")}`,
    );
    const content = (url: string) => ({
      ...volume("mine"),
      target: { format: { type: "qcow2" } },
      create: { content: { url } },
    });
    for (const url of [join(daemon.folder, "nothing.img"), daemon.folder]) {
      await expect(plugin.create(TYPES.volume, content(url), { name: "mine" })).rejects.toThrow(
        /create.content.url: /,
      );
    }
    // This one fails after the upload. It is in no state, so it must not stay where no destroy would find it.
    const image = join(daemon.folder, "4M.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", image, "4M"]);
    await expect(plugin.create(TYPES.volume, content(image), { name: "mine" })).rejects.toThrow(
      `volume mine: capacity is 2097152 bytes, but the image ${image} has 4194304. Give at least that much, or none`,
    );
    expect(existsSync(join(path, "mine"))).toBe(false);
    const first = await plugin.create(TYPES.volume, volume("mine"), { name: "mine" });
    const again = await plugin.create(TYPES.volume, volume("mine"), { name: "mine" });
    expect(again.id).toBe(first.id);
    await expect(plugin.create(TYPES.volume, volume("mine"), { name: "other" })).rejects.toThrow(
      /does not belong to this stack/,
    );
    await expect(plugin.create(TYPES.pool, poolInputs, { name: "other" })).rejects.toThrow(
      /pool "claims" exists/,
    );
    expect((await plugin.create(TYPES.pool, poolInputs, { name: "claims" })).id).toBe(pool.id);
    await plugin.delete(TYPES.pool, pool.id, poolInputs, pool.properties);
  });

  it("uploads a cloud-init seed that only its owner can read", async () => {
    const inputs = {
      name: "seed",
      userData: secret("#cloud-config\npassword: hunter2\n"),
      metaData: "instance-id: a\n",
      networkConfig: secret("version: 2\n"),
    };
    const seed = await plugin.create(TYPES.cloudinitDisk, inputs);
    expect(seed.properties.userData).toEqual(inputs.userData);
    const { path, size } = seed.properties;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(path).size).toBe(size);
    const image = readFileSync(path);
    // The label of an ISO 9660 volume is 32 bytes at sector 16, byte 40.
    expect(
      image
        .subarray(16 * 2048 + 40, 16 * 2048 + 72)
        .toString()
        .trim(),
    ).toBe("cidata");
    expect(image.includes("password: hunter2")).toBe(true);
    expect(image.includes("user-data")).toBe(true);
    await plugin.delete(TYPES.cloudinitDisk, seed.id, inputs, seed.properties);
    expect(existsSync(path)).toBe(false);
  });

  for (const [name, more] of Object.entries(NETWORKS)) {
    it(`makes a ${name} network, changes its definition, and takes it away`, async () => {
      const inputs: Bag = { name, ...more };
      // A machine that may not make bridges defines the network and cannot start it: the definition is kept.
      const made = await plugin.create(TYPES.network, inputs, { name }).catch((error: Error) => {
        expect(error.message).toMatch(/starting network \w+ failed/);
        return { id: daemon.virsh("net-uuid", name).trim(), properties: {} };
      });
      const isUp = daemon.virsh("net-list", "--name").includes(name);
      // One that is off is shown as drift, so that the next update starts it.
      const seen = isUp ? inputs : { ...inputs, running: false };
      expect((await plugin.read(TYPES.network, made.id, inputs, made.properties)).inputs).toEqual(seen);
      if (isUp) {
        const next = { ...inputs, bridge: { ...inputs.bridge, name: "virbr8" } };
        const updated = await plugin.update(TYPES.network, made.id, inputs, next, made.properties);
        expect((await plugin.read(TYPES.network, made.id, next, updated)).inputs).toEqual(next);
      }
      await plugin.delete(TYPES.network, made.id, inputs, made.properties);
      expect(daemon.virsh("net-list", "--all").trim()).toBe("");
    });
  }

  it("goes on after the daemon was killed and started again", async () => {
    const { id, inputs, state } = await vm("survivor");
    const pid = daemon.qemuPid("survivor");
    await daemon.kill();
    const next = structuredClone(inputs);
    next.cpuTune.vcpuPins[0].cpuSet = "1";
    await expect(plugin.update(TYPES.domain, id, inputs, next, state)).rejects.toThrow(
      /the connection was lost|daemon does not run/,
    );
    await daemon.start();
    const updated = await plugin.update(TYPES.domain, id, inputs, next, state);
    expect(liveAndPersistent("vcpupin", "survivor", "0")).toEqual(["0 1", "0 1"]);
    expect(daemon.qemuPid("survivor")).toBe(pid);
    await plugin.delete(TYPES.domain, id, next, updated);
  });
});
