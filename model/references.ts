import { checkArc } from "./arc.ts";
import { formatCpuset } from "./cpuset.ts";
import { checkDistances } from "./distances.ts";
import { checkDuplicates } from "./duplicates.ts";
import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { formatBytes } from "./format.ts";
import { checkGpuCells, checkVmGpus } from "./gpu.ts";
import { checkGuest } from "./guest.ts";
import type { Host } from "./host.ts";
import { eachSound, type Outline } from "./outline.ts";
import { checkPlaced, checkPlacements } from "./placements.ts";
import { checkRollbacks } from "./rollback.ts";
import { checkVirtioMem } from "./virtioMem.ts";
import { checkWeight } from "./weight.ts";

/**
 * What a fleet says about itself has to agree: names are unique, what is named exists, bounds are in order.
 * Whether it *fits* is capacity's question, not this file's.
 *
 * A fleet with errors is checked by its outline. Where a list has an entry without a sound name, nothing that
 * refers to the list is blamed, since the name may be meant.
 */
export function checkReferences(fleet: Outline<Fleet>): Finding[] {
  const names = {
    host: namesOf(fleet.hosts),
    vm: namesOf(fleet.vms),
    node: namesOf(fleet.nodes),
    scaleSet: namesOf(fleet.scaleSets),
  };
  const hosts = firstByName(fleet.hosts);
  return [
    ...checkDuplicates(fleet),
    ...eachSound(fleet.hosts, "hosts", (host, at) => [
      ...checkReserved(host, at),
      ...checkDistances(host, at),
      ...checkGpuCells(host, at),
    ]),
    ...eachSound(fleet.vms, "vms", (vm, at) => [
      ...unknown(`${at}.host`, "host", vm.host, names.host),
      ...checkAttachments(vm, at, hosts),
      ...checkBalloon(vm, at),
      ...checkGuest(vm, at),
      ...checkVirtioMem(vm, at),
      ...checkPlaced(vm, at),
      ...checkWeight(vm, at, fleet.weights),
    ]),
    ...eachSound(fleet.placements, "placements", (record, at) => [
      ...unknown(`${at}.vm`, "VM", record.vm, names.vm),
      ...unknown(`${at}.host`, "host", record.host, names.host),
    ]),
    ...checkPlacements(fleet),
    ...Object.keys(fleet.weights ?? {}).flatMap((vm) =>
      unknown(`weights[${JSON.stringify(vm)}]`, "VM", vm, names.vm),
    ),
    ...eachSound(fleet.nodes, "nodes", (node, at) => unknown(`${at}.vm`, "VM", node.vm, names.vm)),
    ...eachSound(fleet.scaleSets, "scaleSets", checkRunners),
    ...checkArc(fleet),
    ...checkRollbacks(fleet.policy),
    ...checkDecisions(fleet.policy ?? {}, names),
  ];
}

/** The names of a list; undefined stands for a list or an entry whose name is not sound. */
type Names = ReadonlySet<string | undefined>;

function namesOf(list: readonly ({ readonly name?: string | undefined } | undefined)[] | undefined): Names {
  return new Set(list === undefined ? [undefined] : list.map((entry) => entry?.name));
}

/** A name that stands twice is told elsewhere, and here the first one is meant. */
function firstByName<T extends { readonly name?: string | undefined }>(
  list: readonly (T | undefined)[] | undefined,
): ReadonlyMap<string, T> {
  const first = new Map<string, T>();
  for (const entry of list ?? []) {
    if (entry?.name !== undefined && !first.has(entry.name)) first.set(entry.name, entry);
  }
  return first;
}

function unknown(path: string, what: string, given: string | undefined, known: Names): Finding[] {
  if (given === undefined || known.has(given) || known.has(undefined)) return [];
  const names = [...known].sort();
  const list =
    names.length === 0
      ? "none is declared"
      : `known: ${names.slice(0, 5).join(", ")}${names.length > 5 ? `, and ${names.length - 5} more` : ""}`;
  return [
    finding({
      rule: "model/unknown-name",
      path,
      subject: `${what} ${given}`,
      message: `\`${path}\` is ${JSON.stringify(given)}, but there is no ${what} of that name (${list}).`,
      remedy: `Name a declared ${what}, or declare it.`,
    }),
  ];
}

function checkReserved(host: Outline<Fleet["hosts"][number]>, at: string): Finding[] {
  const cores = host.cells?.flatMap((cell) => cell?.cores ?? [undefined]) ?? [undefined];
  const cpus = cores.flatMap((core) => core ?? []);
  const missing = host.reserved?.cpus?.filter((cpu) => !cpus.includes(cpu)) ?? [];
  if (missing.length === 0 || cores.includes(undefined)) return [];
  const path = `${at}.reserved.cpus`;
  return [
    finding({
      rule: "model/unknown-name",
      path,
      subject: `host ${host.name ?? at}`,
      message: `\`${path}\` names CPU ${formatCpuset(missing)}, but the host has only CPUs ${formatCpuset(cpus)}.`,
      remedy: "Name CPUs of the host, or record the missing ones in its cells.",
    }),
  ];
}

/** Bridge and pools of a VM's host; nothing is said of them where the host itself is not known. */
function checkAttachments(
  vm: Outline<Fleet["vms"][number]>,
  at: string,
  hosts: ReadonlyMap<string, Outline<Host>>,
): Finding[] {
  const host = vm.host === undefined ? undefined : hosts.get(vm.host);
  if (!host) return [];
  const pools = namesOf(host.pools);
  return [
    ...unknown(`${at}.bridge`, "bridge", vm.bridge, namesOf(host.bridges)),
    ...checkVmGpus(vm, at, host),
    ...eachSound(vm.disks, `${at}.disks`, (disk, path) => unknown(`${path}.pool`, "pool", disk.pool, pools)),
  ];
}

function checkBalloon({ name, memory, minimumMemory }: Outline<Fleet["vms"][number]>, at: string): Finding[] {
  if (memory === undefined || minimumMemory === undefined || minimumMemory <= memory) return [];
  return [
    finding({
      rule: "model/invalid-value",
      path: `${at}.minimumMemory`,
      subject: `VM ${name ?? at}`,
      have: minimumMemory,
      limit: memory,
      unit: "bytes",
      message: `\`${at}.minimumMemory\` is ${formatBytes(minimumMemory)}, above the VM's memory ${formatBytes(memory)}.`,
      remedy: "Lower minimumMemory, or raise memory.",
    }),
  ];
}

function checkRunners(
  { name, minRunners, maxRunners }: Outline<Fleet["scaleSets"][number]>,
  at: string,
): Finding[] {
  if (minRunners === undefined || maxRunners === undefined || minRunners <= maxRunners) return [];
  return [
    finding({
      rule: "model/invalid-value",
      path: `${at}.minRunners`,
      subject: `scale set ${name ?? at}`,
      have: minRunners,
      limit: maxRunners,
      unit: "runners",
      message: `\`${at}.minRunners\` is ${minRunners}, above maxRunners ${maxRunners}.`,
      remedy: "Lower minRunners, or raise maxRunners.",
    }),
  ];
}

function checkDecisions(
  policy: Outline<Fleet["policy"]>,
  names: Readonly<Record<"host" | "node" | "scaleSet", Names>>,
): Finding[] {
  const setOf = (entry: { readonly scaleSet?: string | undefined }, at: string) =>
    unknown(`${at}.scaleSet`, "scale set", entry.scaleSet, names.scaleSet);
  return [
    ...Object.keys(policy.oversubscription ?? {})
      .sort()
      .flatMap((h) => unknown(`policy.oversubscription[${JSON.stringify(h)}]`, "host", h, names.host)),
    ...eachSound(policy.ownerBudgets, "policy.ownerBudgets", setOf),
    ...eachSound(policy.warmPools, "policy.warmPools", setOf),
    ...eachSound(policy.overflow, "policy.overflow", (overflow, at) => [
      ...unknown(`${at}.node`, "node", overflow.node, names.node),
      ...eachSound(overflow.lanes, `${at}.lanes`, (lane, path) => [
        ...setOf(lane, path),
        ...unknown(`${path}.rollbackNode`, "node", lane.rollbackNode, names.node),
      ]),
    ]),
  ];
}
