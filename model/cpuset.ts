/**
 * Host CPU sets in libvirt's notation: `0`, `16-17,52-53`, `0-7,^3`. Inside they are ascending lists
 * of distinct integers.
 */

/** No machine that libvirt drives has more CPUs; a wider range is a slip, and would be costly to expand. */
export const MAX_CPU = 65_535;

const PART = /^(\^)?(\d{1,5})(?:-(\d{1,5}))?$/;

/** The written form, for editors; `parseCpuset` decides. */
export const CPUSET_PATTERN =
  "^\\s*\\^?[0-9]{1,5}(-[0-9]{1,5})?\\s*(,\\s*\\^?[0-9]{1,5}(-[0-9]{1,5})?\\s*)*$";

/** The set a text names, ascending; undefined if the text is not a CPU set or names no CPU. */
export function parseCpuset(text: string): number[] | undefined {
  const set = new Set<number>();
  for (const raw of text.split(",")) {
    const match = PART.exec(raw.trim());
    if (!match) return undefined;
    const first = Number(match[2]);
    const last = match[3] === undefined ? first : Number(match[3]);
    if (last < first || last > MAX_CPU || (match[1] && match[3] !== undefined)) return undefined;
    for (let cpu = first; cpu <= last; cpu++) {
      if (match[1]) set.delete(cpu);
      else set.add(cpu);
    }
  }
  return set.size === 0 ? undefined : [...set].sort((a, b) => a - b);
}

/** Why a text is no CPU set, where that is not plain to see; it completes the sentence "expected …". */
export function cpusetHint(text: string): string {
  for (const raw of text.split(",")) {
    const match = PART.exec(raw.trim());
    const [, out, first, last] = match ?? [];
    if (!match) return /\d{6,}/.test(raw) ? `; the highest CPU is ${MAX_CPU}` : "";
    if (out && last !== undefined) return "; ^ excludes a single CPU, like ^3";
    if (last !== undefined && Number(last) < Number(first)) return `; did you mean ${last}-${first}?`;
    if (Number(last ?? first) > MAX_CPU) return `; the highest CPU is ${MAX_CPU}`;
  }
  return "; no CPU is left of it";
}

/** The shortest text for a set: `0-3,8`. The set need not be sorted. */
export function formatCpuset(cpus: Iterable<number>): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i] as number;
    let last = first;
    while (sorted[++i] === last + 1) last++;
    parts.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return parts.join(",");
}
