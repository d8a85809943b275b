/**
 * What a running VM takes without a restart: per row a change, how the host and the guest show it, and the removal of
 * the setting, which has to reach the running VM and its definition alike.
 */
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type GuestFacts, untilGuest } from "../guest/guestConsole.ts";
import type { Bag } from "../libvirt/pluginClient.ts";
import type { PrivateLibvirtd } from "../libvirt/privateLibvirtd.ts";

export const VM = "live";
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const ALL_CPUS = availableParallelism() === 1 ? "0" : `0-${availableParallelism() - 1}`;

/** What is declared: the domain's inputs, and the size of the volume that is its first disk. */
export interface Declared {
  readonly vm: Bag;
  root: { capacity: number };
}

/** How a row looks at what has become of it. */
export class Look {
  readonly #daemon: PrivateLibvirtd;
  readonly #console: string;

  constructor(daemon: PrivateLibvirtd, console: string) {
    this.#daemon = daemon;
    this.#console = console;
  }

  /** A virsh command that tells of the VM, of the running one and of its definition. */
  both(command: string, ...args: string[]): [live: string, definition: string] {
    return [
      this.#daemon.virsh(command, VM, ...args, "--live"),
      this.#daemon.virsh(command, VM, ...args, "--config"),
    ];
  }

  /** The XML of the running VM and of its definition. */
  xml(): [live: string, definition: string] {
    return [this.#daemon.virsh("dumpxml", VM), this.#daemon.virsh("dumpxml", VM, "--inactive")];
  }

  /** The same once the balloon is there: the guest hands memory over bit by bit. */
  async balloonAt(mebibytes: number): Promise<[live: string, definition: string]> {
    const there = `<currentMemory unit='KiB'>${mebibytes * 1024}<`;
    for (let i = 0; i < 150 && !this.xml()[0].includes(there); i++) await sleep(200);
    return this.xml();
  }

  info(): string {
    return this.#daemon.virsh("dominfo", VM);
  }

  /** Waits until the guest says so. */
  guest(what: string, says: (facts: GuestFacts) => boolean): Promise<GuestFacts> {
    return untilGuest(this.#console, says, { what });
  }
}

export interface Row {
  readonly name: string;
  change(declared: Declared): void;
  changed(look: Look): void | Promise<void>;
  /** Takes the setting away, or back; absent where nothing is to be reset. */
  reset?(declared: Declared): void;
  restored?(look: Look): void | Promise<void>;
}

function each(texts: readonly string[], pattern: RegExp): void {
  for (const [i, text] of texts.entries()) expect(text, i === 0 ? "running" : "definition").toMatch(pattern);
}

function none(texts: readonly string[], pattern: RegExp): void {
  for (const [i, text] of texts.entries())
    expect(text, i === 0 ? "running" : "definition").not.toMatch(pattern);
}

/** A parameter of the scheduler, and what stands for none. */
function schedule(property: string, parameter: string, value: number, unset: number | RegExp): Row {
  const shown = (of: number | string) => new RegExp(`${parameter}\\s*: ${of}\\n`);
  return {
    name: `cpuTune.${property}`,
    change: ({ vm }) => {
      vm.cpuTune[property] = value;
    },
    changed: (look) => each(look.both("schedinfo"), shown(value)),
    reset: ({ vm }) => void delete vm.cpuTune[property],
    restored: (look) => each(look.both("schedinfo"), unset instanceof RegExp ? unset : shown(unset)),
  };
}

/** CPUs, vCPUs and memory. */
const PROCESSOR_ROWS: readonly Row[] = [
  {
    name: "pin of a vCPU",
    change: ({ vm }) => {
      vm.cpuTune.vcpuPins[1].cpuSet = "0";
    },
    changed: (look) => each(look.both("vcpupin", "1"), /1\s+0\n/),
    reset: ({ vm }) => void vm.cpuTune.vcpuPins.pop(),
    restored: (look) => each(look.both("vcpupin", "1"), new RegExp(`1\\s+${ALL_CPUS}\n`)),
  },
  {
    name: "emulator pin",
    change: ({ vm }) => {
      vm.cpuTune.emulatorPin.cpuSet = "0";
    },
    changed: (look) => each(look.both("emulatorpin"), /^0\n/),
    reset: ({ vm }) => void delete vm.cpuTune.emulatorPin,
    restored: (look) => each(look.both("emulatorpin"), new RegExp(`^${ALL_CPUS}\n`)),
  },
  {
    name: "pin of an I/O thread",
    change: ({ vm }) => {
      vm.cpuTune.ioThreadPins = [{ ioThread: 1, cpuSet: "0" }];
    },
    changed: (look) => each(look.both("iothreadinfo"), /1\s+0\n/),
    reset: ({ vm }) => void delete vm.cpuTune.ioThreadPins,
    restored: (look) => each(look.both("iothreadinfo"), new RegExp(`1\\s+${ALL_CPUS}\n`)),
  },
  // The weight of a new cgroup: 1024 in version 1, 100 in version 2.
  schedule("shares", "cpu_shares", 300, /cpu_shares\s*: (1024|100|0)\n/),
  schedule("quota", "vcpu_quota", 50_000, /vcpu_quota\s*: (-1|0|17592186044415|18446744073709551)\n/),
  schedule("period", "vcpu_period", 50_000, /vcpu_period\s*: (100000|0)\n/),
  {
    name: "number of vCPUs",
    change: ({ vm }) => {
      vm.vcpuCurrent = 3;
    },
    changed: async (look) => {
      each(look.xml(), /<vcpu placement='static'( current='3')?>(3|4)<\/vcpu>/);
      await look.guest("that a third CPU is online", ({ onlineCpus }) => onlineCpus === "0-2");
    },
  },
  {
    name: "balloon",
    change: ({ vm }) => {
      vm.currentMemory = 192;
    },
    changed: async (look) => {
      await look.guest("that memory was taken", ({ memTotalKiB }) => memTotalKiB < 192 * 1024);
      each(await look.balloonAt(192), new RegExp(`<currentMemory unit='KiB'>${192 * 1024}<`));
    },
    reset: ({ vm }) => {
      vm.currentMemory = 240;
    },
    restored: async (look) => {
      await look.guest("that memory was given back", ({ memTotalKiB }) => memTotalKiB > 192 * 1024);
      each(await look.balloonAt(240), new RegExp(`<currentMemory unit='KiB'>${240 * 1024}<`));
    },
  },
  {
    name: "memory limits",
    change: ({ vm }) => {
      vm.memoryTune = {
        hardLimit: 2,
        hardLimitUnit: "GiB",
        softLimit: 1,
        softLimitUnit: "GiB",
        swapHardLimit: 3,
        swapHardLimitUnit: "GiB",
      };
    },
    changed: (look) => {
      for (const [limit, gib] of [
        ["hard", 2],
        ["soft", 1],
        ["swap_hard", 3],
      ] as const) {
        each(look.both("memtune"), new RegExp(`${limit}_limit\\s*: ${(gib * GIB) / 1024}\n`));
      }
    },
    reset: ({ vm }) => void delete vm.memoryTune,
    restored: (look) => none(look.both("memtune"), /: (?!unlimited)\d/),
  },
];

/** What only libvirt knows of. */
const DESCRIPTION_ROWS: readonly Row[] = [
  {
    name: "title and description",
    change: ({ vm }) => {
      vm.title = "Changed while it ran";
      vm.description = 'it\'s <one> line; "quoted"';
    },
    changed: (look) => {
      each(look.xml(), /<title>Changed while it ran<\/title>/);
      each(look.xml(), /<description>it&apos;s &lt;one&gt; line; &quot;quoted&quot;<\/description>/);
    },
    reset: ({ vm }) => {
      delete vm.title;
      delete vm.description;
    },
    restored: (look) => none(look.xml(), /<title>|<description>/),
  },
  {
    name: "metadata",
    change: ({ vm }) => {
      vm.metadata = { xml: '<t:note xmlns:t="urn:test:note:1" text="a"/>' };
    },
    changed: (look) => each(look.xml(), /<t:note xmlns:t="urn:test:note:1" text="a"\/>/),
    reset: ({ vm }) => void delete vm.metadata,
    restored: (look) => none(look.xml(), /urn:test:note/),
  },
  {
    name: "autostart",
    change: ({ vm }) => {
      vm.autostart = true;
    },
    changed: (look) => expect(look.info()).toMatch(/Autostart:\s+enable/),
    reset: ({ vm }) => void delete vm.autostart,
    restored: (look) => expect(look.info()).toMatch(/Autostart:\s+disable/),
  },
];

/** Disks and interfaces. */
const DEVICE_ROWS: readonly Row[] = [
  {
    name: "limits of a disk, with bursts",
    change: ({ vm }) => {
      vm.devices.disks[0].ioTune = {
        totalIopsSec: 500,
        totalIopsSecMax: 1000,
        totalIopsSecMaxLength: 5,
        readBytesSec: MIB,
      };
    },
    changed: (look) => {
      for (const [limit, value] of [
        ["total_iops_sec", 500],
        ["total_iops_sec_max", 1000],
        ["total_iops_sec_max_length", 5],
        ["read_bytes_sec", MIB],
      ] as const) {
        each(look.both("blkdeviotune", "vda"), new RegExp(`${limit}\\s*: ${value}\n`));
      }
    },
    reset: ({ vm }) => void delete vm.devices.disks[0].ioTune,
    restored: (look) => none(look.both("blkdeviotune", "vda"), /(?<!length)\s*: [1-9]/),
  },
  {
    name: "bandwidth of an interface",
    change: ({ vm }) => {
      vm.devices.interfaces[0].bandwidth = {
        inbound: { average: 1000, peak: 2000, burst: 512 },
        outbound: { average: 500 },
      };
    },
    changed: (look) => {
      each(look.xml(), /<inbound average='1000' peak='2000' burst='512'\/>\s*<outbound average='500'\/>/);
    },
    reset: ({ vm }) => void delete vm.devices.interfaces[0].bandwidth,
    restored: (look) => none(look.xml(), /<inbound|<outbound/),
  },
  {
    name: "a data disk that comes and goes",
    change: ({ vm }) => {
      vm.devices.disks.push({
        driver: { name: "qemu", type: "raw" },
        source: { volume: { pool: "pool", volume: "data" } },
        target: { dev: "vdb", bus: "virtio" },
        serial: "data",
      });
    },
    changed: async (look) => {
      each(look.xml(), /<target dev='vdb' bus='virtio'\/>/);
      await look.guest("that the disk is there", ({ disks }) =>
        Object.values(disks).some(({ serial, bytes }) => serial === "data" && bytes === 8 * MIB),
      );
    },
    reset: ({ vm }) => void vm.devices.disks.pop(),
    restored: async (look) => {
      none(look.xml(), /vdb/);
      await look.guest("that the disk is gone", ({ disks }) => Object.keys(disks).length === 1);
    },
  },
  {
    name: "an interface that comes and goes",
    change: ({ vm }) => {
      vm.devices.interfaces.push({
        source: { bridge: { bridge: "br0" } },
        mac: { address: "52:54:00:00:00:02" },
        model: { type: "virtio" },
      });
    },
    changed: async (look) => {
      each(look.xml(), /52:54:00:00:00:02/);
      await look.guest("that the interface is there", ({ interfaces }) =>
        Object.values(interfaces).includes("52:54:00:00:00:02"),
      );
    },
    reset: ({ vm }) => void vm.devices.interfaces.pop(),
    restored: async (look) => {
      none(look.xml(), /52:54:00:00:00:02/);
      await look.guest(
        "that the interface is gone",
        ({ interfaces }) => Object.keys(interfaces).length === 1,
      );
    },
  },
  {
    name: "a disk that grows",
    change: ({ root }) => {
      root.capacity = 128 * MIB;
    },
    changed: async (look) => {
      await look.guest("that the disk has grown", ({ disks }) => disks.vda?.bytes === 128 * MIB);
    },
  },
];

export const ROWS: readonly Row[] = [...PROCESSOR_ROWS, ...DESCRIPTION_ROWS, ...DEVICE_ROWS];
