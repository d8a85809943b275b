import { describe, expect, it } from "vitest";
import { domainMemory } from "../../control/domainMemory.ts";
import { parseDocument } from "../../libvirt/xml/element.ts";

const MIB = 1024 ** 2;
const of = (inner: string, devices = "") =>
  domainMemory(parseDocument(`<domain type='kvm'>${inner}<devices>${devices}</devices></domain>`));
const GIB_OF = "<memory unit='KiB'>1048576</memory>";

describe("domainMemory", () => {
  it("is all of it, with an overhead by vCPUs, iothreads and devices of the host", () => {
    expect(of(`${GIB_OF}<vcpu>4</vcpu>`)).toEqual({
      whole: 1024 * MIB,
      onHugepages: false,
      isShared: false,
      // Page tables, QEMU, vCPUs, its main loop's I/O, video.
      overhead: (2 + 50 + 32 + 8 + 32) * MIB,
      nodeset: undefined,
    });
    const more = of(`${GIB_OF}<vcpu current='1'>4</vcpu><iothreads>3</iothreads>`, "<hostdev type='pci'/>");
    expect(more?.overhead).toBe((2 + 50 + 32 + 24 + 32 + 1024) * MIB);
  });

  it("leaves out what a virtio-mem device was not asked for, and keeps what the guest has not given back", () => {
    const device = (requested: number, current: number) =>
      `<memory model='virtio-mem'><target><size unit='KiB'>524288</size><node>0</node><block unit='KiB'>2048</block>
       <requested unit='KiB'>${requested}</requested><current unit='KiB'>${current}</current></target></memory>`;
    expect(of(GIB_OF, device(0, 0))?.whole).toBe(512 * MIB);
    expect(of(GIB_OF, device(131_072, 0))?.whole).toBe(640 * MIB);
    expect(of(GIB_OF, device(0, 262_144))?.whole).toBe(768 * MIB);
    expect(
      of(GIB_OF, "<memory model='dimm'><target><size unit='KiB'>524288</size></target></memory>")?.whole,
    ).toBe(1024 * MIB);
  });

  it.each([
    ["<hugepages/>", true],
    ["<hugepages><page size='2048' unit='KiB'/></hugepages>", true],
    ["<hugepages><page size='2048' unit='KiB' nodeset='0'/></hugepages>", false],
    ["<nosharepages/>", false],
  ])("%s: all on hugepages: %s", (backing, is) => {
    expect(of(`${GIB_OF}<memoryBacking>${backing}</memoryBacking>`)?.onHugepages).toBe(is);
  });

  it.each([
    ["<source type='memfd'/>", true],
    ["<source type='file'/>", true],
    ["<access mode='shared'/>", true],
    ["<source type='anonymous'/><access mode='private'/>", false],
  ])("%s: among the host's caches: %s", (backing, is) => {
    expect(of(`${GIB_OF}<memoryBacking>${backing}</memoryBacking>`)?.isShared).toBe(is);
  });

  it.each([
    ["<memory mode='strict' nodeset='0-1'/>", [0, 1]],
    ["<memory mode='interleave' nodeset='1'/>", [1]],
    ["<memory mode='strict' nodeset='0'/><memnode cellid='0' mode='strict' nodeset='1'/>", [0, 1]],
    ["<memory mode='preferred' nodeset='0'/>", undefined],
    ["<memory mode='strict' placement='auto'/>", undefined],
    ["", undefined],
  ])("%s binds it to %j", (tune, nodeset) => {
    expect(of(`${GIB_OF}<numatune>${tune}</numatune>`)?.nodeset).toEqual(nodeset);
  });

  it("is not known without a size, or with one that cannot be counted", () => {
    expect(of("")).toBeUndefined();
    expect(of("<memory unit='KiB'>9007199254740993</memory>")).toBeUndefined();
  });
});
