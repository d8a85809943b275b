/** What it takes to bring the disks and interfaces of a running domain to what is declared. */
import { describe, expect, it } from "vitest";
import { keepAddresses } from "../../libvirt/provider/live/devices.ts";
import { addressInterfaces } from "../../libvirt/provider/live/interfaceIdentity.ts";
import { classify, planLive } from "../../libvirt/provider/live/plan.ts";
import { RunningDomain } from "../../libvirt/provider/live/runningDomain.ts";
import type { Pending } from "../../libvirt/provider/live/topic.ts";
import { deviceLimitFailures } from "../../libvirt/provider/resources/deviceLimitCheck.ts";
import { comparable, needsRestart, stillPending } from "../../libvirt/provider/resources/domainPending.ts";
import type { Properties } from "../../libvirt/provider/values.ts";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import type { Host } from "../../libvirt/virsh/host.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import { parseDocument, serialise, type XmlElement } from "../../libvirt/xml/element.ts";
import { build, change } from "../../libvirt/xml/encode.ts";
import { observe } from "../../libvirt/xml/observe.ts";

// biome-ignore lint/suspicious/noExplicitAny: inputs are changed freely
type Bag = Record<string, any>;

const disk = (dev: string, more: Bag = {}): Bag => ({
  source: { file: { file: `/images/${dev}.img` } },
  target: { dev, bus: dev.startsWith("vd") ? "virtio" : "scsi" },
  ...more,
});
const cdrom = (file?: string): Bag => ({
  device: "cdrom",
  ...(file ? { source: { file: { file } } } : {}),
  target: { dev: "sdc", bus: "sata" },
});
const nic = (bridge: string, more: Bag = {}): Bag => ({ source: { bridge: { bridge } }, ...more });
const vm = (disks: Bag[], interfaces: Bag[] = [], more: Bag = {}): Bag => ({
  name: "vm",
  devices: { disks, interfaces, ...more },
});
const MACS = ["52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:03"];

interface Facts {
  /** What runs, where that is not what is declared before. */
  readonly running?: Bag;
  readonly waiting?: readonly Pending[];
}

/** A domain of the host, which has given each interface without an address one. */
function hosted(inputs: Bag): XmlElement {
  const root = build("domain", domain, inputs);
  const interfaces = decode(root, domain) as Bag;
  for (const [index, item] of (interfaces.devices?.interfaces ?? []).entries()) {
    item.mac ??= { address: MACS[index] };
  }
  return build("domain", domain, { ...inputs, devices: { ...inputs.devices, ...pick(interfaces.devices) } });
}
const pick = (devices: Bag | undefined): Bag =>
  devices?.interfaces ? { interfaces: devices.interfaces } : {};

async function plan(before: Bag, after: Bag, { running = before, waiting = [] }: Facts = {}) {
  const defined = hosted(before);
  const next = structuredClone(defined);
  change(next, domain, observe(domain, before, decode(next, domain)), after);
  addressInterfaces(next, "uuid");
  const changes = changesOf(domain, before, after);
  const { commands, deferred } = await planLive(
    changes,
    before as Properties,
    after as Properties,
    new RunningDomain({} as Host, "u", hosted(running)),
    { before: defined, after: next },
    waiting,
  );
  const later = needsRestart(changes, before as Properties, after as Properties);
  return {
    commands: commands.map(({ command, options, definition }) => {
      const words = Object.entries(options).filter(([name, value]) => name !== "live" && value !== 0);
      const xml = definition ? serialise(definition).replace(/\n\s*/g, "").replaceAll('"', "'") : "";
      return [command, ...words.map(([name, value]) => `${name}=${value}`), xml].join(" ").trim();
    }),
    deferred: [...later, ...deferred].map(({ property, reason }) => `${property}: ${reason}`),
    next: serialise(next),
  };
}

describe("disks", () => {
  it.each<[string, Bag, Bag, string[], string[]]>([
    [
      "a virtio disk comes",
      vm([disk("vda")]),
      vm([disk("vda"), disk("vdb")]),
      [
        "attach-device <disk type='file'><source file='/images/vdb.img'/><target dev='vdb' bus='virtio'/></disk>",
      ],
      [],
    ],
    [
      "one that is no longer declared goes",
      vm([disk("vda"), disk("vdb")]),
      vm([disk("vda")]),
      [
        "detach-device <disk type='file'><source file='/images/vdb.img'/><target dev='vdb' bus='virtio'/></disk>",
      ],
      [],
    ],
    [
      "one makes way for another at its place: first it goes",
      vm([disk("vda"), disk("vdb")]),
      vm([disk("vda"), disk("vdc")]),
      [expect.stringMatching(/^detach-device .*vdb/), expect.stringMatching(/^attach-device .*vdc/)] as never,
      [],
    ],
    [
      "the boot disk stays until the next boot: the first one",
      vm([disk("vda"), disk("vdb")]),
      vm([disk("vdb")]),
      [],
      ['devices.disks["vda"]: the VM was booted from it, as far as its definition tells'],
    ],
    [
      "the boot disk stays until the next boot: that of the boot order",
      vm([disk("vda"), disk("vdb", { boot: { order: 1 } })]),
      vm([disk("vda")]),
      [],
      ['devices.disks["vdb"]: the VM was booted from it, as far as its definition tells'],
    ],
    [
      "a SATA disk waits in both directions",
      vm([disk("vda"), disk("sdx", { target: { dev: "sdx", bus: "sata" } })]),
      vm([disk("vda"), disk("hdb", { target: { dev: "hdb" } })]),
      [],
      ["devices.disks[1]: nothing is plugged into a running VM's ide bus"],
    ],
    [
      "a SCSI disk waits for its controller",
      vm([disk("vda")]),
      vm([disk("vda"), disk("sda")], [], { controllers: [{ type: "scsi", model: "virtio-scsi" }] }),
      [],
      [
        "devices.controllers[0]: only disks and interfaces are plugged into a running VM",
        'devices.disks["sda"]: its SCSI controller is not there before the next boot',
      ],
    ],
    [
      "an image stays as QEMU has it open",
      vm([disk("vda")]),
      vm([disk("vda", { source: { file: { file: "/other.img" } }, driver: { cache: "none" } })]),
      [],
      [
        "devices.disks[0].driver.cache: QEMU keeps an image open as it was opened",
        "devices.disks[0].source.file.file: QEMU keeps the image that it has open",
      ],
    ],
    [
      "a medium changes",
      vm([cdrom("/a.iso")]),
      vm([cdrom("/b.iso")]),
      [
        "update-device <disk device='cdrom' type='file'><target dev='sdc' bus='sata'/><source file='/b.iso'/></disk>",
      ],
      [],
    ],
    [
      "a medium goes",
      vm([cdrom("/a.iso")]),
      vm([cdrom()]),
      ["update-device <disk device='cdrom' type='file'><target dev='sdc' bus='sata'/></disk>"],
      [],
    ],
    [
      "a drive without a medium is not plugged in",
      vm([disk("vda")]),
      vm([disk("vda"), { device: "cdrom", target: { dev: "sdd", bus: "usb" } }]),
      [],
      ['devices.disks["sdd"]: QEMU plugs in no drive without a medium'],
    ],
  ])("%s", async (_, before, after, commands, deferred) => {
    const planned = await plan(before, after);
    expect(planned.commands).toEqual(commands);
    expect(planned.deferred.sort()).toEqual(deferred);
  });

  it("a disk that becomes a drive gets its medium at the next boot", async () => {
    const before = vm([{ ...cdrom("/a.iso"), device: "disk" }]);
    expect((await plan(before, vm([cdrom("/b.iso")]))).commands).toEqual([]);
  });

  it("that a start may leave out are no drift, and come if they can", async () => {
    const spare = disk("vdb");
    spare.source.startupPolicy = "optional";
    const both = vm([disk("vda"), spare]) as Properties;
    const running = decode(hosted(vm([disk("vda")])), domain) as Properties;
    const live = comparable(both, decode(hosted(both), domain) as Properties, running, []);
    expect(observe(domain, both, live)).toEqual(both);
  });

  it("finds what an interrupted update has done", async () => {
    const [one, two] = [vm([disk("vda")]), vm([disk("vda"), disk("vdb")])];
    expect((await plan(one, two, { running: two })).commands).toEqual([]);
    expect((await plan(two, one, { running: one })).commands).toEqual([]);
  });

  it("leaves another disk of the same name alone", async () => {
    const foreign = vm([disk("vda"), disk("vdb", { source: { file: { file: "/foreign.img" } } })]);
    const planned = await plan(vm([disk("vda")]), vm([disk("vda"), disk("vdb")]), { running: foreign });
    expect(planned.commands).toEqual([]);
    expect(planned.deferred).toEqual([
      "devices.disks[1].source: the running VM has another disk of that name",
    ]);
  });

  it("asks again for what the guest has not given up, along with other changes", async () => {
    const waiting = [{ property: 'devices.disks["vdb"]', reason: "" }];
    const running = vm([disk("vda"), disk("vdb")]);
    const planned = await plan(vm([disk("vda")]), vm([disk("vda"), disk("vdc")]), { running, waiting });
    expect(planned.commands.map((text) => text.split(" ")[0])).toEqual(["detach-device", "attach-device"]);
  });

  it("brings back what was detached by hand, and defines it once", async () => {
    const both = vm([disk("vda"), disk("vdb")]);
    const root = hosted(both);
    const seen = vm([disk("vda")]);
    change(root, domain, observe(domain, seen, decode(root, domain)), both);
    expect(serialise(root)).toBe(serialise(hosted(both)));
  });

  it("are pluggable as far as is known before a preview knows their names", () => {
    const unknown = Symbol("unknown") as unknown as string;
    const after = vm([disk("vda"), { source: {}, target: { dev: unknown } }]) as Properties;
    const added = { path: "devices.disks[1]", property: "devices.disks", kind: "add" } as const;
    expect(classify(added, {}, after).class).toBe("live");
    expect(classify({ ...added, path: "devices.disks" }, {}, {}).class).toBe("live");
  });
});

describe("limits of disks", () => {
  const limited = (ioTune?: Bag): Bag => vm([disk("vda", ioTune ? { ioTune } : {})]);
  it.each<[string, Bag | undefined, Bag | undefined, string]>([
    ["are set", undefined, { totalBytesSec: 5 }, "total-bytes-sec=5"],
    [
      "are all said, so that reads and writes take over from a total",
      { totalBytesSec: 5, totalBytesSecMax: 9 },
      { readBytesSec: 3, writeBytesSec: 4 },
      "read-bytes-sec=3 write-bytes-sec=4",
    ],
    [
      "have bursts of a second by default",
      undefined,
      { readIopsSec: 3, readIopsSecMax: 6, writeIopsSec: 2, writeIopsSecMax: 4, writeIopsSecMaxLength: 8 },
      "read-iops-sec=3 read-iops-sec-max=6 read-iops-sec-max-length=1 write-iops-sec=2 write-iops-sec-max=4 write-iops-sec-max-length=8",
    ],
    ["are taken away", { totalIopsSec: 5, groupName: "g" }, undefined, ""],
    [
      "leave a group for one of their own",
      { totalIopsSec: 5, groupName: "g" },
      { totalIopsSec: 4 },
      "total-iops-sec=4 group-name=own-vda",
    ],
  ])("%s", async (_, before, after, words) => {
    const { commands, deferred } = await plan(limited(before), limited(after));
    expect(commands).toEqual([`blkdeviotune device=vda ${words}`.trim()]);
    expect(deferred).toEqual([]);
  });

  it.each<[string, Bag, string[]]>([
    [
      "a total beside its parts",
      { totalBytesSec: 5, readBytesSec: 2, writeBytesSec: 3 },
      [
        "totalBytesSec: stands beside readBytesSec and writeBytesSec; limit reads and writes together or each, not both",
      ],
    ],
    [
      "a burst alone, and its length",
      { totalIopsSecMax: 9, readIopsSecMaxLength: 4 },
      [
        "totalIopsSecMax: needs totalIopsSec, the limit after the burst",
        "readIopsSecMaxLength: needs readIopsSecMax, the limit during the burst",
      ],
    ],
    [
      "a slower burst",
      { totalIopsSec: 9, totalIopsSecMax: 5 },
      ["totalIopsSecMax: is 5, less than totalIopsSec (9); a burst is no slower than what follows it"],
    ],
    [
      "a size or a group without limits",
      { sizeIopsSec: 4096, groupName: "g" },
      [
        "sizeIopsSec: needs a limit of operations: totalIopsSec, readIopsSec or writeIopsSec",
        "groupName: needs a limit that the group shares",
      ],
    ],
    ["zeros, which limit nothing", { totalBytesSec: 0, readBytesSec: 2, readBytesSecMax: 0 }, []],
  ])("are refused or not: %s", (_, ioTune, failures) => {
    const found = deviceLimitFailures(limited(ioTune) as Properties);
    expect(found.map(({ property, reason }) => `${property}: ${reason}`)).toEqual(
      failures.map((text) => `devices.disks[0].ioTune.${text}`),
    );
  });
});

describe("interfaces", () => {
  it.each<[string, Bag[], Bag[], string[], string[]]>([
    [
      "one goes by the address that the host has given it",
      [nic("a"), nic("b")],
      [nic("a")],
      [expect.stringMatching(/^detach-device .*52:54:00:00:00:02/)] as never,
      [],
    ],
    [
      "one goes by its declared address, and the other stays as it is",
      [nic("a", { mac: { address: MACS[0] } }), nic("b", { mac: { address: MACS[1] } })],
      [nic("b", { mac: { address: MACS[1] } })],
      [expect.stringMatching(/^detach-device .*52:54:00:00:00:01/)] as never,
      [],
    ],
    [
      "one moves to another bridge",
      [nic("a")],
      [nic("b")],
      [`update-device <interface type='bridge'><mac address='${MACS[0]}'/><source bridge='b'/></interface>`],
      [],
    ],
    [
      "one moves from a bridge to a network",
      [nic("a")],
      [{ source: { network: { network: "lan" } } }],
      [
        `update-device <interface type='network'><mac address='${MACS[0]}'/><source network='lan'/></interface>`,
      ],
      [],
    ],
    [
      "one cannot move from user mode to a bridge",
      [{ source: { user: {} } }],
      [nic("a")],
      [],
      [
        "devices.interfaces[0].source.bridge.bridge: libvirt moves a running interface only from one bridge or network to another",
        "devices.interfaces[0].source.user: libvirt moves a running interface only from one bridge or network to another",
      ],
    ],
    [
      "rates are set and taken away, each direction by itself",
      [nic("a", { bandwidth: { inbound: { average: 9 } } })],
      [nic("a", { bandwidth: { outbound: { average: 1, burst: 3 } } })],
      [`domiftune interface=${MACS[0]} inbound=0`, `domiftune interface=${MACS[0]} outbound=1,0,3`],
      [],
    ],
    [
      "a rate with a floor",
      [nic("a")],
      [nic("a", { bandwidth: { inbound: { average: 9, floor: 2 } } })],
      [`domiftune interface=${MACS[0]} inbound=9,0,0,2`],
      [],
    ],
    [
      "a link goes down",
      [nic("a")],
      [nic("a", { link: { state: "down" } })],
      [`domif-setlink interface=${MACS[0]} state=down`],
      [],
    ],
    [
      "a link comes up when nothing is said of it any more",
      [nic("a", { link: { state: "down" } })],
      [nic("a")],
      [`domif-setlink interface=${MACS[0]} state=up`],
      [],
    ],
    ["the host's address is declared", [nic("a")], [nic("a", { mac: { address: MACS[0] } })], [], []],
    [
      "another address waits",
      [nic("a")],
      [nic("a", { mac: { address: MACS[2] } })],
      [],
      [`devices.interfaces["${MACS[2]}"]: the interface of a running VM keeps its MAC address`],
    ],
    [
      "the model waits",
      [nic("a")],
      [nic("a", { model: { type: "e1000e" } })],
      [],
      ["devices.interfaces[0].model.type: the guest sees the machine as it was started"],
    ],
  ])("%s", async (_, before, after, commands, deferred) => {
    const planned = await plan(vm([], before), vm([], after));
    expect(planned.commands).toEqual(commands);
    expect(planned.deferred.sort()).toEqual(deferred);
  });

  it("come with an address that the definition has too, the same at every attempt", async () => {
    const steps = [vm([], [nic("a")]), vm([], [nic("a"), nic("b")])] as const;
    const first = await plan(...steps);
    const mac = /attach-device .*mac address='([^']*)'/.exec(first.commands[0] ?? "")?.[1] ?? "none";
    expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
    expect(first.next).toContain(mac);
    expect(await plan(...steps)).toEqual(first);
    const done = vm([], [nic("a"), nic("b", { mac: { address: mac } })]);
    expect((await plan(...steps, { running: done })).commands).toEqual([]);
  });

  it("are compared by their addresses where none is declared", () => {
    const inputs = vm([], [nic("a"), nic("b")]) as Properties;
    const persistent = decode(hosted(inputs), domain) as Properties;
    const running = decode(hosted(vm([], [nic("b", { mac: { address: MACS[1] } })])), domain) as Properties;
    const live = comparable(inputs, persistent, running, []);
    expect(observe(domain, inputs, live)).toEqual({
      ...inputs,
      devices: { disks: [], interfaces: [{ source: {} }, nic("b")] },
    });
  });

  it.each<[Bag, string[]]>([
    [{ inbound: { average: 1, peak: 2, burst: 3, floor: 1 }, outbound: { average: 1 } }, []],
    [{ inbound: { floor: 1 } }, []],
    [
      { inbound: { peak: 2 }, outbound: { average: 1, floor: 1 } },
      [
        "devices.interfaces[0].bandwidth.inbound.average: is required beside peak and burst",
        "devices.interfaces[0].bandwidth.outbound.floor: holds for inbound traffic only",
      ],
    ],
  ])("have rates that make sense: %j", (bandwidth, failures) => {
    const found = deviceLimitFailures(vm([], [nic("a", { bandwidth })]) as Properties);
    expect(found.map(({ property, reason }) => `${property}: ${reason}`)).toEqual(failures);
  });
});

describe("places and what waits for them", () => {
  const at = (slot: string): string => `<address type='pci' bus='0x0${slot}' slot='0x00'/>`;
  const domainOf = (...disks: (readonly [string, string])[]): XmlElement =>
    parseDocument(
      `<domain><devices>${disks.map(([dev, inside]) => `<disk><target dev='${dev}'/>${inside}</disk>`).join("")}</devices></domain>`,
    );

  it("a disk keeps the place that it was plugged into, unless another has it at the next boot", () => {
    const running = domainOf(["vda", at("1")], ["vdb", at("2")], ["vdc", at("3")]);
    const defined = domainOf(["vda", at("3")], ["vdb", ""], ["vdc", ""]);
    keepAddresses(defined, running);
    const place = (dev: string): string | undefined =>
      new RegExp(`dev="${dev}"/>\\s*<address [^>]*bus="0x0(\\d)"`).exec(serialise(defined))?.[1];
    expect([place("vda"), place("vdb"), place("vdc")]).toEqual(["3", "2", undefined]);
  });

  it("a device waits no longer when it is there, or gone, as defined", () => {
    const waiting = ["vda", "vdb", "vdc"].map((dev) => ({ property: `devices.disks["${dev}"]`, reason: "" }));
    const running = domainOf(["vda", ""], ["vdc", ""]);
    const defined = domainOf(["vda", ""], ["vdb", ""]);
    expect(stillPending(waiting, running, defined)).toEqual(waiting.slice(1));
  });
});
