/** Changes that can hurt guests that run. */
import type { HostShell } from "../../transport/shell.ts";
import type { Observation } from "./observation.ts";
import {
  GOVERNOR,
  hugepagesOf,
  NUMA_BALANCING,
  pageKib,
  type Settings,
  THP_DEFRAG,
  THP_ENABLED,
} from "./setting.ts";

/** Values of `defrag` at which a page fault of memory that asked for huge pages, as QEMU's does, never waits. */
const PATIENT = new Set(["never", "defer"]);

/** What a change would do to guests that run; undefined when it does them no harm. */
export function harmOf(key: string, from: string, to: string): string | undefined {
  switch (key) {
    case GOVERNOR:
      return to === "performance" ? undefined : "may slow their CPUs down";
    case NUMA_BALANCING:
      return to === "0" ? undefined : "makes the kernel unmap and move their memory";
    case THP_ENABLED:
      if (to === "never") return "gives them small pages for memory that they touch from now on";
      return from === "never" ? "stops them for moments while their memory becomes huge pages" : undefined;
    case THP_DEFRAG:
      if (to === "always") return "makes page faults, also of QEMU itself, wait while memory is moved";
      return PATIENT.has(from) && !PATIENT.has(to)
        ? "makes their page faults wait while memory is moved"
        : undefined;
    default:
      return undefined;
  }
}

/** The same with what is known of the host's memory. */
export function harmOn(observation: Observation, key: string, from: string, to: string): string | undefined {
  const pages = hugepagesOf(key);
  if (!pages) return harmOf(key, from, to);
  const used = observation.used.get(key) ?? 0;
  if (Number(to) < Math.min(used, Number(from))) {
    return `takes pages away of which ${used} are in use, so that their users cannot get them again`;
  }
  const wanted = (Number(to) - Number(from)) * pageKib(pages.size);
  const free = observation.freeKib.get(pages.cell) ?? 0;
  return wanted > free
    ? `takes ${mib(wanted)} MiB from cell ${pages.cell}, of which ${mib(free)} MiB are free: the rest is taken from caches, or swapped out`
    : undefined;
}

const mib = (kib: number): number => Math.floor(kib / 1024);

/** Changed settings that may hurt guests, as far as they tell by themselves; for a preview, which sees no host. */
export function possibleHarm(before: Settings, after: Settings): string[] {
  return [...after].flatMap(([key, to]) => {
    const from = before.get(key) ?? "";
    const harm = from === to ? undefined : harmOf(key, from, to);
    return harm === undefined ? [] : [`${key} = ${to} ${harm}`];
  });
}

/**
 * Counts QEMU's processes, whoever started them: the kernel's settings are everybody's. One without a machine only
 * tells libvirt what QEMU can do. With libvirt's `set_process_name` one is called `qemu:` and the VM's name, and a
 * wrapper of Nix' puts a dot before it.
 */
export const COUNT_GUESTS = `
guests=0
for file in /proc/[0-9]*/comm; do
  { IFS= read -r name; } 2>/dev/null <"$file" || continue
  case $name in
    qemu-system-*|qemu-kvm*|.qemu-system-*|.qemu-kvm*|qemu:*|kvm|kvm-spice) ;;
    *) continue ;;
  esac
  arguments=$(tr '\\0' '\\n' 2>/dev/null <"\${file%/comm}/cmdline") || continue
  case "$arguments" in
    ''|*'
-machine
none'|*'
-machine
none,'*|*'
-machine
none
'*) continue ;;
  esac
  guests=$((guests + 1))
done
printf %s "$guests"
`;

/** The number of virtual machines that run on the host. */
export async function countGuests(shell: HostShell): Promise<number> {
  return Number(await shell.run(COUNT_GUESTS, { what: "counting the guests that run" }));
}
