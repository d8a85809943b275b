/** What a host is made of, read over the connection's own transport. */
import { type Asked, isUnknown } from "../facts/asked.ts";
import type { FilesystemFacts, HardwareFacts } from "../facts/hardware.ts";
import { parseFilesystems, parseHardware } from "../facts/hardwareTexts.ts";
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

/** Room of the file systems that hold these paths. */
export async function readRooms(
  kernel: KernelReader,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Asked<FilesystemFacts>>> {
  const asked = [...new Set(paths)];
  const fields = [String(asked.length), ...asked];
  const told = await kernel.print(FILESYSTEMS_SCRIPT, "reading the room of file systems", fields);
  return isUnknown(told) ? new Map(asked.map((path) => [path, told])) : parseFilesystems(told, asked);
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
