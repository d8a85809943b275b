import { describe, expect, test } from "vitest";
import { moveOf } from "../../libvirt/provider/resources/domainMark.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import { parseDocument, serialise } from "../../libvirt/xml/element.ts";
import { change } from "../../libvirt/xml/encode.ts";
import { heldFor, hold, release } from "../../move/hold.ts";
import { placedOn } from "../../move/placed.ts";

const XML = `<domain type="kvm">
  <name>web</name>
  <uuid>8e4b2b5c-6a1f-4e0e-9d0b-3b2f8a5c7d11</uuid>
  <metadata>
    <numafleet:owner xmlns:numafleet="urn:numafleet:libvirt:1" urn="urn:pulumi:dev::x::y::web"/>
  </metadata>
  <memory unit="MiB">1024</memory>
  <vcpu placement="static">2</vcpu>
  <cputune>
    <vcpupin vcpu="0" cpuset="2"/>
    <vcpupin vcpu="1" cpuset="3"/>
    <emulatorpin cpuset="0"/>
  </cputune>
  <numatune>
    <memory mode="strict" nodeset="1"/>
  </numatune>
  <devices>
    <disk type="volume" device="disk">
      <source pool="left-ssd" volume="web-os.qcow2"/>
      <target dev="vda" bus="virtio"/>
      <serial>os</serial>
      <address type="pci" domain="0x0000" bus="0x04" slot="0x00" function="0x0"/>
    </disk>
    <interface type="bridge">
      <mac address="52:54:00:11:22:33"/>
      <source bridge="br0"/>
      <model type="virtio"/>
      <address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>
    </interface>
  </devices>
</domain>
`;

const mark = { to: "right", id: "0123456789abcdef" };

describe("a VM that is held", () => {
  test("has a disk more that no host has, and is as it was without it", () => {
    const root = parseDocument(XML);
    hold(root, mark);
    expect(heldFor(root)).toEqual(mark);
    expect(moveOf(root)).toEqual(mark);
    expect(serialise(root)).toContain('<source pool="moved-to-right" volume="numafleet-move"/>');
    hold(root, mark);
    expect(serialise(root).match(/moved-to-right/g)).toHaveLength(1);
    release(root);
    expect(heldFor(root)).toBeUndefined();
    expect(serialise(root)).toBe(serialise(parseDocument(XML)));
  });

  test("is not held by its mark alone", () => {
    const root = parseDocument(XML);
    hold(root, mark);
    const text = serialise(root).replace("moved-to-right", "left-ssd");
    expect(heldFor(parseDocument(text))).toBeUndefined();
    expect(moveOf(parseDocument(text))).toEqual(mark);
  });
});

describe("a definition on another host", () => {
  const args = {
    cpuTune: {
      vcpuPins: [
        { vcpu: 0, cpuSet: "8" },
        { vcpu: 1, cpuSet: "9" },
      ],
      emulatorPin: { cpuSet: "7" },
    },
    numaTune: { memory: { mode: "strict", nodeset: "0" } },
    devices: {
      disks: [{ target: { dev: "vda" }, source: { volume: { pool: "right-ssd", volume: "web-os.qcow2" } } }],
      interfaces: [{ source: { bridge: { bridge: "br1" } } }],
    },
  };

  test("has the host's pins, cells, pools and bridge, and nothing else changed", () => {
    const root = parseDocument(XML);
    const before = decode(root, domain);
    change(root, domain, before, placedOn(before, args));
    const expected = XML.replace('cpuset="2"', 'cpuset="8"')
      .replace('cpuset="3"', 'cpuset="9"')
      .replace('<emulatorpin cpuset="0"/>', '<emulatorpin cpuset="7"/>')
      .replace('nodeset="1"', 'nodeset="0"')
      .replace("left-ssd", "right-ssd")
      .replace("br0", "br1");
    expect(serialise(root)).toBe(serialise(parseDocument(expected)));
  });

  test("floats where the fleet gives it no pins there", () => {
    const root = parseDocument(XML);
    const before = decode(root, domain);
    change(root, domain, before, placedOn(before, { devices: args.devices, vcpuCpuset: "4-7" }));
    const text = serialise(root);
    expect(text).not.toContain("pin ");
    expect(text).not.toContain("numatune");
    expect(text).toContain('cpuset="4-7"');
  });

  test("has the memory of its new host's machine in a rehearsal, and only there", () => {
    const before = {
      memory: 64,
      memoryUnit: "MiB",
      currentMemory: 64,
      currentMemoryUnit: "MiB",
      devices: {},
    };
    const there = { memory: 32, memoryUnit: "MiB", devices: {} };
    expect(placedOn(before, there, true)).toMatchObject({ memory: 32, memoryUnit: "MiB" });
    expect(placedOn(before, there, true)).not.toHaveProperty("currentMemory");
    expect(placedOn(before, there)).toMatchObject({ memory: 64, currentMemory: 64 });
  });
});
