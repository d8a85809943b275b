import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseAffinity,
  parseCpuMap,
  parseDomainStats,
  parseEmulatorPin,
  parseNumaTune,
  parsePins,
  parseVersions,
  parseWeight,
  statsBlocks,
  UnreadableAnswer,
} from "../../facts/virshTexts.ts";

/** Texts as virsh 9.0 printed them. */
const DOMSTATS = `Domain: 'a'
  state.state=1
  state.reason=1
  cpu.time=6683355000
  balloon.current=65536
  balloon.maximum=65536
  vcpu.current=2
  vcpu.maximum=3
  vcpu.0.state=1
  vcpu.0.time=4710000000
  vcpu.0.wait=0
  vcpu.0.delay=14545555859
  vcpu.2.state=1
  vcpu.2.time=0
  vcpu.2.wait=17
  vcpu.2.delay=9
  block.count=2
  block.0.name=vda
  block.0.path=/srv/a=b.qcow2
  block.0.capacity=104857600
  block.1.name=sda

Domain: 'it's "b"'
  state.state=5
  state.reason=0
  vcpu.current=2
  vcpu.maximum=2
  block.count=0
`;

describe("virsh's answers", () => {
  it("domstats, of a domain that runs and one that is off", () => {
    const [a, b] = parseDomainStats(DOMSTATS);
    expect(a).toEqual({
      name: "a",
      state: "running",
      cpuTimeNs: 6683355000,
      balloon: 2 ** 26,
      vcpus: [
        { number: 0, timeNs: 4710000000, waitNs: 14545555859 },
        { number: 2, timeNs: 0, waitNs: 17 },
      ],
      diskCapacity: new Map([["vda", 104857600]]),
      diskPath: new Map([["vda", "/srv/a=b.qcow2"]]),
    });
    expect(b).toMatchObject({ name: 'it\'s "b"', state: "shut off", vcpus: [], balloon: undefined });
    expect(parseDomainStats("\n")).toEqual([]);
  });

  it("pins of vCPUs and iothreads", () => {
    expect(parsePins("vcpupin", " 0   1\n 10   0-3,8\n")).toEqual(
      new Map([
        [0, [1]],
        [10, [0, 1, 2, 3, 8]],
      ]),
    );
    expect(parsePins("vcpupin", "   0: 16\n")).toEqual(new Map([[0, [16]]]));
    expect(parsePins("iothreadinfo", "No IOThreads found for the domain\n")).toEqual(new Map());
  });

  it("the emulator's pin, bare or after an asterisk", () => {
    expect(parseEmulatorPin("0-1\n")).toEqual([0, 1]);
    expect(parseEmulatorPin("       *: 34-35,70\n")).toEqual([34, 35, 70]);
  });

  it("numatune, bound and not", () => {
    expect(parseNumaTune("numa_mode      : strict\nnuma_nodeset   : 0-1\n")).toEqual({
      mode: "strict",
      nodeset: [0, 1],
    });
    expect(parseNumaTune("numa_mode      : strict\nnuma_nodeset   : \n")).toBeUndefined();
  });

  it("schedinfo, with and without a weight", () => {
    expect(parseWeight("Scheduler      : posix\ncpu_shares     : 512\n")).toBe(512);
    expect(parseWeight("Scheduler      : Unknown\n")).toBeUndefined();
  });

  it("vcpuinfo, nodecpumap and version", () => {
    const info =
      "VCPU:           0\nCPU Affinity:   0-1 (out of 2)\n\nVCPU:           1\nCPU Affinity:   1 (out of 2)\n";
    expect(parseAffinity(info)).toEqual([[0, 1], [1]]);
    expect(parseAffinity(info.replace("VCPU:           1", "VCPU:           3\nCPU:            1"))).toEqual([
      [0, 1],
      [],
      [],
      [1],
    ]);
    expect(parseAffinity("")).toEqual([]);
    expect(parseCpuMap("CPUs present:   4\nCPUs online:    3\nCPU map:        yy-y\n")).toEqual([0, 1, 3]);
    expect(
      parseVersions(
        "Using API: QEMU 9.1.0\nRunning hypervisor: QEMU 7.2.22\nRunning against daemon: 9.0.0\n",
      ),
    ).toBe("libvirt 9.0.0, QEMU 7.2.22");
  });

  it.each([
    ["a pin that is no set", () => parsePins("vcpupin", " 0   none\n")],
    ["an emulator without a pin", () => parseEmulatorPin("\n")],
    ["a binding without a mode", () => parseNumaTune("nodeset: 0")],
    ["a weight that is no number", () => parseWeight("cpu_shares: many")],
    ["a map of another form", () => parseCpuMap("CPU map: 0-3")],
    ["a state that libvirt does not have", () => parseDomainStats("Domain: 'a'\n  state.state=99\n")],
    ["a domain without a name", () => parseDomainStats("Domain: a\n  state.state=1\n")],
  ])("%s is an answer that cannot be read", (_, parse) => expect(parse).toThrow(UnreadableAnswer));

  it("whatever a host prints, it is read or refused", () => {
    const parsers = [
      parseAffinity,
      parseCpuMap,
      parseDomainStats,
      parseEmulatorPin,
      parseNumaTune,
      parseVersions,
      parseWeight,
      (text: string) => parsePins("vcpupin", text),
    ];
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc
        .array(fc.constantFrom(...DOMSTATS.split("\n"), "0: 1", "x"), { maxLength: 12 })
        .map((l) => l.join("\n")),
    );
    fc.assert(
      fc.property(text, (printed) => {
        for (const parse of parsers) {
          try {
            parse(printed);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableAnswer);
          }
        }
      }),
    );
  });
});

it("a domain may be called by whatever else ends a line", () => {
  const name = "a\u2028Domain: 'b'\u2029\u0085c";
  const block = (each: string) => `Domain: '${each}'\n  state.state=1\n  state.reason=5\n`;
  expect(statsBlocks(`${block("first")}\n${block(name)}\n`).map((found) => found.name)).toEqual([
    "first",
    name,
  ]);
});
