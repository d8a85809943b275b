/**
 * Trees that stand in for /sys and /proc of hardware that is not here (two sockets, GPUs with vGPUs, bonds): the real
 * scripts run on them, by the real shell.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A path below the root and a file's text, `-> NAME` for a link to a thing of that name, or `/` for a folder. */
export type Tree = Readonly<Record<string, string>>;

/** What a script prints on a host whose /sys and /proc are these. */
export function runOn(tree: Tree, script: string): string {
  const root = mkdtempSync(join(tmpdir(), "numafleet-tree-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(tree)) {
    const at = join(root, path);
    mkdirSync(content === "/" ? at : dirname(at), { recursive: true });
    if (content.startsWith("-> ")) symlinkSync(`../../somewhere/${content.slice(3)}`, at);
    else if (content !== "/") writeFileSync(at, content);
  }
  const text = script
    .replaceAll(/\/(sys|proc)\//g, (path) => root + path)
    .replaceAll("/sys/bus/pci ]", `${root}/sys/bus/pci ]`);
  const printed = execFileSync("sh", ["-c", `set -eu\n${text}`], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return printed.replaceAll(root, "");
}

/** CPUs of a machine: sockets of cores with so many threads, as Linux numbers them; without those that are offline. */
export function cpuTree(
  sockets: number,
  cores: number,
  threads: number,
  offline: readonly number[] = [],
): Tree {
  const count = sockets * cores * threads;
  const tree: Record<string, string> = {
    "sys/devices/system/cpu/present": `0-${count - 1}\n`,
    "sys/devices/system/cpu/online": `${onlineText(count, offline)}\n`,
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Gold 6230\n",
    "proc/meminfo": "MemTotal:       263841240 kB\nMemFree:        1 kB\nSwapTotal:      16777212 kB\n",
    "proc/sys/vm/overcommit_memory": "0\n",
    "proc/sys/vm/overcommit_ratio": "50\n",
  };
  for (let cpu = 0; cpu < count; cpu++) {
    if (offline.includes(cpu)) continue;
    const socket = Math.floor((cpu % (sockets * cores)) / cores);
    tree[`sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`] = `${socket}\n`;
  }
  return tree;
}

function onlineText(count: number, offline: readonly number[]): string {
  return Array.from({ length: count }, (_, cpu) => cpu)
    .filter((cpu) => !offline.includes(cpu))
    .join(",");
}
