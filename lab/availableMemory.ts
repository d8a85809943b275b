import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Bytes } from "../model/quantity.ts";

/** What a process that is started from here can come to use, before the kernel ends one for it. */
export interface AvailableMemory {
  readonly bytes: Bytes;
  /** The control group that leaves less than the machine has; absent if none does. */
  readonly group?: string;
}

/** The files of a control group, by what the kernel calls them in its second version and in its first. */
const VERSIONS = [
  {
    entry: /^0::(.*)$/m,
    mount: "sys/fs/cgroup",
    limit: "memory.max",
    usage: "memory.current",
    cache: /^(?:in)?active_file (\d+)$/gm,
  },
  {
    entry: /^\d+:memory:(.*)$/m,
    mount: "sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    cache: /^total_(?:in)?active_file (\d+)$/gm,
  },
] as const;

/**
 * What the machine has, or less where a control group of this process limits it: a container's memory, or a unit's.
 *
 * @param root of the file system; another one in tests
 */
export async function availableMemory(root = "/"): Promise<AvailableMemory> {
  const text = (...at: string[]) => readFile(path.join(root, ...at), "utf8").catch(() => "");
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(await text("proc/meminfo"))?.[1] ?? 0;
  let least: AvailableMemory = { bytes: Number(kib) * 1024 };
  const own = await text("proc/self/cgroup");
  for (const { entry, mount, limit, usage, cache } of VERSIONS) {
    const group = entry.exec(own)?.[1];
    if (group === undefined) continue;
    // Every group above counts too. In a container the innermost path may be one that is not seen from within.
    for (let at = path.posix.join("/", group); ; at = path.posix.dirname(at)) {
      // In the second version `max` stands for no limit, and the first group has no file.
      const most = Number.parseInt(await text(mount, at, limit), 10);
      if (!Number.isNaN(most)) {
        const used = Number.parseInt(await text(mount, at, usage), 10);
        // What is kept of files is given up first.
        const files = [...(await text(mount, at, "memory.stat")).matchAll(cache)];
        const bytes = Math.max(0, most - used + files.reduce((sum, [, size]) => sum + Number(size), 0));
        if (bytes < least.bytes) least = { bytes, group: at };
      }
      if (at === "/") break;
    }
  }
  return least;
}
