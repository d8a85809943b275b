import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import {
  guestMemory,
  parseCacheCounts,
  parseCellMemory,
  parseChoice,
  parseGovernors,
  parseGuests,
  parseInterfaces,
  parseKernelSample,
  parseStat,
} from "../../facts/kernelTexts.ts";

const UUID = "1dd90407-6a42-4cd4-986e-b64f7b908bfc";
/** A line of /proc/PID/stat with the fields that count: flags, utime, stime, start, processor. */
const stat = (pid: number, name: string, { flags = 4194560, ticks = 30, cpu = 1 } = {}) =>
  `${pid} (${name}) S 1 1 1 0 -1 ${flags} 1 0 0 0 ${ticks - 10} 10 0 0 20 0 1 0 777 1000 ${"0 ".repeat(14)}17 ${cpu} 0 0 0`;

describe("files of /sys and /proc", () => {
  it("governors by CPU, not by name", () => {
    const file = (cpu: number) => `/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`;
    const files = new Map([
      [file(10), "powersave\n"],
      [file(2), "performance\n"],
    ]);
    expect([...parseGovernors(files)]).toEqual([
      [2, "performance"],
      [10, "powersave"],
    ]);
  });

  it("the chosen word", () => {
    expect(parseChoice("always [madvise] never\n")).toBe("madvise");
    expect(parseChoice(undefined)).toBeUndefined();
    expect(parseChoice("")).toBeUndefined();
  });

  it("memory by cell", () => {
    const files = new Map([
      [
        "/sys/devices/system/node/node1/meminfo",
        "Node 1 MemTotal:       15558872 kB\nNode 1 MemFree:        10874940 kB\n",
      ],
    ]);
    expect(parseCellMemory(files)).toEqual([{ cell: 1, total: 15932284928, free: 11135938560 }]);
  });

  it("bridges, their ports, and other interfaces", () => {
    const files = new Map([
      ["/sys/class/net/br0/operstate", "up\n"],
      ["/sys/class/net/br0/bridge/bridge_id", "8000.525400aabbcc\n"],
      ["/sys/class/net/vnet0/operstate", "unknown\n"],
      ["/sys/class/net/vnet0/master/uevent", "DEVTYPE=bridge\nINTERFACE=br0\nIFINDEX=4\n"],
    ]);
    expect(parseInterfaces(files)).toEqual([
      { name: "br0", isBridge: true, bridge: "", state: "up" },
      { name: "vnet0", isBridge: false, bridge: "br0", state: "unknown" },
    ]);
  });
});

describe("a line of /proc/PID/stat", () => {
  it("may have a name of any kind", () => {
    for (const name of ["CPU 0/KVM", "a) S 1 (b", "", "(", "1 (2) S 3"]) {
      expect(parseStat(stat(7, name))).toEqual({
        pid: 7,
        name,
        isKernelThread: false,
        ticks: 30,
        started: 777,
        lastCpu: 1,
      });
    }
  });
  it("that is cut is none", () => {
    const whole = stat(7, "x");
    for (let length = 0; length < whole.length - 8; length++) {
      expect(parseStat(whole.slice(0, length))).toBeUndefined();
    }
  });
});

describe("the sampling script's lines", () => {
  const lines = [
    "ticks 100",
    "uptime 23942.73",
    `qemu 40 ${UUID}`,
    `thread 40 ${stat(40, "qemu-system-x86")}`,
    `thread 40 ${stat(41, "CPU 3/KVM")}`,
    `thread 40 ${stat(42, "IO iothread2")}`,
    `thread 40 ${stat(43, "IO mon_iothread")}`,
    `thread 40 ${stat(44, "kvm-nx-lpage-re")}`,
    "allowed /proc/40/task/40/status:Cpus_allowed_list:\t0-1",
    `process ${stat(1, "init")}`,
    `process ${stat(2, "kthreadd", { flags: 0x00208040 })}`,
    `process ${stat(40, "qemu-system-x86")}`,
    "allowed /proc/1/status:Cpus_allowed_list:\t0-3",
    "node /sys/devices/system/node/node0/numastat:numa_hit 451",
    "node /sys/devices/system/node/node0/numastat:numa_foreign 5",
    "something else",
  ];

  it("become counters: threads by kind, processes without QEMU's and the kernel's", () => {
    const thread = { uuid: UUID, ticks: 30 };
    expect(parseKernelSample(lines.join("\n"))).toEqual({
      uptime: 23942.73,
      ticksPerSecond: 100,
      numastat: [{ cell: 0, hit: 451, miss: 0, foreign: 5 }],
      threads: [
        { ...thread, tid: 40, kind: "emulator", number: 0, cpus: [0, 1] },
        { ...thread, tid: 41, kind: "vcpu", number: 3, cpus: [] },
        { ...thread, tid: 42, kind: "iothread", number: 2, cpus: [] },
        { ...thread, tid: 43, kind: "emulator", number: 0, cpus: [] },
        { ...thread, tid: 44, kind: "kernel", number: 0, cpus: [] },
      ],
      processes: [{ pid: 1, name: "init", ticks: 30, started: 777, lastCpu: 1, cpus: [0, 1, 2, 3] }],
    });
  });

  it("never make the reader fail, however they are cut or mixed", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(lines),
        fc.nat(200),
        fc.string({ unit: "grapheme" }),
        (some, at, noise) => {
          const text = some.join("\n");
          expect(() => parseKernelSample(`${text.slice(0, at)}${noise}${text.slice(at)}`)).not.toThrow();
        },
      ),
    );
  });
});

describe("numa_maps", () => {
  it("counts the guest's memory and not the libraries'", () => {
    const maps = [
      "bind:0 anon=5 dirty=5 active=0 N0=4 N1=1 kernelpagesize_kB=4",
      "bind:0 file=/dev/hugepages/libvirt/qemu/1-a/x huge dirty=2 N0=2 kernelpagesize_kB=2048",
      "default file=/memfd:pc.ram\\040(deleted) dirty=3 N1=3 kernelpagesize_kB=4",
      "default file=/usr/lib/libc.so.6 mapped=100 mapmax=30 N1=100 kernelpagesize_kB=4",
      "default heap anon=1 N0=1 kernelpagesize_kB=4",
      "default",
    ];
    expect(guestMemory(maps)).toEqual({
      cells: new Map([
        [0, 5 * 4096 + 2 * 2 ** 21],
        [1, 4 * 4096],
      ]),
      policyCells: [0],
    });
  });

  it.each([
    ["prefer:1 anon=1 N0=1 kernelpagesize_kB=4", [1]],
    ["prefer (many):1-2 anon=1 N0=1 kernelpagesize_kB=4", [1, 2]],
    ["interleave:0,2 anon=1 N0=1 kernelpagesize_kB=4", [0, 2]],
    ["bind=static:3 anon=1 N0=1 kernelpagesize_kB=4", [3]],
    ["local anon=1 N0=1 kernelpagesize_kB=4", []],
  ])("reads the policy of %s", (line, cells) => {
    expect(guestMemory([line])).toEqual({ cells: new Map([[0, 4096]]), policyCells: cells });
  });

  it("by guest, and unknown where it may not be read", () => {
    const other = UUID.replace("1dd9", "2dd9");
    const text = `guest 40 ${UUID}\nmap bind:1 anon=2 N1=2 kernelpagesize_kB=4\nguest 50 ${other}\nunreadable\n`;
    expect(parseGuests(text)).toEqual(
      new Map<string, unknown>([
        [UUID, { cells: new Map([[1, 8192]]), policyCells: [1] }],
        [
          other,
          unknown("its numa_maps may not be read", "Connect as root, or allow sudo without a password."),
        ],
      ]),
    );
  });
});

describe("cache counts", () => {
  it("as perf prints them, or none where the CPU has no counter", () => {
    const other = UUID.replace("1dd9", "2dd9");
    const text = [
      `perf ${UUID} 1000;;LLC-loads;2000;100.00;;`,
      `perf ${UUID} 25;;LLC-load-misses;2000;100.00;;`,
      `perf ${other} <not supported>;;LLC-loads;0;100.00;;`,
    ].join("\n");
    expect(parseCacheCounts(text)).toEqual(
      new Map<string, unknown>([
        [UUID, { loads: 1000, misses: 25 }],
        [other, unknown("the CPU has no such counter, as in a VM")],
      ]),
    );
  });
});
