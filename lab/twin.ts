import { LOCAL_DISTANCE } from "../model/distances.ts";
import { type Finding, finding, sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatBytes } from "../model/format.ts";
import type { Host, PageSize } from "../model/host.ts";
import { imageFormat } from "../model/imageFormat.ts";
import type { Bytes } from "../model/quantity.ts";
import type { VM } from "../model/vm.ts";
import { emptySeats, placeCpus, type Topology } from "./topology.ts";

/** By hardware virtualisation, or emulated. */
export type Accelerator = "kvm" | "tcg";

/** What QEMU's machines have at most: told by QEMU 7.2 itself, see test/lab/limits.test.ts. */
export const LIMITS = {
  /** APIC ids above it need x2APIC, which neither KVM without extras nor emulation has. */
  apicId: 254,
  cells: 128,
  /** An emulated CPU has 40 bits of physical address; up to 36 GiB of that are QEMU's own, for devices. */
  emulatedMemory: 2 ** 40 - 36 * 1024 ** 3,
  /** Letters of a network interface's name. Source: IFNAMSIZ of Linux, less its end. */
  interfaceName: 15,
} as const;

export interface TwinCell {
  readonly id: number;
  /** What is recorded. */
  readonly memory: Bytes;
  /** What the machine gets, so that its kernel counts no less than what is recorded. */
  readonly physical: Bytes;
  readonly hugepages: Partial<Record<PageSize, number>>;
}

/** The twin of a host: everything that its machine is made of. */
export interface Twin {
  readonly host: string;
  readonly topology: Topology;
  /** By number. */
  readonly cells: readonly TwinCell[];
  /** Distance from cell to cell, by their numbers. */
  readonly distances: readonly (readonly number[])[];
  /** Whether they are the host's. */
  readonly recordsDistances: boolean;
  readonly memory: Bytes;
  /** Whether the cells' hugepages are there from the start; else an update reserves them. */
  readonly reservesHugepages: boolean;
  /** What VMs on hugepages come to: QEMU fills their memory as it starts. */
  readonly filled: Bytes;
  readonly bridges: readonly string[];
  readonly pools: readonly { readonly path: string; readonly capacity: Bytes }[];
  /** Base images that VMs of this host are made over: empty ones, since no guest boots from them. */
  readonly baseImages: readonly { readonly path: string; readonly format: "qcow2" | "raw" }[];
  /** Where the twin is not as the host, a sentence each. */
  readonly differences: readonly string[];
}

const MIB = 1024 ** 2;
/** A page of 4 KiB takes 64 bytes in the kernel's own table, which a cell's figure does not have in it. */
const TABLE_SHARE = 64;
/** The rest that a kernel keeps for itself in a cell: its image, its page tables, what it set aside at boot. */
const KERNEL_RESERVE = 512 * MIB;
const STEP = 256 * MIB;

/** Between cells, where a host's distances are not recorded: what hosts of two sockets mostly have. */
const REMOTE_DISTANCE = 21;

/** The plan of a host's twin, or all that keeps it from being built. */
export function planTwin(
  fleet: Fleet,
  host: Host,
  accelerator: Accelerator,
): { readonly twin: Twin; readonly findings: readonly [] } | { readonly findings: readonly Finding[] } {
  const path = `hosts[${fleet.hosts.indexOf(host)}]`;
  const topology = placeCpus(host.cells);
  const recorded = [...host.cells].sort((a, b) => a.id - b.id);
  const cells = recorded.map(({ id, memory, hugepages }) => ({
    id,
    memory,
    physical: physicalMemory(memory),
    hugepages,
  }));
  const memory = cells.reduce((sum, cell) => sum + cell.physical, 0);
  const findings = [
    ...checkCells(host, path),
    ...checkCpus(host, path, topology),
    ...checkMemory(host, path, memory, accelerator),
    ...checkBridges(host, path),
    ...checkPools(host, path),
  ];
  if (findings.length > 0) return { findings: sortFindings(findings) };
  const twin = {
    host: host.name,
    topology,
    cells,
    distances: recorded.map((from) =>
      recorded.map((to) => from.distances[to.id] ?? (from.id === to.id ? LOCAL_DISTANCE : REMOTE_DISTANCE)),
    ),
    recordsDistances: recorded.every((cell) => Object.keys(cell.distances).length > 0),
    memory,
    reservesHugepages:
      host.tuning?.hugepages !== true && cells.some((cell) => Object.values(cell.hugepages).some(Boolean)),
    filled: vmsOf(fleet, host)
      .filter(({ hugepages }) => hugepages !== undefined)
      .reduce((sum, vm) => sum + vm.memory, 0),
    bridges: host.bridges.map(({ name }) => name),
    pools: host.pools.map(({ path: at, capacity }) => ({ path: at, capacity })),
    baseImages: baseImages(fleet, host),
  };
  return { twin: { ...twin, differences: differencesOf(twin, accelerator) }, findings: [] };
}

/** What a cell needs for its kernel to count so much of it. */
export function physicalMemory(memory: Bytes): Bytes {
  const withTable = (memory * TABLE_SHARE) / (TABLE_SHARE - 1) + KERNEL_RESERVE;
  return Math.ceil(withTable / STEP) * STEP;
}

function vmsOf({ vms }: Fleet, host: Host): readonly VM[] {
  return vms.filter((vm) => vm.host === host.name);
}

function baseImages(fleet: Fleet, host: Host): Twin["baseImages"] {
  const disks = vmsOf(fleet, host).flatMap((vm) => vm.disks);
  const paths = new Set(disks.flatMap(({ baseImage }) => (baseImage === undefined ? [] : [baseImage])));
  return [...paths].sort().map((path) => ({ path, format: imageFormat(path) }));
}

function checkCells(host: Host, path: string): Finding[] {
  const subject = `host ${host.name}`;
  const count = host.cells.length;
  if (count > LIMITS.cells) {
    return [
      finding({
        rule: "lab/too-many-cells",
        path: `${path}.cells`,
        subject,
        need: count,
        limit: LIMITS.cells,
        unit: "cells",
        message: `Host ${host.name} has ${count} NUMA cells, and a machine of QEMU's has at most ${LIMITS.cells}.`,
        remedy: "Rehearse on the twin of a host with fewer: declare one in a fleet file of its own.",
      }),
    ];
  }
  const missing = numbersMissing(host.cells.map(({ id }) => id));
  if (missing.length === 0) return [];
  return [
    finding({
      rule: "lab/cell-numbers",
      path: `${path}.cells`,
      subject,
      message: `Host ${host.name} has no cell ${missing.join(", ")}, and the cells of a machine of QEMU's are numbered from 0 without a gap.`,
      remedy: "Number the cells, and the VMs' nodesets with them, without a gap in a copy of the fleet file.",
    }),
  ];
}

function checkCpus(host: Host, path: string, topology: Topology): Finding[] {
  const subject = `host ${host.name}`;
  const findings: Finding[] = [];
  const missing = numbersMissing(topology.cpus.map(({ cpu }) => cpu));
  if (missing.length > 0) {
    findings.push(
      finding({
        rule: "lab/cpu-numbers",
        path: `${path}.cells`,
        subject,
        message: `Host ${host.name} has no CPU ${abridged(missing)}, and the kernel of its twin numbers CPUs from 0 without a gap.`,
        remedy: "Declare every CPU that the host has; keep those that nothing may use in `reserved.cpus`.",
      }),
    );
  }
  const highest = Math.max(0, ...topology.cpus.map(({ apicId }) => apicId));
  if (highest > LIMITS.apicId) {
    const { sockets, cores, threads, cpus } = topology;
    findings.push(
      finding({
        rule: "lab/too-many-cpus",
        path: `${path}.cells`,
        subject,
        have: LIMITS.apicId,
        need: highest,
        limit: LIMITS.apicId,
        unit: "APIC ids",
        message: `Host ${host.name} has ${cpus.length} CPUs in ${sockets} cells of up to ${cores} cores with ${threads} threads, which takes APIC ids up to ${highest}; a machine of QEMU's has them up to ${LIMITS.apicId}.`,
        remedy: "Rehearse on the twin of a host with fewer cores: declare one in a fleet file of its own.",
      }),
    );
  }
  return findings;
}

function checkMemory(host: Host, path: string, memory: Bytes, accelerator: Accelerator): Finding[] {
  const limit = LIMITS.emulatedMemory;
  if (accelerator === "kvm" || memory <= limit) return [];
  return [
    finding({
      rule: "lab/too-much-memory",
      path: `${path}.cells`,
      subject: `host ${host.name}`,
      need: memory,
      limit,
      unit: "bytes",
      message: `The twin of host ${host.name} takes ${formatBytes(memory)}, and an emulated machine of QEMU's has at most ${formatBytes(limit)}.`,
      remedy:
        "Use a machine with hardware virtualisation, or rehearse on the twin of a host with less memory.",
    }),
  ];
}

function checkBridges(host: Host, path: string): Finding[] {
  return host.bridges.flatMap(({ name }, i) =>
    name.length <= LIMITS.interfaceName
      ? []
      : [
          finding({
            rule: "lab/bridge-name",
            path: `${path}.bridges[${i}].name`,
            subject: `host ${host.name}`,
            have: name.length,
            limit: LIMITS.interfaceName,
            unit: "characters",
            message: `\`${path}.bridges[${i}].name\` is ${JSON.stringify(name)} with ${name.length} characters, and a network interface of Linux has at most ${LIMITS.interfaceName}.`,
            remedy: "Give the bridge the name that it has on the host.",
          }),
        ],
  );
}

/** What a pool in memory would hide from the twin, if it lay there or above. */
const SYSTEM = [
  "/bin",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/sys",
  "/tmp",
  "/usr",
];

function checkPools(host: Host, path: string): Finding[] {
  return host.pools.flatMap(({ path: given }, i) => {
    const at = `${given.replace(/\/+/g, "/").replace(/\/$/, "")}/`;
    const hides = SYSTEM.some((folder) => `${folder}/`.startsWith(at));
    const isInside = ["/dev/", "/proc/", "/run/lab/", "/sys/"].some((folder) => at.startsWith(folder));
    if (!hides && !isInside) return [];
    return [
      finding({
        rule: "lab/pool-path",
        path: `${path}.pools[${i}].path`,
        subject: `host ${host.name}`,
        message: `\`${path}.pools[${i}].path\` is ${JSON.stringify(given)}, where the twin has its own system (${SYSTEM.slice(0, 3).join(", ")} and others): a pool there would hide it.`,
        remedy: "Give the pool a folder of its own in a copy of the fleet file.",
      }),
    ];
  });
}

/** Numbers below the highest that are not there. */
function numbersMissing(numbers: readonly number[]): number[] {
  const there = new Set(numbers);
  return Array.from({ length: Math.max(-1, ...numbers) + 1 }, (_, i) => i).filter((i) => !there.has(i));
}

function abridged(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).join(", ");
  return numbers.length > 5 ? `${shown} and ${numbers.length - 5} more` : shown;
}

function differencesOf(
  { topology, cells, recordsDistances, memory, reservesHugepages, filled }: Omit<Twin, "differences">,
  accelerator: Accelerator,
): string[] {
  const { sockets, cores, threads } = topology;
  const recorded = cells.reduce((sum, cell) => sum + cell.memory, 0);
  const empty = emptySeats(topology);
  return [
    `Sockets: one for each cell (${sockets} of ${cores} cores with ${threads} ${threads === 1 ? "thread" : "threads"}); a fleet does not say which cells share one.`,
    ...(empty === 0
      ? []
      : [`Cores: ${empty} seats of the sockets stay empty, since the cells are not alike.`]),
    ...(cells.length < 2 || recordsDistances
      ? []
      : [
          `Distances: ${LOCAL_DISTANCE} within a cell and ${REMOTE_DISTANCE} between cells; the host's own are not recorded.`,
        ]),
    `Memory: ${formatBytes(memory)} for the declared ${formatBytes(recorded)}, since a kernel does not count what it keeps for itself. It is taken from this machine only as the twin uses it.`,
    ...(reservesHugepages ? ["Hugepages: reserved at boot, as declared."] : []),
    ...(filled === 0
      ? []
      : [
          `VMs on hugepages: their memory, ${formatBytes(filled)}, is taken from this machine as they start; hugetlbfs is mounted for each size of page.`,
        ]),
    accelerator === "tcg"
      ? "Speed: CPUs are emulated, and all of them share those of this machine. No time and no load means anything."
      : "Speed: all CPUs share those of this machine. No time and no load means anything.",
    "CPU frequency: a driver is there and takes every governor; nothing gets faster or slower by it.",
    "Disks: pools are in memory, with the declared capacities; base images are empty, so no guest starts a system.",
    "Network: bridges are there without an uplink, and nothing of the twin reaches this machine's network.",
  ];
}
