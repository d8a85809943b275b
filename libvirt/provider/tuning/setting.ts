/** The settings of a host's kernel: where each is, and how the host's words for it are read. */
import { isList, isProperties, type Properties, type Value } from "../values.ts";

/**
 * Settings by key: `governor`, `numaBalancing`, `transparentHugepages.enabled`, `transparentHugepages.defrag`, and
 * `hugepages 2MiB of cell 0`. Values are as the kernel takes them.
 */
export type Settings = ReadonlyMap<string, string>;

export const GOVERNOR = "governor";
export const NUMA_BALANCING = "numaBalancing";
export const THP_ENABLED = "transparentHugepages.enabled";
export const THP_DEFRAG = "transparentHugepages.defrag";

const GOVERNOR_OF = (cpu: string): string => `/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`;
/** Files by key; the governor's is a pattern, for the shell as for systemd-tmpfiles. */
const FILES: Readonly<Record<string, string>> = {
  [GOVERNOR]: GOVERNOR_OF("[0-9]*"),
  [NUMA_BALANCING]: "/proc/sys/kernel/numa_balancing",
  [THP_ENABLED]: "/sys/kernel/mm/transparent_hugepage/enabled",
  [THP_DEFRAG]: "/sys/kernel/mm/transparent_hugepage/defrag",
};

const HUGEPAGES_KEY = /^hugepages (\d+[KMG]iB) of cell (\d+)$/;
const HUGEPAGES_FILE =
  /^\/sys\/devices\/system\/node\/node(\d+)\/hugepages\/hugepages-(\d+)kB\/(\w+)_hugepages$/;
const UNIT_KIB = { GiB: 1024 ** 2, MiB: 1024, KiB: 1 } as const;
type Unit = keyof typeof UNIT_KIB;

export interface Hugepages {
  readonly cell: number;
  readonly size: string;
}

/** The cell and the size of a key; undefined for a key of another kind. */
export function hugepagesOf(key: string): Hugepages | undefined {
  const match = HUGEPAGES_KEY.exec(key);
  return match ? { cell: Number(match[2]), size: String(match[1]) } : undefined;
}

export const hugepagesKey = ({ cell, size }: Hugepages): string => `hugepages ${size} of cell ${cell}`;

/** A page's size in KiB. */
export function pageKib(size: string): number {
  const [, amount, unit] = /^(\d+)([KMG]iB)$/.exec(size) ?? [];
  return Number(amount) * UNIT_KIB[unit as Unit];
}

function sizeText(kib: number): string {
  const unit: Unit = kib % UNIT_KIB.GiB === 0 ? "GiB" : kib % UNIT_KIB.MiB === 0 ? "MiB" : "KiB";
  return `${kib / UNIT_KIB[unit]}${unit}`;
}

/** The file that holds a setting, or the pattern of those that do. */
export function fileOf(key: string): string {
  const pages = hugepagesOf(key);
  const fixed = FILES[key];
  if (fixed !== undefined) return fixed;
  if (!pages) throw new Error(`${key} is no setting`);
  const { cell, size } = pages;
  return `/sys/devices/system/node/node${cell}/hugepages/hugepages-${pageKib(size)}kB/nr_hugepages`;
}

/** The setting of a file; undefined for a file of something else. */
export function keyOf(file: string): string | undefined {
  const fixed = Object.entries(FILES).find(([, candidate]) => candidate === file);
  if (fixed) return fixed[0];
  const pages = hugepagesFile(file);
  return pages?.count === "nr" ? hugepagesKey(pages) : undefined;
}

/** What a file below a cell's hugepages counts: `nr`, `free`, `surplus`. */
export function hugepagesFile(file: string): (Hugepages & { readonly count: string }) | undefined {
  const match = HUGEPAGES_FILE.exec(file);
  if (!match) return undefined;
  return { cell: Number(match[1]), size: sizeText(Number(match[2])), count: String(match[3]) };
}

/** The value that a host without this setting has all the same; undefined: none is. */
export function absentValue(key: string): string | undefined {
  if (key === NUMA_BALANCING || hugepagesOf(key)) return "0";
  return key === THP_ENABLED || key === THP_DEFRAG ? "never" : undefined;
}

/** The chosen word of `always [madvise] never`. */
export const chosen = (text: string): string => /\[([^\]]+)\]/.exec(text)?.[1] ?? text.trim();

/** Governors by CPU as one text: the governor, or each with its CPUs. */
export function governorText(byCpu: ReadonlyMap<number, string>): string {
  const cpus = new Map<string, number[]>();
  for (const [cpu, governor] of [...byCpu].sort(([a], [b]) => a - b)) {
    cpus.set(governor, [...(cpus.get(governor) ?? []), cpu]);
  }
  if (cpus.size === 1) return [...cpus.keys()][0] as string;
  return [...cpus].map(([governor, list]) => `${governor}:${rangesText(list)}`).join(" ");
}

function rangesText(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of cpus) {
    const last = ranges.at(-1);
    if (last && last[1] === cpu - 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** The files to write for a setting, each with its value. */
export function writesOf(key: string, value: string): (readonly [file: string, value: string])[] {
  if (key !== GOVERNOR || !value.includes(":")) return [[fileOf(key), value]];
  return value.split(" ").flatMap((part) => {
    const [governor = "", ranges = ""] = part.split(":");
    return ranges.split(",").flatMap((range) => {
      const [from, to = from] = range.split("-").map(Number) as [number, number?];
      return Array.from({ length: (to as number) - from + 1 }, (_, i): readonly [string, string] => [
        GOVERNOR_OF(String(from + i)),
        governor,
      ]);
    });
  });
}

/** Inputs or outputs as settings, in a fixed order. */
export function settingsOf(values: Properties): Map<string, string> {
  const out = new Map<string, string>();
  const set = (key: string, value: Value | undefined): void => {
    if (typeof value === "string" || typeof value === "number") out.set(key, String(value));
  };
  set(GOVERNOR, values.governor);
  set(NUMA_BALANCING, values.numaBalancing);
  const thp = isProperties(values.transparentHugepages) ? values.transparentHugepages : {};
  set(THP_ENABLED, thp.enabled);
  set(THP_DEFRAG, thp.defrag);
  const pages = isList(values.hugepages) ? values.hugepages.filter(isProperties) : [];
  for (const { cell, size, count } of pages) {
    // In a preview any of them may not be known yet.
    if (typeof cell === "number" && typeof size === "string") set(hugepagesKey({ cell, size }), count);
  }
  return out;
}

/** Settings as outputs, in a fixed order. */
export function valuesOf(settings: Settings): Properties {
  const governor = settings.get(GOVERNOR);
  const numaBalancing = settings.get(NUMA_BALANCING);
  const enabled = settings.get(THP_ENABLED);
  const defrag = settings.get(THP_DEFRAG);
  const hugepages = [...settings]
    .flatMap(([key, value]) => {
      const pages = hugepagesOf(key);
      return pages ? [{ ...pages, count: Number(value) }] : [];
    })
    .sort((a, b) => a.cell - b.cell || pageKib(a.size) - pageKib(b.size));
  return {
    ...(governor === undefined ? {} : { governor }),
    ...(numaBalancing === undefined ? {} : { numaBalancing: Number(numaBalancing) }),
    ...(enabled === undefined && defrag === undefined
      ? {}
      : {
          transparentHugepages: {
            ...(enabled === undefined ? {} : { enabled }),
            ...(defrag === undefined ? {} : { defrag }),
          },
        }),
    ...(hugepages.length === 0 ? {} : { hugepages }),
  };
}

/** A setting and a value in words, such as `transparentHugepages.defrag = always`. */
export const words = (key: string, value: string): string => `${key} = ${value}`;
