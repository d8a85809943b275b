import type { Asked } from "../facts/asked.ts";
import { isUnknown, unknown } from "../facts/asked.ts";
import type { DomainSample, KernelSample, Sample, ThreadSample, VcpuSample } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { formatBytes } from "../model/format.ts";
import { MOST_EMULATOR_SHARE, MOST_REMOTE_SHARE, MOST_WAIT_SHARE } from "./checks.ts";
import { askedRow, type Row, row } from "./row.ts";
import { type Comparison, type Guest, hostSubject, isActive, listed, percent } from "./subject.ts";

/** What is counted over the time between two samples. */

const ONE_SAMPLE = unknown("there is one sample only", "Verify again.");
const BACKWARDS = unknown("a counter ran backwards: the VM was restarted meanwhile", "Verify again.");
const NOT_COUNTED = unknown(
  "its kernel does not count it",
  "Run a kernel with CONFIG_SCHED_INFO, which those of distributions have.",
);

export function vmLoadRows(guest: Guest, comparison: Comparison): Row[] {
  const { vm, domain, subject } = guest;
  const wait = {
    declared: vm.pins === undefined ? "not pinned" : `at most ${percent(MOST_WAIT_SHARE)}`,
    at: ".pins",
  };
  const shown = { declared: "shown only" };
  if (!isActive(domain)) {
    return [
      row("cpu-use", subject, "info", { ...shown, live: "not running" }),
      row("vcpu-wait", subject, "info", { ...wait, live: "not running" }),
      row("cache-misses", subject, "info", { ...shown, live: "not running" }),
    ];
  }
  const load = vcpuLoad(comparison, domain.uuid);
  return [
    askedRow("cpu-use", subject, load, shown, ({ use }) => {
      const busy = use.reduce((sum, share) => sum + share, 0);
      const most = Math.max(0, ...use);
      const live = `${busy.toFixed(1)} of ${use.length} CPUs; busiest ${percent(most)}`;
      return row("cpu-use", subject, "info", { ...shown, live });
    }),
    askedRow("vcpu-wait", subject, isUnknown(load) ? load : (load.wait ?? NOT_COUNTED), wait, (shares) =>
      waitRow(guest, shares, wait),
    ),
    cacheRow(guest, comparison),
  ];
}

function waitRow(
  { vm, subject }: Guest,
  shares: readonly number[],
  init: { declared: string; at: string },
): Row {
  const worst = Math.max(0, ...shares);
  const over = shares.flatMap((share, i) => (share > MOST_WAIT_SHARE ? [String(i)] : []));
  const status = vm.pins === undefined ? "info" : over.length === 0 ? "ok" : "warn";
  const who = over.length === 0 ? "" : `, vCPU ${listed(over)}`;
  return row("vcpu-wait", subject, status, {
    ...init,
    live: `at most ${percent(worst)}${who}`,
    remedy:
      "See that no other process uses the pinned CPUs, that the governor is performance, and that no emulator set takes vCPU cores: each has its row.",
  });
}

function cacheRow({ domain, subject }: Guest, { facts }: Comparison): Row {
  const shown = { declared: "shown only" };
  const counts = isUnknown(facts.kernel)
    ? facts.kernel
    : (facts.kernel.cache.get(domain.uuid) ??
      unknown("nobody counted", "Install perf on the host: apt-get install linux-perf, dnf install perf."));
  return askedRow("cache-misses", subject, counts, shown, ({ loads, misses }) => {
    const live = loads === 0 ? "no loads" : `${percent(misses / loads)} of ${loads} loads`;
    return row("cache-misses", subject, "info", { ...shown, live });
  });
}

interface Load {
  /** By vCPU: CPUs used. */
  readonly use: readonly number[];
  /** By vCPU: share of the time spent waiting; undefined if the kernel does not count it. */
  readonly wait: readonly number[] | undefined;
}

function vcpuLoad({ facts, previous }: Comparison, uuid: string): Asked<Load> {
  const now = facts.sample.domains.get(uuid);
  const before = previous?.domains.get(uuid);
  const elapsedNs = (facts.sample.libvirtAtMs - (previous?.libvirtAtMs ?? 0)) * 1e6;
  if (!now || !before || elapsedNs <= 0) return ONE_SAMPLE;
  const earlier = new Map(before.vcpus.map((vcpu) => [vcpu.number, vcpu]));
  const pairs = now.vcpus.flatMap((vcpu): [VcpuSample, VcpuSample][] => {
    const was = earlier.get(vcpu.number);
    return was ? [[was, vcpu]] : [];
  });
  if (pairs.some(([was, is]) => is.timeNs < was.timeNs || is.waitNs < was.waitNs)) return BACKWARDS;
  return {
    use: pairs.map(([was, is]) => (is.timeNs - was.timeNs) / elapsedNs),
    wait: isCounted(now) ? pairs.map(([was, is]) => (is.waitNs - was.waitNs) / elapsedNs) : undefined,
  };
}

/** No thread that ever ran was never made to wait, so a wait of 0 in all its life is no figure. */
function isCounted({ vcpus }: DomainSample): boolean {
  return vcpus.some(({ waitNs }) => waitNs > 0) || vcpus.every(({ timeNs }) => timeNs === 0);
}

/** One row per declared emulator set: VMs may share one, and it is the set that gets too small. */
export function emulatorRows(guests: readonly Guest[], comparison: Comparison): Row[] {
  const sets = new Map<string, { cpus: readonly number[]; guests: Guest[] }>();
  for (const guest of guests) {
    const { emulator } = guest.vm;
    if (emulator === undefined) continue;
    const key = formatCpuset(emulator);
    const set = sets.get(key) ?? { cpus: emulator, guests: [] };
    set.guests.push(guest);
    sets.set(key, set);
  }
  const subject = hostSubject(comparison.machine);
  return [...sets].map(([key, set]) => {
    const names = listed(set.guests.map(({ vm }) => vm.name));
    const [first] = set.guests;
    const init = {
      item: key,
      declared: `at most ${percent(MOST_EMULATOR_SHARE)} of ${set.cpus.length}`,
    };
    const running = set.guests.filter(({ domain }) => isActive(domain));
    if (running.length === 0) {
      return row("emulator-cpu", subject, "info", { ...init, live: "none of its VMs runs" });
    }
    const uuids = new Set(running.map(({ domain }) => domain.uuid));
    return askedRow("emulator-cpu", subject, emulatorCpus(comparison, uuids), init, (cpus) => {
      const share = cpus / set.cpus.length;
      return row(
        "emulator-cpu",
        { name: subject.name, path: first ? first.subject.path : subject.path },
        share > MOST_EMULATOR_SHARE ? "warn" : "ok",
        {
          ...init,
          at: first ? ".emulator" : "",
          live: `${percent(share)} by ${names}`,
          remedy: `Add a core to the emulator set of ${names}, or reduce its I/O load (use caching, batch operations).`,
        },
      );
    });
  });
}

/** CPUs that QEMU's own threads of these domains use together. */
function emulatorCpus({ facts, previous }: Comparison, uuids: ReadonlySet<string>): Asked<number> {
  const now = facts.sample.kernel;
  if (isUnknown(now)) return emulatorCpusByLibvirt(facts.sample, previous, uuids, now);
  if (previous === undefined) return ONE_SAMPLE;
  if (isUnknown(previous.kernel)) return previous.kernel;
  const seconds = now.uptime - previous.kernel.uptime;
  if (seconds <= 0) return BACKWARDS;
  const own = (sample: KernelSample) =>
    sample.threads.filter((t) => uuids.has(t.uuid) && t.kind === "emulator");
  if (own(now).length === 0) return unknown("no QEMU process of theirs is seen");
  const before = new Map(own(previous.kernel).map((t): [number, ThreadSample] => [t.tid, t]));
  const ticks = own(now).reduce((sum, t) => sum + Math.max(0, t.ticks - (before.get(t.tid)?.ticks ?? 0)), 0);
  return ticks / now.ticksPerSecond / seconds;
}

/** Without a look at the threads: all that QEMU used less its vCPUs, iothreads included. */
function emulatorCpusByLibvirt(
  now: Sample,
  previous: Sample | undefined,
  uuids: ReadonlySet<string>,
  why: Asked<never>,
): Asked<number> {
  const elapsedNs = now.libvirtAtMs - (previous?.libvirtAtMs ?? now.libvirtAtMs);
  if (previous === undefined || elapsedNs <= 0) return why;
  let used = 0;
  for (const uuid of uuids) {
    const [is, was] = [now.domains.get(uuid), previous.domains.get(uuid)];
    if (!is || !was) return ONE_SAMPLE;
    const rest = ({ cpuTimeNs, vcpus }: DomainSample) =>
      cpuTimeNs - vcpus.reduce((sum, { timeNs }) => sum + timeNs, 0);
    used += Math.max(0, rest(is) - rest(was)) / (elapsedNs * 1e6);
  }
  return used;
}

/** Memory that was asked of a cell and came from another; since the host's start it may be old news. */
export function numaRows({ machine, facts, previous }: Comparison): Row[] {
  const subject = hostSubject(machine);
  const init = { declared: `at most ${percent(MOST_REMOTE_SHARE)}` };
  const now = facts.sample.kernel;
  const rows = machine.host.cells.map((cell, i) => {
    const memory = isUnknown(facts.kernel)
      ? facts.kernel
      : (facts.kernel.memory.find((m) => m.cell === cell.id) ?? unknown("the kernel has no such cell"));
    const of = { name: `cell ${machine.host.name}/${cell.id}`, path: `${machine.path}.cells[${i}]` };
    return askedRow("free-memory", of, memory, { declared: "shown only" }, ({ total, free }) =>
      row("free-memory", of, "info", {
        declared: "shown only",
        live: `${formatBytes(free)} of ${formatBytes(total)}`,
      }),
    );
  });
  const counted = isUnknown(now) || now.numastat.length > 0 ? now : unknown("the kernel counts no pages");
  const foreign = askedRow("numa-foreign", subject, counted, init, (sample) => {
    const total = shareOf(counters(sample));
    const before = previous && !isUnknown(previous.kernel) ? counters(previous.kernel) : undefined;
    const delta = before && difference(counters(sample), before);
    const share = delta ? shareOf(delta) : total;
    return row("numa-foreign", subject, share > MOST_REMOTE_SHARE ? "warn" : "ok", {
      ...init,
      live: delta
        ? `${percent(share)} now, ${percent(total)} since the start`
        : `${percent(total)} since the start`,
      remedy:
        "Verify that numa.mode of each VM is strict, that its cell has room, and that no guest asks for memory of another cell.",
    });
  });
  return [...rows, foreign];
}

interface Pages {
  readonly all: number;
  readonly foreign: number;
}

function counters({ numastat }: KernelSample): Pages {
  return {
    all: numastat.reduce((sum, { hit, miss }) => sum + hit + miss, 0),
    foreign: numastat.reduce((sum, { foreign }) => sum + foreign, 0),
  };
}

function difference(now: Pages, before: Pages): Pages | undefined {
  const delta = { all: now.all - before.all, foreign: now.foreign - before.foreign };
  return delta.all < 0 || delta.foreign < 0 ? undefined : delta;
}

function shareOf({ all, foreign }: Pages): number {
  return all === 0 ? 0 : foreign / all;
}
