import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { availableMemory } from "../../../lab/availableMemory.ts";

const MIB = 1024 ** 2;

/** A root with these files, and 8 GiB available on its machine. */
async function root(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "numafleet-memory-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const all = { "proc/meminfo": "MemTotal:  16777216 kB\nMemAvailable:    8388608 kB\n", ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** A control group of the second version: its limit, what is used, and what of that is kept of files. */
const group = (at: string, limit: string, usage: number, cache = 0) => ({
  [`sys/fs/cgroup${at}/memory.max`]: `${limit}\n`,
  [`sys/fs/cgroup${at}/memory.current`]: `${usage}\n`,
  [`sys/fs/cgroup${at}/memory.stat`]: `anon 5\nfile 9\ninactive_file ${cache}\nactive_file ${MIB}\nslab 7\n`,
});

test.each<[string, Readonly<Record<string, string>>, { bytes: number; group?: string }]>([
  ["without control groups", {}, { bytes: 8192 * MIB }],
  [
    "in a group without a limit",
    { "proc/self/cgroup": "0::/user.slice\n", ...group("/user.slice", "max", 4 * MIB) },
    { bytes: 8192 * MIB },
  ],
  [
    "in a group that has more than the machine",
    { "proc/self/cgroup": "0::/a\n", ...group("/a", `${32_768 * MIB}`, 4 * MIB) },
    { bytes: 8192 * MIB },
  ],
  [
    "in a group below one with a limit, which gives up what it keeps of files",
    {
      "proc/self/cgroup": "0::/pods/one/inner\n",
      ...group("/pods/one/inner", "max", 10 * MIB),
      ...group("/pods/one", `${4096 * MIB}`, 1024 * MIB, 511 * MIB),
    },
    { bytes: 3584 * MIB, group: "/pods/one" },
  ],
  [
    "in a container whose own group is its root, and whose path is seen from outside only",
    { "proc/self/cgroup": "0::/docker/ab12\n", ...group("", `${2048 * MIB}`, 1025 * MIB) },
    { bytes: 1024 * MIB, group: "/" },
  ],
  [
    "in a group that has more than its limit for a moment",
    { "proc/self/cgroup": "0::/a\n", ...group("/a", `${MIB}`, 4 * MIB) },
    { bytes: 0, group: "/a" },
  ],
  [
    "in a group of the first version",
    {
      "proc/self/cgroup": "4:memory:/docker/ab12\n1:cpu:/\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/docker/ab12/memory.limit_in_bytes": `${1024 * MIB}\n`,
      "sys/fs/cgroup/memory/docker/ab12/memory.usage_in_bytes": `${600 * MIB}\n`,
      "sys/fs/cgroup/memory/docker/ab12/memory.stat": `cache 9\nactive_file 1\ntotal_inactive_file ${64 * MIB}\ntotal_active_file ${32 * MIB}\n`,
    },
    { bytes: 520 * MIB, group: "/docker/ab12" },
  ],
])("memory %s", async (_, files, expected) => {
  expect(await availableMemory(await root(files))).toEqual(expected);
});
