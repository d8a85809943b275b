import { describe, expect, it } from "vitest";
import { parseDocument } from "../../libvirt/xml/element.ts";
import { cellsOf, poolOf } from "../../live/capabilities.ts";
import { definitionOf, pendingParts } from "../../live/definition.ts";

/** A running domain with all that is compared, as libvirt 9.0 writes it. */
const LIVE = `<domain type='kvm' id='1'>
  <name>a</name>
  <maxMemory slots='16' unit='KiB'>4194304</maxMemory>
  <memory unit='KiB'>1048576</memory>
  <currentMemory unit='KiB'>524288</currentMemory>
  <memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>
  <vcpu placement='static' current='2'>4</vcpu>
  <iothreads>1</iothreads>
  <cputune><vcpupin vcpu='0' cpuset='1'/><emulatorpin cpuset='0'/></cputune>
  <numatune><memory mode='strict' nodeset='0'/></numatune>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <cpu mode='host-passthrough'>
    <topology sockets='1' dies='1' cores='2' threads='2'/>
    <numa><cell id='0' cpus='0-3' memory='1048576' unit='KiB'/></numa>
  </cpu>
  <devices>
    <disk type='file' device='disk'>
      <source file='/srv/a.qcow2' index='2'/><target dev='vda' bus='virtio'/><alias name='virtio-disk0'/>
    </disk>
    <disk type='volume' device='disk'>
      <source pool='p' volume='b.qcow2' index='1'/><target dev='vdb' bus='virtio'/>
    </disk>
    <disk type='network' device='disk'>
      <source protocol='rbd' name='pool/image'/><target dev='vdc' bus='virtio'/>
    </disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
    <interface type='bridge'>
      <mac address='52:54:00:aa:bb:cc'/><source bridge='br0'/><target dev='vnet0'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:aa:bb:cd'/><source network='default' portid='x' bridge='virbr0'/><target dev='vnet1'/>
    </interface>
  </devices>
</domain>`;

/** The same as it is defined: without what libvirt fills in when it starts. */
const PERSISTENT = LIVE.replace(" id='1'", "")
  .replace(/ index='\d'/g, "")
  .replace(/<alias [^>]*>/g, "")
  .replace(/<target dev='vnet\d'\/>/g, "")
  .replace(" portid='x' bridge='virbr0'", "");

describe("a domain's definition", () => {
  it("is read as far as it is compared", () => {
    expect(definitionOf(parseDocument(LIVE))).toEqual({
      vcpus: 2,
      maximumVcpus: 4,
      memory: 2 ** 30,
      hugepages: [2 ** 21],
      iothreads: 1,
      disks: [
        { target: "vda", source: "/srv/a.qcow2", device: "disk" },
        { target: "vdb", source: "p/b.qcow2", device: "disk" },
        { target: "vdc", source: "rbd:pool/image", device: "disk" },
        { target: "sda", source: "", device: "cdrom" },
      ],
      interfaces: [
        { bridge: "br0", device: "vnet0" },
        { bridge: "virbr0", device: "vnet1" },
      ],
    });
    expect(definitionOf(parseDocument("<domain/>"))).toMatchObject({ vcpus: 1, memory: 0, disks: [] });
    const plain = "<domain><memoryBacking><hugepages/></memoryBacking></domain>";
    expect(definitionOf(parseDocument(plain)).hugepages).toEqual([0]);
  });

  it.each<[string, string | RegExp, string, readonly string[]]>([
    ["nothing", "", "", []],
    ["the balloon", ">524288<", ">262144<", []],
    ["a module that was plugged in", "memory='1048576'", "memory='524288'", []],
    ["memory", ">1048576<", ">2097152<", ["memory"]],
    ["vCPUs", "current='2'", "current='3'", ["number of vCPUs"]],
    ["a pin", "cpuset='1'", "cpuset='2'", ["pins and CPU weights"]],
    ["the nodeset", "nodeset='0'", "nodeset='1'", ["NUMA binding"]],
    ["ordinary pages", /<memoryBacking>.*<\/memoryBacking>/, "", ["memory backing"]],
    ["threads", "threads='2'", "threads='1'", ["guest topology"]],
    ["iothreads", "<iothreads>1", "<iothreads>2", ["iothreads"]],
    ["the machine", "q35-7.2", "q35-6.0", ["machine type"]],
    ["a disk", "/srv/a.qcow2", "/srv/c.qcow2", ["disks"]],
    ["a bridge", "bridge='br0'", "bridge='br1'", ["interfaces"]],
    [
      "two of them",
      /cpuset='1'|nodeset='0'/g,
      "cpuset='3' nodeset='2'",
      ["pins and CPU weights", "NUMA binding"],
    ],
  ])("a running one that differs by %s waits for as much", (_, from, to, parts) => {
    expect(
      pendingParts(parseDocument(LIVE), parseDocument(PERSISTENT.replaceAll(new RegExp(from, "g"), to))),
    ).toEqual(parts);
  });
});

describe("a host's XML", () => {
  it("has cells with cores and hugepages", () => {
    const xml = `<capabilities><host><topology><cells num='1'><cell id='1'>
      <memory unit='KiB'>15558872</memory>
      <pages unit='KiB' size='4'>3889718</pages><pages unit='KiB' size='2048'>7</pages>
      <cpus num='4'>
        <cpu id='2' siblings='2,10'/><cpu id='3' siblings='3,11'/><cpu id='10' siblings='2,10'/><cpu id='12'/>
      </cpus></cell></cells></topology></host></capabilities>`;
    expect(cellsOf(parseDocument(xml))).toEqual([
      {
        id: 1,
        memory: 15558872 * 1024,
        cores: [[2, 10], [3, 11], [12]],
        hugepages: new Map([[2 ** 21, 7]]),
        distances: new Map(),
      },
    ]);
  });

  it("has pools with what they hold", () => {
    const xml = `<pool type='dir'><name>p</name><capacity unit='bytes'>100</capacity>
      <available unit='bytes'>40</available><target><path>/srv</path></target></pool>`;
    expect(poolOf(parseDocument(xml), true)).toEqual({
      name: "p",
      type: "dir",
      active: true,
      path: "/srv",
      capacity: 100,
      available: 40,
    });
  });
});

it("a domain's devices of the host are told by address or UUID", () => {
  const xml = `<domain><vcpu>1</vcpu><memory>1</memory><devices>
    <hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0xca' slot='0x10' function='0x3'/></source></hostdev>
    <hostdev mode='subsystem' type='mdev'><source><address uuid='5e1f3c8e-0000-4000-8000-000000000001'/></source></hostdev>
    <hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>
  </devices></domain>`;
  expect(definitionOf(parseDocument(xml)).hostdevs).toEqual([
    { pci: "0000:ca:10.3" },
    { mdev: "5e1f3c8e-0000-4000-8000-000000000001" },
  ]);
  expect(definitionOf(parseDocument("<domain><vcpu>1</vcpu></domain>"))).not.toHaveProperty("hostdevs");
});
