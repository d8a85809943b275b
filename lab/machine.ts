import { constants } from "node:fs";
import { access, readFile, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheDirectory, installOnce } from "../tools/setup/cache.mjs";
import { findOnPath, run } from "../tools/setup/command.mjs";
import { SetupError } from "../tools/setup/failure.mjs";
import { availableMemory } from "./availableMemory.ts";
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
  return {
    platform: `${process.platform}-${process.arch}`,
    tools,
    qemu: /version (\d+)\.(\d+)/.exec(version)?.slice(1, 3).map(Number) ?? [],
    qemuParts: [
      ...(devices.includes('"virtio-9p-pci"') ? ["virtio-9p-pci"] : []),
      ...(/^user$/m.test(networks) ? ["user networking"] : []),
    ],
    overcommit: (await readFile("/proc/sys/vm/overcommit_memory", "utf8").catch(() => "")).trim(),
    available: await availableMemory(),
    folders: await Promise.all(folders.map(async (folder) => ({ folder, ...(await room(folder)) }))),
  };
}

async function answer(...args: string[]): Promise<string> {
  const { stdout } = await run("qemu-system-x86_64", args, { timeoutMs: PROBE_MS });
  return stdout;
}

function may(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

async function room(folder: string): Promise<{ bytes: number; writable: boolean }> {
  for (let at = folder; ; at = path.dirname(at)) {
    const facts = await statfs(at).catch(() => undefined);
    if (facts) {
      return { bytes: facts.bavail * facts.bsize, writable: await may(at, constants.W_OK | constants.X_OK) };
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
  if (!(await may("/dev/kvm", constants.R_OK | constants.W_OK))) return "tcg";
  const firmware = path.join(cacheDirectory(), "lab-first-instructions");
  try {
    await installOnce(firmware, writeFirmware);
  } catch (error) {
    // That the cache cannot be written is told with all else that is in the way.
    if (error instanceof SetupError) return "tcg";
    throw error;
  }
  const { code } = await run(
    "qemu-system-x86_64",
    [
      ...["-machine", MACHINE_TYPE, "-accel", "kvm", "-cpu", "host", "-m", "16M"],
      ...["-nodefaults", "-no-user-config", "-display", "none", "-bios", path.join(firmware, "image")],
      ...["-device", "isa-debug-exit,iobase=0xf4,iosize=1"],
    ],
    { timeoutMs: PROBE_MS },
  );
  return code === PROOF ? "kvm" : "tcg";
}

async function writeFirmware(folder: string): Promise<void> {
  const image = Buffer.alloc(FIRMWARE_BYTES);
  image.set(FIRST_INSTRUCTIONS, FIRMWARE_BYTES - 16);
  await writeFile(path.join(folder, "image"), image);
}
