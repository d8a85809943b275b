import { constants } from "node:fs";
import { access, mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { findOnPath, run } from "../tools/setup/command.mjs";
import { MACHINE_TYPE } from "./commandLine.ts";
import type { MachineFacts } from "./requirements.ts";
import { TOOLS } from "./requirements.ts";
import type { Accelerator } from "./twin.ts";

/** What this machine has, for a lab to be judged by. Nothing of it is changed. */

/** Daemons are in folders that an ordinary user's PATH leaves out. */
export const SEARCH_PATH = `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;

const PROBE_MS = 10_000;

/** @param folders where a lab writes, each with what for; those that are not there yet count as their parents */
export async function readMachine(folders: string[]): Promise<MachineFacts> {
  const tools = Object.keys(TOOLS).filter((tool) => findOnPath(tool, SEARCH_PATH) !== undefined);
  const qemu = tools.includes("qemu-system-x86_64");
  const [version, devices, networks] = qemu
    ? await Promise.all([
        answer("--version"),
        answer("-machine", MACHINE_TYPE, "-device", "help"),
        answer("-netdev", "help"),
      ])
    : ["", "", ""];
  const meminfo = await text("/proc/meminfo");
  return {
    platform: `${process.platform}-${process.arch}`,
    tools,
    qemu: /version (\d+)\.(\d+)/.exec(version)?.slice(1, 3).map(Number) ?? [],
    qemuParts: [
      ...(devices.includes('"virtio-9p-pci"') ? ["virtio-9p-pci"] : []),
      ...(/^user$/m.test(networks) ? ["user networking"] : []),
    ],
    overcommit: (await text("/proc/sys/vm/overcommit_memory")).trim(),
    availableMemory: Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024,
    folders: await Promise.all(folders.map(async (folder) => ({ folder, ...(await room(folder)) }))),
  };
}

async function answer(...args: string[]): Promise<string> {
  const { stdout } = await run("qemu-system-x86_64", args, { timeoutMs: PROBE_MS });
  return stdout;
}

function text(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

async function room(folder: string): Promise<{ bytes: number; writable: boolean }> {
  for (let at = folder; ; at = path.dirname(at)) {
    const facts = await statfs(at).catch(() => undefined);
    if (facts) {
      const writable = await access(at, constants.W_OK | constants.X_OK).then(
        () => true,
        () => false,
      );
      return { bytes: facts.bavail * facts.bsize, writable };
    }
    if (at === path.dirname(at)) return { bytes: 0, writable: false };
  }
}

/** Where an x86 begins: 16 bytes below the end of its firmware. There: move 42 to AL, put it out on port 0xf4, halt. */
const FIRMWARE_BYTES = 65_536;
const FIRST_INSTRUCTIONS = [0xb0, 42, 0xe6, 0xf4, 0xf4];
/** What the device on that port makes of 42. */
const PROOF = (42 << 1) | 1;

/**
 * Hardware virtualisation, if it really runs a machine's first instructions: a /dev/kvm that is there, and even makes
 * machines, may still not run them.
 */
export async function findAccelerator(): Promise<Accelerator> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "numafleet-kvm-"));
  try {
    const firmware = Buffer.alloc(FIRMWARE_BYTES);
    firmware.set(FIRST_INSTRUCTIONS, FIRMWARE_BYTES - 16);
    const file = path.join(folder, "firmware");
    await writeFile(file, firmware);
    const { code } = await run(
      "qemu-system-x86_64",
      [
        ...["-machine", MACHINE_TYPE, "-accel", "kvm", "-cpu", "host", "-m", "16M"],
        ...["-nodefaults", "-no-user-config", "-display", "none", "-bios", file],
        ...["-device", "isa-debug-exit,iobase=0xf4,iosize=1"],
      ],
      { timeoutMs: PROBE_MS },
    );
    return code === PROOF ? "kvm" : "tcg";
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
