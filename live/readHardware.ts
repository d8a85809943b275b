/** What a host is made of, read over the connection's own transport. */
import { type Asked, isUnknown } from "../facts/asked.ts";
import type { FilesystemFacts, HardwareFacts } from "../facts/hardware.ts";
import { parseFilesystems, parseHardware, parseSilent } from "../facts/hardwareTexts.ts";
import type { PoolFacts } from "../facts/hostFacts.ts";
import { FILESYSTEMS_SCRIPT, HARDWARE_SCRIPT } from "./hardwareScripts.ts";
import type { KernelReader } from "./readKernel.ts";

/** The host's own file system. */
export const SYSTEM_PATH = "/";

/**
 * Hardware, and the room of file systems. These are asked for apart: a server that holds one of them may not answer,
 * and nothing else is to wait for it.
 * @param paths directories of pools
 */
export async function readHardware(
  kernel: KernelReader,
  paths: readonly string[],
): Promise<Asked<HardwareFacts>> {
  const text = await kernel.print(HARDWARE_SCRIPT, "reading what the host is made of");
  if (isUnknown(text)) return text;
  return { ...parseHardware(text), filesystems: await readRooms(kernel, [SYSTEM_PATH, ...paths]) };
}

/** Seconds that a file system has, so that one whose server is gone does not use up the time of the others' question. */
const MOST_PATIENCE = 10;

/** Room of the file systems that hold these paths. */
export async function readRooms(
  kernel: KernelReader,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Asked<FilesystemFacts>>> {
  const asked = [...new Set(paths)];
  const told = await askRooms(kernel, asked);
  return isUnknown(told) ? new Map(asked.map((path) => [path, told])) : parseFilesystems(told, asked);
}

/** Directories whose file system does not answer, with the reason. Where no kernel can be asked there are none. */
export async function silentDirectories(
  kernel: KernelReader,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  const asked = [...new Set(paths)];
  const told = await askRooms(kernel, asked);
  return isUnknown(told) ? new Map() : parseSilent(told, asked);
}

function askRooms(kernel: KernelReader, paths: readonly string[]): Promise<Asked<string>> {
  // A third of the question's time: a file system is asked up to three times.
  const patience = Math.min(MOST_PATIENCE, Math.max(1, Math.floor(kernel.timeoutMs / 3000)));
  const fields = [String(patience), String(paths.length), ...paths];
  return kernel.print(FILESYSTEMS_SCRIPT, "reading the room of file systems", fields);
}

/** Kinds of pools whose volumes are files below the pool's path. */
const IN_DIRECTORIES: ReadonlySet<string> = new Set(["dir", "fs", "netfs"]);

/** Where pools lie in file systems; a volume group or a disk is none. */
export function directoriesOf(pools: Asked<readonly PoolFacts[]>): string[] {
  if (isUnknown(pools)) return [];
  return pools.flatMap(({ type, active, path }) =>
    active && path !== "" && IN_DIRECTORIES.has(type) ? [path] : [],
  );
}
