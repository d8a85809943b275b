import { parseCpuset } from "../model/cpuset.ts";
import { type Asked, unknown } from "./asked.ts";
import type {
  CacheCounts,
  CellCounters,
  CellMemory,
  GuestMemory,
  KernelSample,
  NetworkInterface,
  ProcessSample,
  ThreadKind,
  ThreadSample,
} from "./hostFacts.ts";

/** Texts of /proc and /sys, as data. */

const CPU_GOVERNOR = /^\/sys\/devices\/system\/cpu\/cpu(\d+)\/cpufreq\/scaling_governor$/;
const NODE_MEMINFO = /^\/sys\/devices\/system\/node\/node(\d+)\/meminfo$/;
const NETWORK = /^\/sys\/class\/net\/([^/]+)\/(operstate|bridge\/bridge_id|master\/uevent)$/;

/** Governor by CPU, ascending. */
export function parseGovernors(files: ReadonlyMap<string, string>): Map<number, string> {
  return new Map(
    matching(files, CPU_GOVERNOR)
      .map(([[cpu], text]): [number, string] => [Number(cpu), text.trim()])
      .sort(([a], [b]) => a - b),
  );
}

/** The word in brackets of `always [madvise] never`. */
export function parseChoice(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /\[([^\]]+)\]/.exec(text)?.[1];
}

export function parseCellMemory(files: ReadonlyMap<string, string>): CellMemory[] {
  return matching(files, NODE_MEMINFO)
    .map(([[cell], text]) => ({
      cell: Number(cell),
      total: meminfo(text, "MemTotal"),
      free: meminfo(text, "MemFree"),
    }))
    .sort((a, b) => a.cell - b.cell);
}

function meminfo(text: string, field: string): number {
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0) * 1024;
}

export function parseInterfaces(files: ReadonlyMap<string, string>): NetworkInterface[] {
  const found = new Map<string, { isBridge: boolean; bridge: string; state: string }>();
  for (const [[name = "", file], text] of matching(files, NETWORK)) {
    const entry = found.get(name) ?? { isBridge: false, bridge: "", state: "" };
    found.set(name, entry);
    if (file === "operstate") entry.state = text.trim();
    else if (file === "master/uevent") entry.bridge = /^INTERFACE=(.*)$/m.exec(text)?.[1] ?? "";
    else entry.isBridge = true;
  }
  return [...found].map(([name, entry]) => ({ name, ...entry }));
}

/** The groups of a pattern that a path fits, with the file's text. */
function matching(files: ReadonlyMap<string, string>, pattern: RegExp): [string[], string][] {
  return [...files].flatMap(([path, text]): [string[], string][] => {
    const match = pattern.exec(path);
    return match ? [[match.slice(1), text]] : [];
  });
}

/** What the sampling script prints, line by line; a line that is not its own is left out. */
export function parseKernelSample(text: string): KernelSample {
  const uptimes: number[] = [];
  const ticks: number[] = [];
  const uuids = new Map<number, string>();
  const allowed = new Map<string, number[]>();
  const processes: Stat[] = [];
  const threads: { pid: number; stat: Stat }[] = [];
  const numastat = new Map<number, Map<string, number>>();
  for (const line of text.split("\n")) {
    const at = line.indexOf(" ");
    const [kind, rest] = [line.slice(0, at), line.slice(at + 1)];
    if (kind === "ticks") ticks.push(Number(rest));
    else if (kind === "uptime") uptimes.push(Number(rest));
    else if (kind === "node") addCounter(numastat, rest);
    else if (kind === "allowed") addAllowed(allowed, rest);
    else if (kind === "process") pushIf(processes, parseStat(rest));
    else if (kind === "qemu") {
      const match = /^(\d+) ([0-9a-f-]{36})$/.exec(rest);
      if (match) uuids.set(Number(match[1]), match[2] ?? "");
    } else if (kind === "thread") {
      const pid = Number.parseInt(rest, 10);
      const stat = parseStat(rest.slice(rest.indexOf(" ") + 1));
      if (stat) threads.push({ pid, stat });
    }
  }
  return {
    uptime: uptimes[0] ?? 0,
    // Source: USER_HZ of Linux, which is 100 on every architecture that libvirt's QEMU driver runs on.
    ticksPerSecond: ticks[0] || 100,
    numastat: [...numastat]
      .map(([cell, counts]): CellCounters => {
        const count = (name: string) => counts.get(name) ?? 0;
        return { cell, hit: count("numa_hit"), miss: count("numa_miss"), foreign: count("numa_foreign") };
      })
      .sort((a, b) => a.cell - b.cell),
    threads: threads.flatMap(({ pid, stat }): ThreadSample[] => {
      const uuid = uuids.get(pid);
      if (uuid === undefined) return [];
      const cpus = allowed.get(`${pid}/${stat.pid}`) ?? [];
      return [{ uuid, tid: stat.pid, ...threadKind(stat.name), ticks: stat.ticks, cpus }];
    }),
    processes: processes
      .filter((stat) => !stat.isKernelThread && !uuids.has(stat.pid))
      .map(
        ({ isKernelThread: _, ...stat }): ProcessSample => ({
          ...stat,
          cpus: allowed.get(String(stat.pid)) ?? [],
        }),
      ),
  };
}

/**
 * QEMU names its threads: `CPU 3/KVM`, `IO iothread1`; all others are the emulator's, but for one. Since Linux 6.13 the
 * first vCPU that runs starts KVM's recovery of large pages as a thread beside it, bound as that vCPU is.
 */
function threadKind(name: string): { kind: ThreadKind; number: number } {
  const vcpu = /^CPU (\d+)\//.exec(name);
  if (vcpu) return { kind: "vcpu", number: Number(vcpu[1]) };
  if (name.startsWith("kvm-nx-lpage-re")) return { kind: "kernel", number: 0 };
  const iothread = /^IO iothread(\d+)$/.exec(name);
  return iothread ? { kind: "iothread", number: Number(iothread[1]) } : { kind: "emulator", number: 0 };
}

interface Stat extends Omit<ProcessSample, "cpus"> {
  readonly isKernelThread: boolean;
}

/** PF_KTHREAD of Linux. */
const KERNEL_THREAD = 0x00200000;

/** A line of /proc/PID/stat. The name in parentheses may hold blanks and parentheses. Source: proc(5). */
export function parseStat(line: string): Stat | undefined {
  const match = /^(\d+) \((.*)\) \S (.*)$/.exec(line);
  const fields = match?.[3]?.split(" ").map(Number) ?? [];
  // proc(5) counts from 1, and the pid, the name and the state come before.
  const field = (number: number) => fields[number - 4];
  const [flags, utime, stime, started, lastCpu] = [9, 14, 15, 22, 39].map(field);
  if (!match || flags === undefined || utime === undefined || stime === undefined) return undefined;
  if (started === undefined || lastCpu === undefined || fields.some(Number.isNaN)) return undefined;
  return {
    pid: Number(match[1]),
    name: match[2] ?? "",
    isKernelThread: (flags & KERNEL_THREAD) !== 0,
    ticks: utime + stime,
    started,
    lastCpu,
  };
}

/** `/proc/12/status:Cpus_allowed_list:\t0-3`, of a process or of a thread. */
function addAllowed(allowed: Map<string, number[]>, text: string): void {
  const match = /^\/proc\/(\d+)(?:\/task\/(\d+))?\/status:Cpus_allowed_list:\s*(\S+)$/.exec(text);
  const cpus = parseCpuset(match?.[3] ?? "");
  if (!match || !cpus) return;
  allowed.set(match[2] === undefined ? `${match[1]}` : `${match[1]}/${match[2]}`, cpus);
}

/** `/sys/devices/system/node/node0/numastat:numa_hit 17`. */
function addCounter(numastat: Map<number, Map<string, number>>, text: string): void {
  const match = /\/node(\d+)\/numastat:(\w+) (\d+)$/.exec(text);
  if (!match) return;
  const counts = numastat.get(Number(match[1])) ?? new Map<string, number>();
  numastat.set(Number(match[1]), counts.set(match[2] ?? "", Number(match[3])));
}

function pushIf<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

/** What the memory script prints: `guest PID UUID`, then its `map` lines, or `unreadable`. */
export function parseGuests(text: string): Map<string, Asked<GuestMemory>> {
  const guests = new Map<string, Asked<GuestMemory>>();
  for (const block of text.split(/^guest /m).slice(1)) {
    const [head = "", ...rest] = block.split("\n");
    const uuid = /^\d+ ([0-9a-f-]{36})$/.exec(head)?.[1];
    if (uuid === undefined) continue;
    guests.set(
      uuid,
      rest.includes("unreadable")
        ? unknown("its numa_maps may not be read", "Connect as root, or allow sudo without a password.")
        : guestMemory(rest.filter((line) => line.startsWith("map ")).map((line) => line.slice(4))),
    );
  }
  return guests;
}

/** Files that hold a guest's memory; every other mapped file is a program or a library. */
const MEMORY_FILE = /^file=\/(memfd:|dev\/|SYSV|var\/lib\/libvirt\/)/;

/** `default`, `bind:0`, `prefer (many):0-1`. */
const POLICY = /^[^ :]+(?: \(many\))?(?::(\S+))? ?/;

/** Lines of numa_maps without their address: policy, then what is mapped and where. Source: numa_maps(5). */
export function guestMemory(maps: readonly string[]): GuestMemory {
  const cells = new Map<number, number>();
  const policies = new Set<number>();
  for (const line of maps) {
    const policy = POLICY.exec(line);
    for (const cell of parseCpuset(policy?.[1] ?? "") ?? []) policies.add(cell);
    const fields = line.slice(policy?.[0].length ?? 0).split(" ");
    const file = fields.find((field) => field.startsWith("file="));
    if (file !== undefined && !fields.includes("huge") && !MEMORY_FILE.test(file)) continue;
    const page = Number(/^kernelpagesize_kB=(\d+)$/.exec(fields.at(-1) ?? "")?.[1] ?? 4) * 1024;
    for (const field of fields) {
      const match = /^N(\d+)=(\d+)$/.exec(field);
      if (!match) continue;
      const cell = Number(match[1]);
      cells.set(cell, (cells.get(cell) ?? 0) + Number(match[2]) * page);
    }
  }
  return { cells, policyCells: [...policies].sort((a, b) => a - b) };
}

const INSTALL_PERF = "Install it on the host: apt-get install linux-perf, dnf install perf.";

/** What the counting script prints: `perf UUID VALUE;;EVENT;…`, or `missing`. */
export function parseCacheCounts(text: string): Map<string, Asked<CacheCounts>> {
  const counts = new Map<string, { loads?: number; misses?: number }>();
  for (const line of text.split("\n")) {
    const match = /^perf ([0-9a-f-]{36}) ([^;]*);[^;]*;(LLC-loads|LLC-load-misses)/.exec(line);
    if (!match) continue;
    const entry = counts.get(match[1] ?? "") ?? {};
    counts.set(match[1] ?? "", entry);
    if (!/^\d+$/.test(match[2] ?? "")) continue;
    entry[match[3] === "LLC-loads" ? "loads" : "misses"] = Number(match[2]);
  }
  return new Map(
    [...counts].map(([uuid, { loads, misses }]): [string, Asked<CacheCounts>] => [
      uuid,
      loads === undefined || misses === undefined
        ? unknown("the CPU has no such counter, as in a VM")
        : { loads, misses },
    ]),
  );
}

/** Why nothing was counted on a host without perf. */
export const PERF_MISSING = unknown("no perf there (linux-perf)", INSTALL_PERF);
