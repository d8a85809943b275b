/** What a host's kernel is set to, and what our files on it say. */
import type { HostShell } from "../../transport/shell.ts";
import { type Content, parse, SYSCTL, TMPFILES } from "./persistence.ts";
import {
  absentValue,
  chosen,
  GOVERNOR,
  governorText,
  hugepagesFile,
  hugepagesKey,
  NUMA_BALANCING,
  type Settings,
  THP_DEFRAG,
  THP_ENABLED,
} from "./setting.ts";

export interface Observation {
  /** Every setting that the host has. */
  readonly live: Settings;
  /** Governors that every CPU offers. */
  readonly governors: readonly string[];
  /** Hugepages by their setting that somebody uses. */
  readonly used: ReadonlyMap<string, number>;
  /** Free memory of each NUMA cell, in KiB. */
  readonly freeKib: ReadonlyMap<number, number>;
  /** Texts of our files, and whose they are. */
  readonly texts: ReadonlyMap<string, string>;
  readonly tmpfiles: Content;
  readonly sysctl: Content;
  /** Whether systemd-tmpfiles runs when the host boots. */
  readonly hasTmpfiles: boolean;
  /** The profile of tuned, where that runs. */
  readonly tuned: string | undefined;
}

const TUNED_PID = "/run/tuned/tuned.pid";
const TUNED_PROFILE = "/etc/tuned/active_profile";
/** The unit that has systemd-tmpfiles run at boot; /lib is a folder of its own on older systems. */
const TMPFILES_UNITS: readonly string[] = [
  "/usr/lib/systemd/system/systemd-tmpfiles-setup.service",
  "/lib/systemd/system/systemd-tmpfiles-setup.service",
];
const CPU = /^\/sys\/devices\/system\/cpu\/cpu(\d+)\/cpufreq\/(\w+)$/;
const MEMINFO = /^\/sys\/devices\/system\/node\/node(\d+)\/meminfo$/;

const PATTERNS: readonly string[] = [
  "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor",
  "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_available_governors",
  "/proc/sys/kernel/numa_balancing",
  "/sys/kernel/mm/transparent_hugepage/enabled",
  "/sys/kernel/mm/transparent_hugepage/defrag",
  "/sys/devices/system/node/node[0-9]*/meminfo",
  "/sys/devices/system/node/node[0-9]*/hugepages/hugepages-*/*_hugepages",
  TMPFILES,
  SYSCTL,
  TUNED_PID,
  TUNED_PROFILE,
  ...TMPFILES_UNITS,
];

/** The value of a setting on the host, where one that it does not have counts as off. */
export function liveValueOf({ live }: Observation, key: string): string | undefined {
  return live.get(key) ?? absentValue(key);
}

/** Reads all of it in one go. Whoever the connection logs in as may read these files. */
export async function observe(shell: HostShell): Promise<Observation> {
  const { files, unreadable } = await shell.readFiles(PATTERNS, {
    what: "reading the host's tuning",
    as: "own",
  });
  // Ours can be read by everyone.
  const content = (file: string): Content =>
    unreadable.includes(file) ? { owner: "other" } : parse(files.get(file));
  const live = new Map<string, string>();
  const governors = governorsOf(files);
  if (governors.byCpu.size > 0) live.set(GOVERNOR, governorText(governors.byCpu));
  const single = (key: string, file: string, read: (text: string) => string): void => {
    const text = files.get(file);
    if (text !== undefined) live.set(key, read(text));
  };
  single(NUMA_BALANCING, "/proc/sys/kernel/numa_balancing", (text) => text.trim());
  single(THP_ENABLED, "/sys/kernel/mm/transparent_hugepage/enabled", chosen);
  single(THP_DEFRAG, "/sys/kernel/mm/transparent_hugepage/defrag", chosen);
  const { reserved, used } = hugepages(files);
  for (const [key, count] of reserved) live.set(key, String(count));
  return {
    live,
    governors: governors.offered,
    used,
    freeKib: freeKib(files),
    texts: new Map([TMPFILES, SYSCTL].flatMap((file) => entry(file, files.get(file)))),
    tmpfiles: content(TMPFILES),
    sysctl: content(SYSCTL),
    hasTmpfiles: TMPFILES_UNITS.some((file) => files.has(file)),
    tuned: files.has(TUNED_PID) ? (files.get(TUNED_PROFILE)?.trim() ?? "") : undefined,
  };
}

type Files = ReadonlyMap<string, string>;

const entry = (key: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[key, value]];

function governorsOf(files: Files): { byCpu: Map<number, string>; offered: string[] } {
  const byCpu = new Map<number, string>();
  let offered: string[] | undefined;
  for (const [file, text] of files) {
    const [, cpu, name] = CPU.exec(file) ?? [];
    if (name === "scaling_governor") byCpu.set(Number(cpu), text.trim());
    if (name !== "scaling_available_governors") continue;
    const names = text.trim().split(/\s+/);
    offered = offered ? offered.filter((governor) => names.includes(governor)) : names;
  }
  return { byCpu, offered: offered ?? [] };
}

/** Pages that stay reserved; a surplus goes when its user does. */
function hugepages(files: Files): { reserved: Map<string, number>; used: Map<string, number> } {
  const counts = new Map<string, Record<string, number>>();
  for (const [file, text] of files) {
    const pages = hugepagesFile(file);
    if (!pages) continue;
    const key = hugepagesKey(pages);
    counts.set(key, { ...counts.get(key), [pages.count]: Number(text.trim()) });
  }
  const reserved = new Map<string, number>();
  const used = new Map<string, number>();
  for (const [key, { nr = 0, free = 0, surplus = 0 }] of counts) {
    reserved.set(key, nr - surplus);
    used.set(key, nr - free);
  }
  return { reserved, used };
}

function freeKib(files: Files): Map<number, number> {
  const out = new Map<number, number>();
  for (const [file, text] of files) {
    const cell = MEMINFO.exec(file)?.[1];
    const free = /MemFree:\s+(\d+) kB/.exec(text)?.[1];
    if (cell !== undefined && free !== undefined) out.set(Number(cell), Number(free));
  }
  return out;
}
