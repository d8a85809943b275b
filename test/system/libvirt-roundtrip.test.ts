/** A VM with a bit of everything: what a real libvirt makes of it, and that none of that is drift. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, secret, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `a VM with a bit of everything (skipped: ${why})` : "a VM with a bit of everything";

const everything = (folder: string): Bag => ({
  name: "vm",
  type: "qemu",
  title: "T",
  description: "two\nlines & <x>",
  metadata: { xml: '<fleet:role xmlns:fleet="urn:fleet"><a>1</a></fleet:role>' },
  vcpu: 4,
  vcpuCurrent: 2,
  memory: 128,
  memoryUnit: "MiB",
  currentMemory: 96,
  currentMemoryUnit: "MiB",
  running: true,
  ioThreads: 2,
  ioThreadIDs: { ioThreads: [{ id: 1 }, { id: 2 }] },
  cpuTune: {
    vcpuPins: [0, 1, 2, 3].map((vcpu) => ({ vcpu, cpuSet: String(vcpu % 2) })),
    emulatorPin: { cpuSet: "0-1" },
    ioThreadPins: [{ ioThread: 2, cpuSet: "1" }],
    shares: 1024,
    period: 50000,
    quota: 20000,
    emulatorPeriod: 50000,
    emulatorQuota: 20000,
  },
  numaTune: {
    memory: { mode: "strict", nodeset: "0" },
    memNodes: [
      { cellId: 0, mode: "strict", nodeset: "0" },
      { cellId: 1, mode: "preferred", nodeset: "0" },
    ],
  },
  memoryBacking: {
    memorySource: { type: "memfd" },
    memoryAccess: { mode: "shared" },
    memoryNosharepages: true,
  },
  cpu: {
    mode: "maximum",
    topology: { sockets: 1, cores: 2, threads: 2 },
    numa: {
      cells: [
        { id: 0, cpus: "0-1", memory: 64, unit: "MiB" },
        {
          id: 1,
          cpus: "2-3",
          memory: 64,
          unit: "MiB",
          distances: {
            siblings: [
              { id: 0, value: 21 },
              { id: 1, value: 10 },
            ],
          },
        },
      ],
    },
  },
  os: {
    type: "hvm",
    typeArch: "x86_64",
    typeMachine: "q35",
    bootMenu: { enable: "yes", timeout: "100" },
    smBios: { mode: "emulate" },
  },
  features: { acpi: true, apic: {}, pae: true, vmPort: { state: "off" }, smm: { state: "on" } },
  clock: {
    offset: "utc",
    timers: [
      { name: "rtc", tickPolicy: "catchup" },
      { name: "hpet", present: "no" },
    ],
  },
  pm: { suspendToMem: { enabled: "no" } },
  onCrash: "restart",
  devices: {
    disks: [
      {
        device: "disk",
        driver: { name: "qemu", type: "qcow2", cache: "none", io: "native", discard: "unmap", ioThread: 1 },
        source: { volume: { pool: "everything", volume: "root" } },
        target: { dev: "vda", bus: "virtio" },
        boot: { order: 1 },
        serial: "abc 1",
        ioTune: { totalIopsSec: 500, totalIopsSecMax: 1000, totalIopsSecMaxLength: 5 },
      },
      {
        source: { file: { file: join(folder, "everything", "data") } },
        driver: { name: "qemu", type: "raw" },
        target: { dev: "sda", bus: "scsi", rotationRate: 1 },
        readOnly: true,
      },
      { device: "cdrom", target: { dev: "sdb", bus: "sata" }, readOnly: true },
    ],
    controllers: [{ type: "scsi", index: 0, model: "virtio-scsi", driver: { ioThread: 2 } }],
    interfaces: [
      {
        source: { user: {} },
        mac: { address: "52:54:00:AA:00:01" },
        model: { type: "virtio" },
        link: { state: "up" },
        boot: { order: 2 },
      },
    ],
    serials: [{ source: { file: { path: join(folder, "serial.log"), append: "on" } }, target: { port: 0 } }],
    consoles: [
      { source: { file: { path: join(folder, "serial.log") } }, target: { type: "serial", port: 0 } },
      { source: { pty: {} }, target: { type: "virtio" } },
    ],
    channels: [
      { source: { unix: { mode: "bind" } }, target: { virtIo: { name: "org.qemu.guest_agent.0" } } },
    ],
    graphics: [
      {
        vnc: { autoPort: true, passwd: secret("geheim"), listeners: [{ address: { address: "127.0.0.1" } }] },
      },
    ],
    videos: [{ model: { type: "vga", vram: 16384 } }],
    watchdogs: [{ model: "i6300esb", action: "none" }],
    memBalloon: { model: "virtio", autoDeflate: "on", stats: { period: 5 } },
    rngs: [{ model: "virtio", rate: { bytes: 1024, period: 1000 }, backend: { random: "/dev/urandom" } }],
  },
});

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;
  let inputs: Bag;
  let created: { id: string; properties: Bag };
  const definition = (): string => daemon.virsh("dumpxml", "vm", "--inactive", "--security-info");

  ownLibvirt(async (own) => {
    ({ daemon, plugin } = own);
    await plugin.create(TYPES.pool, {
      name: "everything",
      type: "dir",
      target: { path: join(daemon.folder, "everything") },
    });
    const volume = { pool: "everything", capacity: 1, capacityUnit: "MiB" };
    await plugin.create(TYPES.volume, { name: "root", ...volume, target: { format: { type: "qcow2" } } });
    await plugin.create(TYPES.volume, { name: "data", ...volume });
    inputs = everything(daemon.folder);
    created = await plugin.create(TYPES.domain, inputs);
  });

  it("passes the check as it is", async () => {
    expect((await plugin.check(TYPES.domain, inputs)).failures).toEqual([]);
  });

  it("comes back exactly as it was declared", async () => {
    const { id, properties } = created;
    expect((await plugin.read(TYPES.domain, id, inputs, properties)).inputs).toEqual(inputs);
  });

  it("is not touched by an update that changes nothing", async () => {
    const before = definition();
    await plugin.update(TYPES.domain, created.id, inputs, inputs, created.properties);
    expect(definition()).toBe(before);
  });

  it("keeps its password out of an import", async () => {
    expect(definition()).toContain("passwd='geheim'");
    const imported = await plugin.read(TYPES.domain, "vm");
    expect(JSON.stringify(imported)).not.toContain("geheim");
    expect((await plugin.check(TYPES.domain, imported.inputs)).failures).toEqual([]);
  });

  it("changes only the lines that an update is about", async () => {
    const before = definition().split("\n");
    const next = structuredClone(inputs);
    next.clock.timers[1].present = "yes";
    next.devices.graphics[0].vnc.passwd = secret("neu");
    next.devices.disks[0].ioTune.totalIopsSec = 600;
    const updated = await plugin.update(TYPES.domain, created.id, inputs, next, created.properties);
    expect(updated.pendingRestart.map((item: { property: string }) => item.property)).toEqual([
      "clock.timers[1].present",
      "devices.graphics[0].vnc.passwd",
    ]);
    const after = definition().split("\n");
    const changed = after.filter((line, index) => line !== before[index]).map((line) => line.trim());
    expect(after).toHaveLength(before.length);
    expect(changed).toEqual([
      "<timer name='hpet' present='yes'/>",
      "<total_iops_sec>600</total_iops_sec>",
      expect.stringContaining("passwd='neu'"),
    ]);
    expect((await plugin.read(TYPES.domain, created.id, next, updated)).inputs).toEqual(next);
  });
});
