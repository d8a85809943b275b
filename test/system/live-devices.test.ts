/** Disks and interfaces of a running VM, which come, change and go while its guest runs on. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { untilGuest } from "../guest/guestConsole.ts";
import { guestDomain } from "../guest/guestDomain.ts";
import { LENIENT_TC } from "../libvirt/lenientTc.ts";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const guest = await testGuest();
const why = whyNoLibvirtd() ?? ("skip" in guest ? guest.skip : undefined);
const title = why ? `devices of a running VM (skipped: ${why})` : "devices of a running VM";

const MIB = 1024 * 1024;

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;
  ownLibvirt(
    (own) => {
      ({ daemon, plugin } = own);
    },
    { bridges: ["lab0", "lab1"], programs: { tc: LENIENT_TC } },
  );

  const image = (name: string, size: number): string => {
    const file = join(daemon.folder, name);
    execFileSync("qemu-img", ["create", "-q", "-f", "raw", file, String(size)]);
    return file;
  };
  const disk = (file: string, dev: string, bus: string, more: Bag = {}): Bag => ({
    driver: { name: "qemu", type: "raw" },
    source: { file: { file } },
    target: { dev, bus },
    ...more,
  });
  const virtio = (bridge: string, more: Bag = {}): Bag => ({
    source: { bridge: { bridge } },
    model: { type: "virtio" },
    ...more,
  });
  const section = (name: string, element: string, scope?: string): string[] =>
    daemon
      .virsh("dumpxml", name, ...(scope ? [scope] : []))
      .match(new RegExp(`<${element}[ >][^]*?</${element}>`, "g")) ?? [];
  const place = (name: string, element: string, mark: string, scope?: string): string | undefined =>
    section(name, element, scope)
      .find((text) => text.includes(mark))
      ?.match(/<address type=.*\/>/)?.[0];

  /** A domain as the engine drives it: each step is an update, and a refresh after it finds nothing. */
  async function start(inputs: Bag) {
    const { id, properties } = await plugin.create(TYPES.domain, inputs);
    let current = inputs;
    let state = properties;
    const refresh = async (): Promise<Bag> => {
      const read = await plugin.read(TYPES.domain, id, current, state);
      const { detailed } = await plugin.diff(TYPES.domain, read.inputs, current, read.properties as never);
      state = read.properties;
      return { inputs: read.inputs, detailed };
    };
    return {
      refresh,
      state: () => state,
      async update(next: Bag, from: Bag = current): Promise<Bag> {
        state = await plugin.update(TYPES.domain, id, from, next, state);
        current = next;
        return { domainId: state.domainId, pendingRestart: state.pendingRestart };
      },
    };
  }

  function bootable(name: string): { inputs: Bag; console: string } {
    if ("skip" in guest) throw new Error(guest.skip);
    const console = join(daemon.folder, `${name}.log`);
    const inputs = guestDomain(guest, { name, console });
    inputs.devices.disks = [
      disk(image(`${name}-root.img`, 8 * MIB), "vda", "virtio", { ioTune: { totalBytesSec: 50 * MIB } }),
      disk(image(`${name}-cd1.iso`, MIB), "sda", "sata", { device: "cdrom", readOnly: true }),
    ];
    inputs.devices.interfaces = [virtio("lab0")];
    inputs.devices.controllers = [
      { type: "pci", index: 12, model: "pcie-root-port" },
      { type: "scsi", index: 0, model: "virtio-scsi" },
    ];
    return { inputs, console };
  }

  it("attaches, limits, moves and detaches them under the same boot of the guest", async () => {
    const { inputs, console } = bootable("busy");
    const vm = await start(inputs);
    const first = await untilGuest(console, (facts) => facts.agent, { what: "that its agent runs" });
    const pid = daemon.qemuPid("busy");
    const same = { domainId: vm.state().domainId, pendingRestart: [] };
    expect((await vm.refresh()).detailed).toEqual({});

    // A virtio disk with limits, a SCSI disk, and an interface whose address nobody declares.
    const more = structuredClone(inputs);
    const burst = { totalIopsSec: 500, totalIopsSecMax: 900, totalIopsSecMaxLength: 7, groupName: "data" };
    more.devices.disks.push(
      disk(image("busy-vdb.img", 16 * MIB), "vdb", "virtio", { serial: "hot", ioTune: burst }),
      disk(image("busy-sdb.img", 24 * MIB), "sdb", "scsi"),
    );
    more.devices.interfaces.push(virtio("lab0"));
    expect(await vm.update(more)).toEqual(same);
    const grown = await untilGuest(
      console,
      (facts) => facts.disks.vdb?.serial === "hot" && Object.keys(facts.interfaces).length === 2,
      { what: "the disk and the interface" },
    );
    expect(grown.boot).toBe(first.boot);
    expect(Object.values(grown.disks).map((seen) => seen.bytes / MIB)).toEqual(
      expect.arrayContaining([8, 16, 24]),
    );
    const known = Object.values(first.interfaces);
    const mac = Object.values(grown.interfaces).find((address) => !known.includes(address)) ?? "none";
    for (const [element, mark] of [
      ["disk", "'vdb'"],
      ["disk", "'sdb'"],
      ["interface", mac],
    ] as const) {
      expect(place("busy", element, mark)).toMatch(/type='(pci|drive)'/);
      expect(place("busy", element, mark, "--inactive")).toBe(place("busy", element, mark));
    }
    expect((await vm.refresh()).detailed).toEqual({});

    // Other limits, another medium, another bridge, a link that is down.
    const tuned = structuredClone(more);
    tuned.devices.disks[0].ioTune = { readBytesSec: MIB, writeBytesSec: 2 * MIB, readBytesSecMax: 4 * MIB };
    tuned.devices.disks[1].source.file.file = image("busy-cd2.iso", 2 * MIB);
    delete tuned.devices.disks[2].ioTune.groupName;
    tuned.devices.interfaces[0].bandwidth = {
      inbound: { average: 1000, peak: 2000, burst: 512 },
      outbound: { average: 500 },
    };
    tuned.devices.interfaces[1] = virtio("lab1", { link: { state: "down" } });
    expect(await vm.update(tuned)).toEqual(same);
    expect(daemon.virsh("blkdeviotune", "busy", "vda").match(/^\w+ *: [1-9]\d*$/gm)).toEqual([
      `read_bytes_sec : ${MIB}`,
      `write_bytes_sec: ${2 * MIB}`,
      `read_bytes_sec_max: ${4 * MIB}`,
      "read_bytes_sec_max_length: 1",
    ]);
    expect(daemon.virsh("domblklist", "busy")).toContain("busy-cd2.iso");
    const [nic0, nic1] = section("busy", "interface");
    expect(nic0).toContain("<inbound average='1000' peak='2000' burst='512'/>");
    expect(nic0).toContain("<outbound average='500'/>");
    expect(nic1).toContain("bridge='lab1'");
    expect(nic1).toContain("<link state='down'/>");
    expect(readFileSync(join(daemon.folder, "../bin/tc.log"), "utf8")).toContain(
      "rate 1000kbps ceil 2000kbps",
    );
    expect(daemon.inNetwork("ip", "-o", "link", "show", "master", "lab1")).toContain("vnet");
    expect((await vm.refresh()).detailed).toEqual({});

    // What is changed by hand in the running VM alone is drift, and the next update mends it.
    daemon.virsh("blkdeviotune", "busy", "vda", "--live", "--read-bytes-sec", "77");
    daemon.virsh("detach-disk", "busy", "vdb", "--live");
    daemon.virsh("domiftune", "busy", known[0] ?? "", "--live", "--inbound", "0");
    daemon.virsh("detach-interface", "busy", "bridge", "--mac", mac, "--live");
    await untilGuest(console, (facts) => !facts.disks.vdb && Object.keys(facts.interfaces).length === 1);
    const drift = await vm.refresh();
    expect(Object.keys(drift.detailed).sort()).toEqual([
      "devices.disks[0].ioTune.readBytesSec",
      "devices.disks[0].ioTune.writeBytesSec",
      "devices.disks[2]",
      "devices.interfaces[0].bandwidth.inbound.average",
      "devices.interfaces[0].bandwidth.inbound.burst",
      "devices.interfaces[0].bandwidth.inbound.peak",
      "devices.interfaces[1].link.state",
      "devices.interfaces[1].source.bridge.bridge",
    ]);
    const definition = daemon.virsh("dumpxml", "busy", "--inactive");
    expect(await vm.update(tuned, drift.inputs)).toEqual(same);
    expect(daemon.virsh("dumpxml", "busy", "--inactive")).toBe(definition);
    await untilGuest(
      console,
      (facts) => facts.disks.vdb?.serial === "hot" && Object.values(facts.interfaces).includes(mac),
      { what: "what was taken away by hand" },
    );
    expect((await vm.refresh()).detailed).toEqual({});

    // All of it goes.
    const bare = structuredClone(inputs);
    delete bare.devices.disks[0].ioTune;
    delete bare.devices.disks[1].source;
    expect(await vm.update(bare)).toEqual(same);
    const last = await untilGuest(
      console,
      (facts) => Object.keys(facts.disks).length === 1 && Object.keys(facts.interfaces).length === 1,
      { what: "that devices are gone" },
    );
    expect(last.boot).toBe(first.boot);
    expect(daemon.qemuPid("busy")).toBe(pid);
    for (const scope of [[], ["--inactive"]]) {
      const xml = daemon.virsh("dumpxml", "busy", ...scope);
      for (const trace of ["vdb", "sdb", "iotune", "bandwidth", "busy-cd", "down"]) {
        expect(xml).not.toContain(trace);
      }
    }
    expect((await vm.refresh()).detailed).toEqual({});
  });

  it("lists what the guest does not give up, and what has no free place, with the reason", async () => {
    const bios: Bag = {
      name: "deaf",
      type: "qemu",
      memory: 64,
      memoryUnit: "MiB",
      vcpu: 1,
      running: true,
      os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
      features: { acpi: true },
      devices: {
        disks: [
          disk(image("deaf-a.img", MIB), "vda", "virtio"),
          disk(image("deaf-b.img", MIB), "vdb", "virtio"),
        ],
      },
    };
    const vm = await start(bios);
    const pid = daemon.qemuPid("deaf");
    const gone = structuredClone(bios);
    gone.devices.disks.pop();
    const waiting = {
      property: 'devices.disks["vdb"]',
      reason: "the guest does not let go of it; it is gone after the next boot at the latest",
    };
    expect((await vm.update(gone)).pendingRestart).toEqual([waiting]);
    expect(daemon.virsh("dumpxml", "deaf")).toContain("'vdb'");
    expect(daemon.virsh("dumpxml", "deaf", "--inactive")).not.toContain("'vdb'");
    expect((await vm.refresh()).detailed).toEqual({});
    expect(vm.state().pendingRestart).toEqual([waiting]);

    // One port is spare; two more disks want one each, and a SATA disk cannot be plugged in at all.
    const full = structuredClone(gone);
    for (const dev of ["vdc", "vdd"]) {
      full.devices.disks.push(disk(image(`deaf-${dev}.img`, MIB), dev, "virtio"));
    }
    full.devices.disks.push(disk(image("deaf-sdz.img", MIB), "sdz", "sata"));
    const { pendingRestart } = await vm.update(full);
    expect(pendingRestart.map((item: Bag) => item.property)).toEqual([
      'devices.disks["sdz"]',
      'devices.disks["vdb"]',
      'devices.disks["vdd"]',
    ]);
    expect(pendingRestart[0].reason).toBe("nothing is plugged into a running VM's sata bus");
    expect(pendingRestart[2].reason).toMatch(/no free place/);
    expect((await vm.refresh()).detailed).toEqual({});
    expect(daemon.qemuPid("deaf")).toBe(pid);

    daemon.virsh("destroy", "deaf");
    daemon.virsh("start", "deaf");
    expect((await vm.refresh()).detailed).toEqual({});
    expect(vm.state().pendingRestart).toEqual([]);
    const xml = daemon.virsh("dumpxml", "deaf");
    expect(["vda", "vdb", "vdc", "vdd", "sdz"].filter((dev) => xml.includes(`'${dev}'`))).toEqual([
      "vda",
      "vdc",
      "vdd",
      "sdz",
    ]);
  });
});
