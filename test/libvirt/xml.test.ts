import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import { propertiesOf } from "../../libvirt/schema/field.ts";
import { typesBelow } from "../../libvirt/schema/packageSchema.ts";
import { RESOURCES } from "../../libvirt/schema/resources.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import {
  childrenOf,
  element,
  find,
  parseDocument,
  serialise,
  textOf,
  type XmlElement,
} from "../../libvirt/xml/element.ts";
import { build, change } from "../../libvirt/xml/encode.ts";
import { textAt } from "../../libvirt/xml/location.ts";
import { observe } from "../../libvirt/xml/observe.ts";
import { arbitraryInputs, type Inputs, withoutOptions } from "./arbitraryInputs.ts";
import { PINNED_VM } from "./pinnedVm.ts";

const GOLDEN = `<domain type="kvm">
  <name>slm</name>
  <title>Small models</title>
  <description>CPUs 16-19 &amp; their siblings</description>
  <vcpu>4</vcpu>
  <iothreads>1</iothreads>
  <cputune>
    <vcpupin vcpu="0" cpuset="16"/>
    <vcpupin vcpu="1" cpuset="52"/>
    <vcpupin vcpu="2" cpuset="17"/>
    <vcpupin vcpu="3" cpuset="53"/>
    <emulatorpin cpuset="0-1,36-37"/>
    <iothreadpin iothread="1" cpuset="0,36"/>
    <shares>2048</shares>
  </cputune>
  <numatune>
    <memory mode="strict" nodeset="0"/>
    <memnode cellid="0" mode="strict" nodeset="0"/>
  </numatune>
  <memory unit="MiB">30720</memory>
  <currentMemory unit="GiB">24</currentMemory>
  <memoryBacking>
    <hugepages>
      <page size="1" unit="GiB"/>
    </hugepages>
    <locked/>
  </memoryBacking>
  <cpu mode="host-passthrough">
    <topology sockets="1" cores="2" threads="2"/>
    <numa>
      <cell id="0" cpus="0-3" memory="30720" unit="MiB"/>
    </numa>
  </cpu>
  <os firmware="efi">
    <type arch="x86_64" machine="q35">hvm</type>
    <boot dev="hd"/>
  </os>
  <features>
    <acpi/>
    <kvm>
      <hint-dedicated state="on"/>
    </kvm>
  </features>
  <clock offset="utc">
    <timer name="rtc" tickpolicy="catchup"/>
  </clock>
  <devices>
    <disk device="disk" type="volume">
      <driver name="qemu" type="qcow2" cache="none" io="native" discard="unmap" iothread="1"/>
      <source pool="ssd" volume="slm-root"/>
      <target dev="vda" bus="virtio"/>
      <iotune>
        <total_iops_sec>5000</total_iops_sec>
      </iotune>
      <serial>slm-root</serial>
    </disk>
    <disk device="cdrom" type="file">
      <source file="/var/lib/libvirt/images/slm-seed.iso"/>
      <target dev="sda" bus="sata"/>
      <readonly/>
    </disk>
    <interface type="bridge">
      <source bridge="br0"/>
      <mac address="52:54:00:aa:bb:cc"/>
      <model type="virtio"/>
      <bandwidth>
        <inbound average="1250000"/>
      </bandwidth>
      <mtu size="9000"/>
    </interface>
    <console type="pty">
      <target type="serial" port="0"/>
    </console>
    <channel type="unix">
      <target type="virtio" name="org.qemu.guest_agent.0"/>
    </channel>
    <hostdev managed="yes" mode="subsystem" type="pci">
      <source>
        <address domain="0x00" bus="0x3b" slot="0x00" function="0x1"/>
      </source>
    </hostdev>
    <watchdog model="i6300esb" action="reset"/>
    <memballoon model="virtio" freePageReporting="on">
      <stats period="10"/>
    </memballoon>
    <rng model="virtio">
      <backend model="random">/dev/urandom</backend>
    </rng>
  </devices>
</domain>
`;

describe("the XML of a domain", () => {
  it("is exactly this for a pinned VM", () => {
    expect(serialise(build("domain", domain, PINNED_VM))).toBe(GOLDEN);
  });

  it("reads back as the same inputs", () => {
    const read = decode(parseDocument(serialise(build("domain", domain, PINNED_VM))), domain);
    expect(observe(domain, PINNED_VM, read)).toEqual(PINNED_VM);
  });
});

/** Every named object below the inputs of a resource, by its name: places of properties are right or wrong by object. */
const OBJECTS = new Map(RESOURCES.flatMap(({ inputs }) => [...typesBelow(inputs)]));
const BIG = RESOURCES.filter(({ kind }) => kind !== "CloudinitDisk");
/** Optional properties of an object by itself, and of those in it. */
const ALONE = [12, 3, 1, 0];

function roundTrip(object: z.ZodObject, inputs: Inputs): void {
  const text = serialise(build("root", object, inputs));
  const read = decode(parseDocument(text), object);
  const declared = withoutOptions(object, inputs);
  expect(changesOf(object, declared, observe(object, declared, read))).toEqual([]);
}

function changeAndRead(object: z.ZodObject, before: Inputs, after: Inputs): void {
  const changed = build("root", object, before);
  change(changed, object, before, after);
  const declared = withoutOptions(object, after);
  const read = decode(parseDocument(serialise(changed)), object);
  expect(changesOf(object, declared, observe(object, declared, read))).toEqual([]);
  const fresh = decode(build("root", object, after), object);
  expect(changesOf(object, fresh, read)).toEqual([]);
}

describe("every object of the schema", () => {
  for (const { kind, inputs } of BIG) {
    it(`survives the way to XML text and back (${kind})`, () => {
      fc.assert(
        fc.property(arbitraryInputs(inputs), (sample) => roundTrip(inputs, sample)),
        { numRuns: 500 },
      );
    });
  }

  it("survives it by itself, with each property in turn", () => {
    forEachObject((object) => {
      for (const [property, , meta] of propertiesOf(object)) {
        if (meta.xml === "" && !meta.when) continue;
        const sample = arbitraryInputs(object, ALONE, property);
        fc.assert(
          fc.property(sample, (inputs) => roundTrip(object, inputs)),
          { numRuns: 3 },
        );
      }
    });
  });
});

describe("a change of any inputs into any others", () => {
  for (const { kind, inputs } of BIG) {
    it(`leaves what the new inputs say, and nothing of the old (${kind})`, () => {
      const sample = arbitraryInputs(inputs);
      fc.assert(
        fc.property(sample, sample, (before, after) => changeAndRead(inputs, before, after)),
        { numRuns: 500 },
      );
    });
  }

  it("leaves it in each object by itself", () => {
    forEachObject((object) => {
      const sample = arbitraryInputs(object, ALONE);
      fc.assert(
        fc.property(sample, sample, (before, after) => changeAndRead(object, before, after)),
        { numRuns: 20 },
      );
    });
  });
});

/** A failure names the object. */
function forEachObject(check: (object: z.ZodObject) => void): void {
  for (const [name, object] of OBJECTS) {
    if (!isInXml(object)) continue;
    try {
      check(object);
    } catch (failure) {
      throw new Error(`${name}: ${(failure as Error).message}`);
    }
  }
}

/** Whether an object is a place in the XML, and not only settings of the provider. */
function isInXml(object: z.ZodObject): boolean {
  return propertiesOf(object).some(([, , meta]) => meta.xml !== "" || meta.when);
}

/** As libvirt returns a definition: with sizes in KiB, addresses, and devices of its own. */
function hosted(): XmlElement {
  const root = build("domain", domain, PINNED_VM);
  for (const [name, kib] of [
    ["memory", 31457280],
    ["currentMemory", 25165824],
  ] as const) {
    const size = find(root, name) as XmlElement;
    size.attributes.unit = "KiB";
    size.children = [String(kib)];
  }
  const devices = find(root, "devices") as XmlElement;
  for (const device of childrenOf(devices))
    device.children.push(element("address", { type: "pci", slot: "0x01" }));
  devices.children.push(element("controller", { type: "pci", index: "0", model: "pcie-root" }));
  return root;
}

describe("changing a definition of the host", () => {
  it("finds no drift in what libvirt normalises and adds", () => {
    const seen = observe(domain, PINNED_VM, decode(hosted(), domain));
    expect(changesOf(domain, PINNED_VM, seen)).toEqual([]);
    expect(seen).toEqual(PINNED_VM);
  });

  it("touches nothing else when one pin moves", () => {
    const root = hosted();
    const before = serialise(root);
    const pins = PINNED_VM.cpuTune.vcpuPins.map((pin) => (pin.vcpu === 2 ? { ...pin, cpuSet: "18" } : pin));
    change(root, domain, PINNED_VM, { ...PINNED_VM, cpuTune: { ...PINNED_VM.cpuTune, vcpuPins: pins } });
    expect(serialise(root)).toBe(
      before.replace('<vcpupin vcpu="2" cpuset="17"/>', '<vcpupin vcpu="2" cpuset="18"/>'),
    );
  });

  it("keeps a device's address when the device changes, and the others when one goes", () => {
    const root = hosted();
    const [first] = PINNED_VM.devices.disks;
    const disks = [{ ...first, driver: { ...first.driver, cache: "writeback" } }];
    change(root, domain, PINNED_VM, { ...PINNED_VM, devices: { ...PINNED_VM.devices, disks } });
    const left = childrenOf(find(root, "devices") as XmlElement, "disk");
    expect(
      left.map((disk) => [
        textAt(disk, "target/@dev"),
        textAt(disk, "driver/@cache"),
        textAt(disk, "address/@slot"),
      ]),
    ).toEqual([["vda", "writeback", "0x01"]]);
    expect(childrenOf(find(root, "devices") as XmlElement, "controller")).toHaveLength(1);
  });

  it("takes a removed setting away, with the element that is left empty", () => {
    const root = hosted();
    const { numaTune: _numaTune, title: _title, ...rest } = PINNED_VM;
    const { shares: _shares, ...tune } = PINNED_VM.cpuTune;
    change(root, domain, PINNED_VM, { ...rest, cpuTune: tune });
    expect(find(root, "numatune")).toBeUndefined();
    expect(find(root, "title")).toBeUndefined();
    expect(find(root, "cputune/shares")).toBeUndefined();
    expect(find(root, "cputune/emulatorpin")).toBeDefined();
  });

  it("writes the unit with a size that changes, as the host has it in another one", () => {
    const root = hosted();
    change(root, domain, PINNED_VM, { ...PINNED_VM, memory: 32768 });
    expect([textAt(root, "memory"), textAt(root, "memory/@unit")]).toEqual(["32768", "MiB"]);
  });

  it("replaces the user's metadata and leaves that of others alone", () => {
    const root = build("domain", domain, { ...PINNED_VM, metadata: { xml: '<a:x xmlns:a="urn:a">1</a:x>' } });
    (find(root, "metadata") as XmlElement).children.push(element("other:y", { "xmlns:other": "urn:o" }));
    const next = { ...PINNED_VM, metadata: { xml: '<b:x xmlns:b="urn:b"/>' } };
    change(root, domain, { ...PINNED_VM, metadata: { xml: '<a:x xmlns:a="urn:a">1</a:x>' } }, next);
    expect(childrenOf(find(root, "metadata") as XmlElement).map((child) => child.name)).toEqual([
      "other:y",
      "b:x",
    ]);
  });

  it("takes the place of metadata that is declared from now on, and that the host has already", () => {
    const root = build("domain", domain, PINNED_VM);
    root.children.push(element("metadata", {}, [element("o:y", { "xmlns:o": "urn:o" }, ["theirs"])]));
    change(root, domain, PINNED_VM, { ...PINNED_VM, metadata: { xml: '<o:y xmlns:o="urn:o">ours</o:y>' } });
    expect(childrenOf(find(root, "metadata") as XmlElement).map(textOf)).toEqual(["ours"]);
  });

  it("takes metadata of others for none of its own", () => {
    const declared = { ...PINNED_VM, metadata: { xml: '<a:x xmlns:a="urn:a">1</a:x>' } };
    const root = build("domain", domain, declared);
    const metadata = find(root, "metadata") as XmlElement;
    metadata.children.unshift(element("other:y", { "xmlns:other": "urn:o" }));
    expect(observe(domain, declared, decode(root, domain))).toEqual(declared);
    metadata.children = metadata.children.slice(0, 1);
    const seen = observe(domain, declared, decode(root, domain));
    expect(changesOf(domain, seen, declared).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "add metadata.xml",
    ]);
  });

  it("shows drift of declared properties only", () => {
    const root = hosted();
    const pin = childrenOf(find(root, "cputune") as XmlElement, "vcpupin")[0] as XmlElement;
    pin.attributes.cpuset = "5";
    (find(root, "memory") as XmlElement).children = ["1048576"];
    root.children.push(element("on_crash", {}, ["restart"]));
    const seen = observe(domain, PINNED_VM, decode(root, domain));
    expect(changesOf(domain, PINNED_VM, seen).map((item) => item.path)).toEqual([
      "cpuTune.vcpuPins[0].cpuSet",
      "memory",
    ]);
    expect(seen.memory).toBe(1024);
  });
});

it("keeps thousands of escaped characters and numbered line feeds", () => {
  const text = `${"<&>".repeat(5000)}\n\t"'`;
  const root = parseDocument(serialise(element("a", { b: text }, [text])));
  expect(root.attributes.b).toBe(text);
  expect(textAt(root, "text()")).toBe(text);
});
