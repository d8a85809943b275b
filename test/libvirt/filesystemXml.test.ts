import { describe, expect, it } from "vitest";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import { filesystem } from "../../libvirt/schema/filesystem.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import { parseDocument, serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";
import { observe } from "../../libvirt/xml/observe.ts";
import { defined, isSince, skipReason } from "./libvirtDefinition.ts";

interface Case {
  readonly inputs: Record<string, unknown>;
  readonly type: string;
  readonly xml: readonly string[];
  readonly since?: string;
}

const MOUNT = { mount: { dir: "/srv/data" } };
const SOURCE = '<source dir="/srv/data"/>';

/** File systems by what they show, each with the XML that libvirt's documentation has for it. */
const CASES: Readonly<Record<string, Case>> = {
  "an alias": {
    inputs: { alias: { name: "ua-data" }, source: MOUNT },
    type: 'type="mount"',
    xml: ['<alias name="ua-data"/>', SOURCE],
  },
  "rights of access mode mapped": {
    inputs: {
      accessMode: "mapped",
      model: "virtio-non-transitional",
      multiDevs: "remap",
      fmode: "0644",
      dmode: "755",
      source: MOUNT,
    },
    type: 'accessmode="mapped" model="virtio-non-transitional" multidevs="remap" fmode="0644" dmode="755" type="mount"',
    xml: [SOURCE],
  },
  "a virtiofs server": {
    inputs: {
      driver: { type: "virtiofs", queue: 1024, iommu: "on", ats: "on", packed: "on", pagePerVq: "on" },
      binary: {
        path: "/usr/libexec/virtiofsd",
        xattr: "on",
        cache: { mode: "always" },
        sandbox: { mode: "chroot" },
        lock: { posix: "on", flock: "off" },
        threadPool: { size: 16 },
      },
      source: MOUNT,
    },
    type: 'type="mount"',
    xml: [
      '<driver type="virtiofs" queue="1024" iommu="on" ats="on" packed="on" page_per_vq="on"/>',
      '<binary path="/usr/libexec/virtiofsd" xattr="on">',
      '  <cache mode="always"/>',
      '  <sandbox mode="chroot"/>',
      '  <lock posix="on" flock="off"/>',
      '  <thread_pool size="16"/>',
      "</binary>",
      SOURCE,
    ],
  },
  "a limit of open files": {
    inputs: { driver: { type: "virtiofs" }, binary: { openFiles: { max: 1000 } }, source: MOUNT },
    type: 'type="mount"',
    xml: ['<driver type="virtiofs"/>', "<binary>", '  <openfiles max="1000"/>', "</binary>", SOURCE],
    since: "10.6.0",
  },
  "users and groups that are mapped": {
    inputs: {
      driver: { type: "virtiofs" },
      source: MOUNT,
      idMap: {
        uids: [{ start: 0, target: 100000, count: 65535 }],
        gids: [{ start: 0, target: 200000, count: 65535 }],
      },
    },
    type: 'type="mount"',
    xml: [
      '<driver type="virtiofs"/>',
      SOURCE,
      "<idmap>",
      '  <uid start="0" target="100000" count="65535"/>',
      '  <gid start="0" target="200000" count="65535"/>',
      "</idmap>",
    ],
    since: "10.0.0",
  },
  "a server that runs already": {
    inputs: {
      driver: { type: "virtiofs" },
      source: { mount: { socket: "/run/virtiofsd.sock" } },
      boot: { order: 2 },
    },
    type: 'type="mount"',
    xml: ['<driver type="virtiofs"/>', '<source socket="/run/virtiofsd.sock"/>', '<boot order="2"/>'],
  },
  "an s390 boot entry": {
    inputs: { driver: { type: "virtiofs" }, source: MOUNT, boot: { order: 1, loadParm: "2" } },
    type: 'type="mount"',
    xml: ['<driver type="virtiofs"/>', SOURCE, '<boot order="1" loadparm="2"/>'],
  },
  "a folder of the guest": {
    inputs: { source: { bind: { dir: "/var/data" } } },
    type: 'type="bind"',
    xml: ['<source dir="/var/data"/>'],
  },
  "a template": {
    inputs: { source: { template: { name: "debian" } } },
    type: 'type="template"',
    xml: ['<source name="debian"/>'],
  },
  "an image": {
    inputs: { driver: { type: "loop", format: "raw" }, source: { file: { file: "/srv/data.img" } } },
    type: 'type="file"',
    xml: ['<driver type="loop" format="raw"/>', '<source file="/srv/data.img"/>'],
  },
  "writes that go through": {
    inputs: { driver: { type: "path", wrPolicy: "immediate" }, source: MOUNT },
    type: 'type="mount"',
    xml: ['<driver type="path" wrpolicy="immediate"/>', SOURCE],
  },
  "a block device and limits of space": {
    inputs: {
      source: { block: { dev: "/dev/sdb" } },
      spaceHardLimit: 2,
      spaceHardLimitUnit: "GiB",
      spaceSoftLimit: 1073741824,
    },
    type: 'type="block"',
    xml: [
      '<source dev="/dev/sdb"/>',
      '<space_hard_limit unit="GiB">2</space_hard_limit>',
      "<space_soft_limit>1073741824</space_soft_limit>",
    ],
  },
  memory: {
    inputs: { source: { ram: { usage: 10, units: "MiB" } } },
    type: 'type="ram"',
    xml: ['<source usage="10" units="MiB"/>'],
  },
};

function xmlOf({ type, xml }: Case): string {
  const [before, after] = [xml.filter((line) => !AFTER.test(line)), xml.filter((line) => AFTER.test(line))];
  const target = '<target dir="data"/>';
  return [
    `<filesystem ${type}>`,
    ...[...before, target, ...after].map((line) => `  ${line}`),
    "</filesystem>\n",
  ].join("\n");
}

/** What the schema declares behind the target. */
const AFTER = /idmap|[ug]id start|space_|<boot/;

describe("the XML of a file system", () => {
  for (const [what, example] of Object.entries(CASES)) {
    const inputs = { ...example.inputs, target: { dir: "data" } };
    const since = example.since ?? "9.0.0";

    it(`has ${what} where libvirt documents it`, () => {
      expect(filesystem.safeParse(inputs).error).toBeUndefined();
      expect(serialise(build("filesystem", filesystem, inputs))).toBe(xmlOf(example));
    });

    it.skipIf(!isSince(since))(`is taken by libvirt and read back with ${what}${skipReason(since)}`, () => {
      const devices = { filesystems: [inputs] };
      const declared = { type: "test", name: "t", memory: 64, os: { type: "hvm" }, devices };
      const text = defined(serialise(build("domain", domain, declared)), "t");
      const seen = observe(domain, declared, decode(parseDocument(text), domain));
      expect(changesOf(domain, declared, seen)).toEqual([]);
    });
  }

  it("has a volume, and a driver's name, which libvirt's schema does not know", () => {
    const inputs = { driver: { name: "a" }, source: { volume: { pool: "ssd", volume: "data" } } };
    expect(serialise(build("filesystem", filesystem, inputs))).toBe(
      '<filesystem type="volume">\n  <driver name="a"/>\n  <source pool="ssd" volume="data"/>\n</filesystem>\n',
    );
  });
});
