import { parseCpuset } from "../model/cpuset.ts";
import type { Bytes } from "../model/quantity.ts";
import type { DomainSample, DomainState, VcpuSample } from "./hostFacts.ts";

/** What virsh prints, as data. */

/** An answer that is not of the form that libvirt gives; the host is then not known, and never taken for sound. */
export class UnreadableAnswer extends Error {
  override readonly name: string = "UnreadableAnswer";
  constructor(command: string, text: string) {
    super(`the answer to ${command} cannot be read: ${JSON.stringify(text.slice(0, 60))}`);
  }
}

function cpus(command: string, text: string): number[] {
  const set = parseCpuset(text);
  if (!set) throw new UnreadableAnswer(command, text);
  return set;
}

/** `vcpupin` and `iothreadinfo`: a number and its CPU set on each line. */
export function parsePins(command: string, text: string): Map<number, number[]> {
  const pins = new Map<number, number[]>();
  for (const line of lines(text)) {
    if (/^No IOThreads/.test(line)) continue;
    const match = /^(\d+):?\s+(\S+)$/.exec(line);
    if (!match) throw new UnreadableAnswer(command, line);
    pins.set(Number(match[1]), cpus(command, match[2] ?? ""));
  }
  return pins;
}

/** `emulatorpin`: one CPU set, in some versions after `*:`. */
export function parseEmulatorPin(text: string): number[] {
  return cpus("emulatorpin", text.trim().replace(/^\*:\s*/, ""));
}

/** `numatune`; undefined without a nodeset, which is how libvirt shows a domain that is not bound. */
export function parseNumaTune(text: string): { mode: string; nodeset: number[] } | undefined {
  const fields = colonFields(text);
  const mode = fields.get("numa_mode");
  const nodeset = fields.get("numa_nodeset");
  if (mode === undefined || nodeset === undefined) throw new UnreadableAnswer("numatune", text);
  return nodeset === "" ? undefined : { mode, nodeset: cpus("numatune", nodeset) };
}

/** `schedinfo`: the CPU weight; undefined where the host has no such controller. */
export function parseWeight(text: string): number | undefined {
  const shares = colonFields(text).get("cpu_shares");
  if (shares === undefined) return undefined;
  if (!/^\d+$/.test(shares)) throw new UnreadableAnswer("schedinfo", shares);
  return Number(shares);
}

/** `vcpuinfo --pretty`: by vCPU, the CPUs that the kernel lets it run on; none for a vCPU that is not there. */
export function parseAffinity(text: string): number[][] {
  const found = [...text.matchAll(/^VCPU:\s+(\d{1,4})$(?:\n.+$)*?\nCPU Affinity:\s+(\S+) \(out of \d+\)$/gm)];
  const byVcpu = new Map(found.map(([, vcpu, set = ""]) => [Number(vcpu), cpus("vcpuinfo", set)]));
  return Array.from({ length: Math.max(-1, ...byVcpu.keys()) + 1 }, (_, vcpu) => byVcpu.get(vcpu) ?? []);
}

/** `nodecpumap`: the CPUs that are online. */
export function parseCpuMap(text: string): number[] {
  const map = colonFields(text).get("CPU map") ?? "";
  if (!/^[y-]+$/.test(map)) throw new UnreadableAnswer("nodecpumap", text);
  return [...map].flatMap((letter, cpu) => (letter === "y" ? [cpu] : []));
}

/** `version --daemon`: libvirt's on the host, and the hypervisor's. */
export function parseVersions(text: string): string {
  const fields = colonFields(text);
  const daemon = fields.get("Running against daemon");
  const hypervisor = fields.get("Running hypervisor");
  return [daemon && `libvirt ${daemon}`, hypervisor].filter(Boolean).join(", ");
}

/** Source: enum virDomainState of libvirt. */
const STATES: readonly DomainState[] = [
  "no state",
  "running",
  "blocked",
  "paused",
  "in shutdown",
  "shut off",
  "crashed",
  "suspended",
];

export interface DomainStats extends DomainSample {
  readonly name: string;
  readonly state: DomainState;
}

/** `domstats`: one entry per domain, in libvirt's order. */
export function parseDomainStats(text: string): DomainStats[] {
  return statsBlocks(text).map(statsOf);
}

/** What `domstats` says of one domain. */
export interface StatsBlock {
  readonly name: string;
  readonly state: DomainState;
  readonly fields: ReadonlyMap<string, string>;
  /** A count; undefined if there is none, or another text. */
  readonly figure: (key: string) => number | undefined;
}

export function statsBlocks(text: string): StatsBlock[] {
  // A name may hold whatever else ends a line to JavaScript (U+2028); libvirt's lines end with a newline.
  return text
    .split(/(?<![^\n])Domain: /)
    .slice(1)
    .map(statsBlock);
}

function statsBlock(block: string): StatsBlock {
  const [head = "", ...rest] = block.split("\n");
  const name = /^'(.*)'$/s.exec(head.trim())?.[1];
  if (name === undefined) throw new UnreadableAnswer("domstats", head);
  const fields = new Map(
    rest.flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1)]];
    }),
  );
  const figure = (key: string): number | undefined => {
    const value = fields.get(key);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const state = STATES[figure("state.state") ?? -1];
  if (state === undefined) throw new UnreadableAnswer("domstats", fields.get("state.state") ?? "no state");
  return { name, state, fields, figure };
}

function statsOf({ name, state, fields, figure }: StatsBlock): DomainStats {
  const balloon = figure("balloon.current");
  const disks = Array.from({ length: figure("block.count") ?? 0 }, (_, i) => `block.${i}`);
  const byTarget = <T>(of: (disk: string) => T | undefined): Map<string, T> =>
    new Map(
      disks.flatMap((disk): [string, T][] => {
        const target = fields.get(`${disk}.name`);
        const value = of(disk);
        return target === undefined || value === undefined ? [] : [[target, value]];
      }),
    );
  return {
    name,
    state,
    cpuTimeNs: figure("cpu.time") ?? 0,
    balloon: balloon === undefined ? undefined : kib(balloon),
    vcpus: vcpusOf(figure),
    diskCapacity: byTarget((disk) => figure(`${disk}.capacity`)),
    diskPath: byTarget((disk) => fields.get(`${disk}.path`)),
  };
}

/**
 * vCPUs that are there. Of the two clocks of waiting, `delay` is counted by every kernel that distributions ship,
 * `wait` only with sched_schedstats on; so the larger one is the one that counts.
 */
function vcpusOf(figure: (key: string) => number | undefined): VcpuSample[] {
  return Array.from({ length: figure("vcpu.maximum") ?? 0 }, (_, i) => i).flatMap((i) => {
    const timeNs = figure(`vcpu.${i}.time`);
    if (timeNs === undefined) return [];
    const waitNs = Math.max(figure(`vcpu.${i}.delay`) ?? 0, figure(`vcpu.${i}.wait`) ?? 0);
    return [{ number: i, timeNs, waitNs }];
  });
}

function kib(value: number): Bytes {
  return value * 1024;
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `name : value` on each line. */
function colonFields(text: string): Map<string, string> {
  return new Map(
    lines(text).map((line): [string, string] => {
      const at = line.indexOf(":");
      return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
