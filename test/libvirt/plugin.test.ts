import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PINNED_VM } from "./pinnedVm.ts";
import {
  type Bag,
  type PluginClient,
  SECRET_MARK,
  secret,
  startPlugin,
  TYPES,
  UNKNOWN_TEXT,
} from "./pluginClient.ts";

// Without virsh on PATH: whatever passes here has neither a host nor a process of its own.
let plugin: PluginClient;
beforeAll(async () => {
  plugin = await startPlugin(
    { stateDir: mkdtempSync(join(tmpdir(), "plugin-test-")) },
    { PATH: "/nonexistent" },
  );
});
afterAll(() => plugin.close());

const clone = (value: unknown): Bag => structuredClone(value) as Bag;

describe("check", () => {
  it("accepts a pinned VM as it is", async () => {
    expect(await plugin.check(TYPES.domain, clone(PINNED_VM))).toEqual({ inputs: PINNED_VM, failures: [] });
  });

  it("names every failure at once, with path, value and what would be right", async () => {
    const { failures } = await plugin.check(TYPES.domain, {
      name: "a/b",
      type: "vmware",
      memory: "4",
      memoryUnit: "Gib",
      vcpu: 2.5,
      cputune: {},
      cpuTune: { period: 10, vcpuPins: [{ vcpu: 0, cpuSet: "0-" }, { cpuSet: "1" }] },
    });
    expect(failures).toEqual([
      {
        property: "name",
        reason: '"a/b" must be a name without slashes, control characters and blanks at its ends',
      },
      { property: "type", reason: expect.stringMatching(/^"vmware" must be one of "kvm", "qemu"/) },
      { property: "vcpu", reason: "2.5 must be a whole number" },
      {
        property: "cpuTune.vcpuPins[0].cpuSet",
        reason: '"0-" must be numbers and ascending ranges such as "0-3,8,^2", and name at least one',
      },
      { property: "cpuTune.vcpuPins[1].vcpu", reason: "is required: Number of the vCPU, from 0." },
      { property: "cpuTune.period", reason: "10 must be 1000 or more" },
      { property: "memory", reason: '"4" must be a number' },
      {
        property: "memoryUnit",
        reason: '"Gib" must be a unit such as B, KiB, MiB, GiB, TiB (of 1024) or KB, MB, GB, TB (of 1000)',
      },
      { property: "cputune", reason: "there is no such property; did you mean cpuTune?" },
    ]);
  });

  it("finds contradictions between properties", async () => {
    const { failures } = await plugin.check(TYPES.domain, {
      type: "kvm",
      memory: 4,
      memoryUnit: "GiB",
      currentMemory: 5000,
      currentMemoryUnit: "MiB",
      vcpu: 2,
      cpu: { topology: { sockets: 1, cores: 2, threads: 2 } },
      cpuTune: {
        vcpuPins: [
          { vcpu: 0, cpuSet: "0" },
          { vcpu: 0, cpuSet: "1" },
          { vcpu: 2, cpuSet: "2" },
        ],
      },
      devices: {
        disks: [
          { target: { dev: "vda" }, source: { file: { file: "/a" }, volume: { pool: "p", volume: "v" } } },
          { target: { dev: "vda" } },
        ],
      },
    });
    expect(failures.map(({ property, reason }) => `${property}: ${reason}`)).toEqual([
      "devices.disks[0].source: has file and volume; exactly one is right",
      "currentMemory: is 5242880000 bytes, more than memory (4294967296 bytes); the balloon can only take memory away",
      "cpuTune.vcpuPins[1].vcpu: vCPU 0 is pinned by cpuTune.vcpuPins[0] already",
      "cpuTune.vcpuPins[2].vcpu: 2 is beyond the last vCPU, which is 1",
      "cpu.topology: makes 4 vCPUs (1 × 1 × 1 × 2 × 2), but vcpu is 2; they must agree",
      'devices.disks[1].target.dev: "vda" is the target of devices.disks[0] already',
    ]);
  });

  it("finds a restart that an interrupted update would not finish", async () => {
    const needed = { type: "kvm", memory: 4, restart: { when: "needed" } };
    const refused = [
      { property: "restart.when", reason: 'is "needed", which wants running: true beside it' },
    ];
    for (const running of [{}, { running: false }]) {
      expect((await plugin.check(TYPES.domain, { ...needed, ...running })).failures).toEqual(refused);
    }
    for (const running of [true, UNKNOWN_TEXT]) {
      expect((await plugin.check(TYPES.domain, { ...needed, running })).failures).toEqual([]);
    }
    expect((await plugin.check(TYPES.domain, { ...needed, restart: { when: "never" } })).failures).toEqual(
      [],
    );
  });

  it("finds cells whose memory is not that of the VM, as libvirt would take their sum without a word", async () => {
    const grown = (memory: number, cells: Bag[], more: Bag = {}): Bag => ({
      type: "kvm",
      memory,
      memoryUnit: "MiB",
      cpu: { numa: { cells } },
      ...more,
    });
    const cells = [
      { id: 0, cpus: "0", memory: 128, unit: "MiB" },
      { id: 1, cpus: "1", memory: 131072 },
    ];
    expect((await plugin.check(TYPES.domain, grown(512, cells))).failures).toEqual([
      { property: "cpu.numa.cells", reason: "add up to 256 MiB, but memory is 512 MiB; they must agree" },
    ]);
    expect((await plugin.check(TYPES.domain, grown(256, cells))).failures).toEqual([]);
    const target = { size: 256, sizeUnit: "MiB", node: 0 };
    const modules = { devices: { memorydevs: [{ model: "dimm", target }] } };
    expect((await plugin.check(TYPES.domain, grown(512, cells, modules))).failures).toEqual([]);
    const unknown = [{ ...cells[0], memory: UNKNOWN_TEXT }, cells[1]];
    expect((await plugin.check(TYPES.domain, grown(512, unknown as Bag[]))).failures).toEqual([]);
  });

  it("finds before the host does what libvirt would refuse one by one", async () => {
    const foreign = (xml: string) => ({ type: "kvm", memory: 4, metadata: { xml } });
    const reasons = async (inputs: Bag): Promise<string[]> =>
      (await plugin.check(TYPES.domain, inputs)).failures.map(
        ({ property, reason }) => `${property}: ${reason}`,
      );
    expect(
      await reasons({
        type: "kvm",
        memory: 4,
        vcpu: 0,
        title: "two\nlines",
        vcpuCpuset: "5-3",
        numaTune: { memory: { mode: "strict", nodeset: "0,^0" } },
        cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: "0-7,^2-3" }] },
        ioThreads: 1,
        devices: {
          disks: [{ target: { dev: "vda" }, driver: { ioThread: 2 } }],
          interfaces: [{ source: { bridge: { bridge: "br0" }, network: { network: "lan" } } }],
        },
      }),
    ).toEqual([
      'title: "two\\nlines" must be one line without control characters',
      "vcpu: 0 must be 1 or more",
      'vcpuCpuset: "5-3" must be numbers and ascending ranges such as "0-3,8,^2", and name at least one',
      'cpuTune.vcpuPins[0].cpuSet: "0-7,^2-3" must be numbers and ascending ranges such as "0-3,8,^2", and name at least one',
      'numaTune.memory.nodeset: "0,^0" must be numbers and ascending ranges such as "0-3,8,^2", and name at least one',
      "devices.interfaces[0].source: has bridge and network; exactly one is right",
      "devices.disks[0].driver.ioThread: 2 is beyond the last I/O thread, which is 1; raise ioThreads or take a lower number",
    ]);
    expect(await reasons(foreign('<a:b xmlns:a="urn:a"><c/></a:b><d xmlns="urn:d"/>'))).toEqual([]);
    for (const [xml, problem] of [
      ["<a", "must be well-formed XML"],
      ["text", "must be elements only"],
      ["", "must hold at least one element"],
      ["<a/>", "must give each element a namespace of its own; <a> declares none"],
      ['<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a xmlns="u">&e;</a>', "document type"],
      ['<numafleet:owner xmlns:numafleet="urn:numafleet:libvirt:1" urn="x"/>', "the provider's own mark"],
    ] as const) {
      expect(await reasons(foreign(xml)), xml).toEqual([expect.stringContaining(problem)]);
    }
  });

  it("says of a property that only the typed provider has that it is not misspelled", async () => {
    const { failures } = await plugin.check(TYPES.domain, {
      type: "kvm",
      memory: 4,
      devices: { disks: [{ target: { dev: "vda" }, address: {} }] },
    });
    expect(failures).toEqual([
      {
        property: "devices.disks[0].address",
        reason:
          "is a property of the typed provider that this one does not support. Leave it out; set it on the host by hand (virsh edit) if you need it, and updates keep it",
      },
    ]);
  });

  it("knows that a raw volume has no base image, and that a folder's path is absolute", async () => {
    const layered = { name: "v", pool: "p", backingStore: { path: "/base.qcow2" } };
    const { failures } = await plugin.check(TYPES.volume, layered);
    expect(failures).toEqual([
      {
        property: "target.format.type",
        reason:
          'is raw by default, which cannot have a backingStore. Give "qcow2", or leave backingStore out',
      },
    ]);
    const qcow2 = { ...layered, target: { format: { type: "qcow2" } } };
    expect((await plugin.check(TYPES.volume, qcow2)).failures).toEqual([]);
    expect((await plugin.check(TYPES.volume, { ...layered, target: UNKNOWN_TEXT })).failures).toEqual([]);
    const pool = { name: "p", type: "dir", target: { path: "images" } };
    expect((await plugin.check(TYPES.pool, pool)).failures).toEqual([
      { property: "target.path", reason: '"images" must be an absolute path on the host' },
    ]);
  });

  it("takes what is not known yet to be right, wherever it is", async () => {
    const unknown = UNKNOWN_TEXT;
    const inputs = {
      name: unknown,
      type: unknown,
      memory: unknown,
      vcpu: unknown,
      cpuTune: { vcpuPins: [unknown, { vcpu: unknown, cpuSet: unknown }] },
      devices: { disks: unknown },
    };
    expect(await plugin.check(TYPES.domain, inputs)).toEqual({ inputs, failures: [] });
  });

  it("names a resource that has no name by the engine's seed, and keeps that name", async () => {
    const args = { type: "dir", target: { path: "/srv" } };
    const first = await plugin.check(TYPES.pool, args, {}, { name: "ssd", seed: "one" });
    const again = await plugin.check(TYPES.pool, args, {}, { name: "ssd", seed: "one" });
    const other = await plugin.check(TYPES.pool, args, {}, { name: "ssd", seed: "two" });
    const later = await plugin.check(TYPES.pool, args, first.inputs, { name: "ssd", seed: "two" });
    expect(first.inputs.name).toMatch(/^ssd-[0-9a-f]{7}$/);
    expect(again.inputs.name).toBe(first.inputs.name);
    expect(other.inputs.name).not.toBe(first.inputs.name);
    expect(later.inputs.name).toBe(first.inputs.name);
  });

  it("keeps secrets secret, and out of messages", async () => {
    const { inputs, failures } = await plugin.check(TYPES.cloudinitDisk, {
      name: "seed",
      userData: "password: hunter2",
      metaData: "instance-id: a",
      networkConfig: secret(7),
    });
    expect(inputs.userData).toEqual({ ...SECRET_MARK, value: "password: hunter2" });
    // The engine prints the value of a property that a failure names, so none is named.
    expect(failures).toEqual([{ property: "", reason: "networkConfig: the value (a secret) must be text" }]);
    const leaked = await plugin.check(TYPES.cloudinitDisk, { userData: "hunter2\u0000", metaData: "" });
    expect(leaked.failures).toEqual([
      { property: "", reason: "userData: the value (a secret) must not hold control characters" },
    ]);
  });

  it("marks a secret deep inside", async () => {
    const graphics = [{ vnc: { autoPort: true, passwd: "hunter2" } }];
    const { inputs } = await plugin.check(TYPES.domain, { type: "kvm", memory: 4, devices: { graphics } });
    expect(inputs.devices.graphics).toEqual([{ vnc: { autoPort: true, passwd: secret("hunter2") } }]);
  });

  it("asks where a volume's size comes from, and where a pool is", async () => {
    expect((await plugin.check(TYPES.volume, { name: "v", pool: "p" })).failures).toEqual([
      { property: "capacity", reason: "is required for a volume without create and backingStore" },
    ]);
    expect((await plugin.check(TYPES.pool, { name: "p", type: "dir" })).failures).toEqual([
      {
        property: "target.path",
        reason: 'is required: a pool of type dir is a folder of the host, such as "/var/lib/libvirt/images"',
      },
    ]);
    expect(
      (await plugin.check(TYPES.pool, { name: "p", type: "logical", source: { name: "vg" } })).failures,
    ).toEqual([]);
  });

  it("refuses to shrink a volume, and to replace a precious one", async () => {
    const before = { name: "v", pool: "p", capacity: 2, capacityUnit: "GiB", precious: true };
    const after = { name: "v2", pool: "p", capacity: 2047, capacityUnit: "MiB", precious: true };
    const { failures } = await plugin.check(TYPES.volume, after, before);
    expect(failures.map(({ property, reason }) => `${property} ${reason}`)).toEqual([
      "capacity would shrink the volume from 2147483648 to 2146435072 bytes, which destroys data. Declare at least 2147483648 bytes (also if it was grown by hand on the host), or make a new volume and copy what is needed",
      "name cannot change: the volume is precious, and this change would replace it and lose its data. To replace it on purpose: set precious to false, run pulumi up, and then change it",
    ]);
    await expect(plugin.diff(TYPES.volume, before, after)).rejects.toThrow(
      /capacity would shrink the volume/,
    );
    expect((await plugin.check(TYPES.volume, { ...before, precious: false }, before)).failures).toEqual([]);
    // libvirt makes whole KiB of both.
    const [made, declared] = [1_000_000_512, 1_000_000_000].map((capacity) => ({
      name: "v",
      pool: "p",
      capacity,
    }));
    expect((await plugin.check(TYPES.volume, declared as Bag, made as Bag)).failures).toEqual([]);
    const grown = { ...before, capacity: 3 };
    expect((await plugin.check(TYPES.volume, grown, before)).failures).toEqual([]);
    expect((await plugin.diff(TYPES.volume, before, grown)).detailed).toEqual({ capacity: "update" });
  });

  it("refuses to delete a precious volume without asking the host", async () => {
    const inputs = { name: "v", pool: "p", capacity: 2, precious: true };
    await expect(plugin.delete(TYPES.volume, "/v", inputs, inputs)).rejects.toThrow(
      /volume v is precious, so it is not deleted/,
    );
  });
});

describe("diff", () => {
  it("is empty for other spellings of the same", async () => {
    const other = clone(PINNED_VM);
    other.memory = 30;
    other.memoryUnit = "GiB";
    other.cpuTune.emulatorPin.cpuSet = "36,37,0,1";
    other.cpuTune.vcpuPins.reverse();
    other.devices.interfaces[0].mac.address = "52:54:00:AA:BB:CC";
    other.os.typeMachine = "pc-q35-7.2";
    expect(await plugin.diff(TYPES.domain, clone(PINNED_VM), other)).toEqual({
      some: false,
      replaces: [],
      detailed: {},
    });
  });

  it("names each changed property by its path", async () => {
    const other = clone(PINNED_VM);
    other.cpuTune.vcpuPins[3].cpuSet = "54";
    other.cpuTune.quota = 50000;
    delete other.numaTune;
    other.devices.disks.push({ target: { dev: "vdb" } });
    other.devices.interfaces[0].mtu = undefined;
    delete other.devices.interfaces[0].mtu;
    expect(await plugin.diff(TYPES.domain, clone(PINNED_VM), other)).toEqual({
      some: true,
      replaces: [],
      detailed: {
        "cpuTune.vcpuPins[3].cpuSet": "update",
        "cpuTune.quota": "add",
        "numaTune.memory.mode": "delete",
        "numaTune.memory.nodeset": "delete",
        "numaTune.memNodes[0]": "delete",
        "devices.disks[2]": "add",
        "devices.interfaces[0].mtu.size": "delete",
      },
    });
  });

  it("shows an item that makes way for another as one change of its place", async () => {
    const other = clone(PINNED_VM);
    other.devices.disks[1].target.dev = "sdb";
    expect((await plugin.diff(TYPES.domain, clone(PINNED_VM), other)).detailed).toEqual({
      "devices.disks[1]": "update",
    });
  });

  it("says what needs a replacement", async () => {
    const other = { ...clone(PINNED_VM), name: "other" };
    expect(await plugin.diff(TYPES.domain, clone(PINNED_VM), other)).toEqual({
      some: true,
      replaces: ["name"],
      detailed: { name: "update-replace" },
    });
  });

  it("takes an unknown value for a change", async () => {
    const other = { ...clone(PINNED_VM), title: UNKNOWN_TEXT };
    expect((await plugin.diff(TYPES.domain, clone(PINNED_VM), other)).detailed).toEqual({ title: "update" });
  });
});

describe("preview", () => {
  it("knows the inputs of a new VM and leaves the host's outputs open", async () => {
    const { id, properties } = await plugin.create(TYPES.domain, clone(PINNED_VM), { preview: true });
    expect(id).toBe("");
    expect(properties).toEqual({
      ...PINNED_VM,
      uuid: UNKNOWN_TEXT,
      domainId: UNKNOWN_TEXT,
      pendingRestart: UNKNOWN_TEXT,
    });
  });

  it("of an update opens only the outputs that will change", async () => {
    const state = { ...clone(PINNED_VM), uuid: "u", domainId: 3, pendingRestart: [] };
    const pinned = clone(PINNED_VM);
    pinned.cpuTune.vcpuPins[0].cpuSet = "20";
    const live = await plugin.update(TYPES.domain, "u", clone(PINNED_VM), pinned, state, true);
    expect([live.uuid, live.domainId, live.pendingRestart]).toEqual(["u", 3, []]);
    const bigger = { ...clone(PINNED_VM), memory: 31, memoryUnit: "GiB" };
    const later = await plugin.update(TYPES.domain, "u", clone(PINNED_VM), bigger, state, true);
    expect([later.domainId, later.pendingRestart]).toEqual([3, UNKNOWN_TEXT]);
  });
});

describe("the rest of the protocol", () => {
  it("says what to install where virsh is missing", async () => {
    await expect(plugin.create(TYPES.domain, clone(PINNED_VM))).rejects.toThrow(
      "the virsh command is missing on the machine that runs Pulumi. Install libvirt's client tools: apt-get install libvirt-clients, dnf install libvirt-client, or brew install libvirt",
    );
  });

  it("says what to install where no tool for seeds is there", async () => {
    const seed = { name: "seed", userData: secret("a"), metaData: "b" };
    await expect(plugin.create(TYPES.cloudinitDisk, seed)).rejects.toThrow(
      "no tool to write cloud-init images is installed here (xorriso, genisoimage, mkisofs). Install one: apt-get install xorriso, dnf install xorriso, or brew install xorriso",
    );
  });

  it("serves schema and version", async () => {
    const schema: { getSchema(): string } = await plugin.call(
      "getSchema",
      new plugin.messages.GetSchemaRequest(),
    );
    expect(schema.getSchema()).toBe(
      readFileSync(join(import.meta.dirname, "../../libvirt/schema.json"), "utf8"),
    );
  });

  it("checks its configuration", async () => {
    const request = new plugin.messages.CheckRequest();
    request.setUrn("urn:pulumi:dev::test::pulumi:providers:libvirt::host");
    const { Struct } = await import("google-protobuf/google/protobuf/struct_pb.js").then(
      (module) => module.default ?? module,
    );
    request.setNews(Struct.fromJavaScript({ uri: "slm-host", commandTimeout: "0", version: "0.1.0" }));
    const answer: { getFailuresList(): { getProperty(): string; getReason(): string }[] } = await plugin.call(
      "checkConfig",
      request,
    );
    expect(
      answer.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
    ).toEqual([
      'uri: "slm-host" must be a connection URI such as "qemu:///system" or "qemu+ssh://user@host/system"',
      "commandTimeout: 0 must be 1 or more",
    ]);
  });

  it("names a type and a function that it does not have", async () => {
    await expect(plugin.check("libvirt:index/snapshot:Snapshot", {})).rejects.toThrow(
      "the libvirt package has no resource type libvirt:index/snapshot:Snapshot",
    );
    const invoke = new plugin.messages.InvokeRequest();
    invoke.setTok("libvirt:index/getHost:getHost");
    await expect(plugin.call("invoke", invoke)).rejects.toThrow(
      "the libvirt package has no function libvirt:index/getHost:getHost",
    );
  });

  it("does not import a seed, whose documents cannot be read back", async () => {
    await expect(plugin.read(TYPES.cloudinitDisk, "/x.iso")).rejects.toThrow(
      /a CloudinitDisk cannot be imported/,
    );
  });
});
