import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validate } from "../../libvirt/provider/validation.ts";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { devices } from "../../libvirt/schema/devices.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import {
  childrenOf,
  find,
  parseDocument,
  serialise,
  serialiseFragment,
  type XmlElement,
} from "../../libvirt/xml/element.ts";
import { build, change } from "../../libvirt/xml/encode.ts";
import { observe } from "../../libvirt/xml/observe.ts";
import { DEVICE_CASES, type DeviceCase } from "./deviceCases.ts";

const CASES = Object.entries(DEVICE_CASES);

/** `devices` that holds one device. */
function holding({ kind, input, after }: DeviceCase): Record<string, unknown> {
  return { [kind]: kind === "memBalloon" ? input : [...(after ? [after] : []), input] };
}

const fragment = (root: XmlElement): string => serialiseFragment(childrenOf(root));

describe("devices in XML", () => {
  for (const [name, device] of CASES) {
    it(`${name} are allowed, and written as libvirt's documentation has them`, () => {
      expect(validate(devices, holding(device) as never)).toEqual([]);
      expect(fragment(build("devices", devices, holding(device)))).toBe(device.xml);
    });

    it(`${name} are read as they were written`, () => {
      const inputs = holding(device);
      expect(decode(parseDocument(`<devices>${device.xml}</devices>`), devices)).toEqual(
        // A serial port without a source of its own is a pseudo terminal, and a channel a socket.
        device.xml.includes('<channel type="unix"><target')
          ? { channels: [{ ...device.input, source: { unix: {} } }] }
          : inputs,
      );
    });
  }
});

describe("a source of packets that changes", () => {
  const both = { udp: { bindHost: "::1", bindService: "1", connectHost: "::1", connectService: "2" } };
  const changed = (source: unknown): string => {
    const root = build("devices", devices, { serials: [{ source: both }] });
    change(root, devices, { serials: [{ source: both }] }, { serials: [{ source }] });
    return fragment(root);
  };

  it("loses the element of what is no longer received", () => {
    expect(changed({ udp: { connectHost: "::1", connectService: "2" } })).toBe(
      '<serial type="udp"><source mode="connect" host="::1" service="2"/></serial>',
    );
  });

  it("loses both elements when it becomes a socket", () => {
    expect(changed({ unix: { path: "/run/a" } })).toBe(
      '<serial type="unix"><source path="/run/a"/></serial>',
    );
  });

  it("is found among the host's elements in any order", () => {
    const text =
      '<devices><serial type="udp"><source mode="connect" host="a" service="2"/><source mode="bind" host="b" service="1"/></serial></devices>';
    expect(decode(parseDocument(text), devices)).toEqual({
      serials: [
        { source: { udp: { bindHost: "b", bindService: "1", connectHost: "a", connectService: "2" } } },
      ],
    });
  });
});

describe("settings of one type of controller", () => {
  it("are refused on another", () => {
    const inputs = { controllers: [{ type: "scsi", usb: { port: 4 } }] };
    expect(validate(devices, inputs)).toEqual([
      {
        property: "controllers[0].usb",
        reason: "an object is for a controller of type usb, and this one is scsi; leave it out",
      },
    ]);
  });

  it("do not appear on another that has the same attribute", () => {
    const text = '<devices><controller type="virtio-serial" ports="16"/></devices>';
    expect(decode(parseDocument(text), devices)).toEqual({
      controllers: [{ type: "virtio-serial", virtIoSerial: { ports: 16 } }],
    });
  });

  it("belong to the one of its number, whatever libvirt has put before it", () => {
    const host = parseDocument(
      '<devices><controller type="pci" index="0" model="pcie-root"/><controller type="pci" index="1" model="pcie-root-port"/></devices>',
    );
    const before = { controllers: [{ type: "pci", index: 1, model: "pcie-root-port" }] };
    expect(observe(devices, before, decode(host, devices))).toEqual(before);
    const [port] = before.controllers;
    change(host, devices, before, { controllers: [{ ...port, pci: { model: { name: "ioh3420" } } }] });
    expect(fragment(host)).toBe(
      '<controller type="pci" index="0" model="pcie-root"/><controller type="pci" index="1" model="pcie-root-port"><model name="ioh3420"/></controller>',
    );
  });

  it("go when the controller becomes one of another type", () => {
    const before = { controllers: [{ type: "usb", usb: { port: 4 } }] };
    const after = { controllers: [{ type: "virtio-serial", virtIoSerial: { vectors: 2 } }] };
    const root = build("devices", devices, before);
    change(root, devices, before, after);
    expect(fragment(root)).toBe('<controller type="virtio-serial" vectors="2"/>');
  });
});

const version = spawnSync("virsh", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
const reason = version ? "" : " (skipped: virsh is not installed here; apt-get install libvirt-clients)";

/** A VM of the test driver with one device; guest cells and memory slots are there for memory devices. */
function domainWith(device: DeviceCase): string {
  return `<domain type="test"><name>d</name><memory>8388608</memory><maxMemory slots="4">16777216</maxMemory>
    <vcpu>2</vcpu><cpu><numa><cell id="0" cpus="0" memory="4194304"/><cell id="1" cpus="1" memory="4194304"/></numa></cpu>
    <os><type arch="x86_64">hvm</type></os>${serialise(build("devices", devices, holding(device)))}</domain>`;
}

describe.skipIf(!version)(`devices that libvirt ${version} validates, and gives back${reason}`, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "device-xml-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  for (const [name, device] of CASES) {
    const unasked = device.unasked === undefined ? "" : ` (skipped: ${device.unasked})`;
    it.skipIf(device.unasked)(`${name}${unasked}`, () => {
      const file = join(folder, "d.xml");
      writeFileSync(file, domainWith(device));
      const commands = `define --validate ${file}; dumpxml --inactive d`;
      const { stdout, stderr } = spawnSync("virsh", ["-q", "-c", "test:///default", commands], {
        encoding: "utf8",
      });
      expect(stderr.trim()).toBe("");
      const root = parseDocument(stdout.slice(stdout.indexOf("<domain")));
      const actual = decode(find(root, "devices") as XmlElement, devices);
      expect(changesOf(devices, holding(device), observe(devices, holding(device), actual))).toEqual([]);
    });
  }
});
