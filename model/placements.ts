import { z } from "zod";
import { formatCpuset } from "./cpuset.ts";
import * as f from "./fields.ts";
import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { offers, pciAddress } from "./gpu.ts";
import type { Host } from "./host.ts";
import { eachSound, type Outline } from "./outline.ts";
import type { VM } from "./vm.ts";

/**
 * Placements that were made: where a VM that names no host went, so that it stays there whatever else comes and goes.
 * They are applied once, where a fleet is read, and from then on the VM is like one that was placed by hand.
 */

export const placementRecord = z
  .strictObject({
    vm: f.name("The placed VM."),
    host: f.name("The host it was placed on. Effect of a change: the VM moves, which is `fleet move`'s."),
    cells: f.cpuset("NUMA cells of the host that hold its memory.").optional(),
    pins: z.array(f.cpuset("Host CPUs of one vCPU.")).optional().meta({
      description: "One host CPU set per vCPU, in order; absent for a VM on shared CPUs.",
    }),
    emulator: f.cpuset("Host CPUs of QEMU's emulator threads.").optional(),
    gpus: z
      .array(pciAddress)
      .optional()
      .meta({ description: "PCI address of each of the VM's GPUs, in order; absent where it has none." }),
    pools: z
      .record(z.string(), f.name("Name of the pool."))
      .default({})
      .meta({ description: "Pool of each disk, by the disk's name." }),
  })
  .meta({
    id: "PlacementRecord",
    description: "Where a VM was placed. It is kept: another placement has to be asked for.",
  });
export type PlacementRecord = z.output<typeof placementRecord>;

/** A record as people write it, which reads as the same. */
export type WrittenPlacement = z.input<typeof placementRecord>;

export function writtenPlacement({
  vm,
  host,
  cells,
  pins,
  emulator,
  gpus,
  pools,
}: PlacementRecord): WrittenPlacement {
  return {
    vm,
    host,
    ...(cells === undefined ? {} : { cells: formatCpuset(cells) }),
    ...(pins === undefined ? {} : { pins: pins.map(formatCpuset) }),
    ...(emulator === undefined ? {} : { emulator: formatCpuset(emulator) }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(Object.keys(pools).length === 0 ? {} : { pools }),
  };
}

/** Records as a program has written them; what is none counts as none. */
export function readPlacements(written: unknown): PlacementRecord[] {
  if (!Array.isArray(written)) return [];
  return written.flatMap((entry) => {
    const read = placementRecord.safeParse(entry);
    return read.success ? [read.data] : [];
  });
}

/** VMs of which something is recorded that is no record here: another version may have written it. */
export function unreadPlacements(written: unknown): string[] {
  if (!Array.isArray(written)) return [];
  return written.flatMap((entry: unknown) => {
    const vm = (entry as { readonly vm?: unknown } | null | undefined)?.vm;
    return typeof vm === "string" && !placementRecord.safeParse(entry).success ? [vm] : [];
  });
}

/** A VM whose host is settled. */
export type PlacedVM = VM & { readonly host: string };

/** True of a VM that placement has something left to choose for: its host, pins, GPUs, or cells for those of its guest. */
export function isUnplaced(
  vm: Pick<Outline<VM>, "host" | "pins" | "cpuPolicy" | "guestCells" | "numa" | "gpus">,
): boolean {
  if (vm.host === undefined) return true;
  if (vm.pins !== undefined) return false;
  const wantsCells = (vm.guestCells ?? 1) > 1 && vm.numa === undefined;
  return vm.cpuPolicy === "dedicated" || (vm.cpuPolicy === "shared" && (wantsCells || wantsGpu(vm)));
}

/** True of a VM with a GPU of which nobody has said which one it is. */
function wantsGpu({ gpus }: Pick<Outline<VM>, "gpus">): boolean {
  return gpus?.some((gpu) => gpu !== undefined && gpu.address === undefined) ?? false;
}

/** What a record has of a VM that has changed since, as part of a sentence; undefined if it is of the VM as it is. */
export function outdated(
  vm: Outline<VM>,
  record: Outline<PlacementRecord>,
  host: Outline<Host> | undefined,
): string | undefined {
  const { vcpus, cpuPolicy, numa, guestCells = 1 } = vm;
  const { pins, cells, gpus } = record;
  for (const [i, gpu] of vm.gpus?.entries() ?? []) {
    if (gpu === undefined || gpu.address !== undefined || (pins === undefined && cpuPolicy !== "shared"))
      continue;
    const address = gpus?.[i];
    if (address === undefined) return `has ${gpus?.length ?? 0} GPUs, but the VM asks for ${vm.gpus?.length}`;
    const isThere =
      host?.gpus?.some((given) => given === undefined || offers(given, { ...gpu, address })) ?? true;
    if (!isThere)
      return `has GPU ${address}, which host ${record.host} does not have, or not as the VM wants it`;
  }
  if (pins !== undefined && cpuPolicy === "shared") return "has pins, but the VM shares its CPUs now";
  if (pins !== undefined && vcpus !== undefined && pins.length !== vcpus)
    return `has pins for ${pins.length} vCPUs, but the VM has ${vcpus}`;
  if (numa?.nodeset !== undefined) {
    const isOther = cells !== undefined && formatCpuset(cells) !== formatCpuset(numa.nodeset);
    return isOther
      ? `has cells ${formatCpuset(cells)}, but the VM names ${formatCpuset(numa.nodeset)}`
      : undefined;
  }
  if (cells === undefined && pins === undefined) return undefined;
  const count = cells?.length ?? (guestCells > 1 ? 0 : 1);
  if (count === guestCells || (guestCells === 1 && cpuPolicy === "shared")) return undefined;
  return `has ${count === 1 ? "1 cell" : `${count} cells`} of the host, but the VM's guest has ${guestCells}`;
}

/** The fleet with its recorded placements applied. */
export function withPlacements(fleet: Fleet): Fleet {
  if (fleet.placements.length === 0 || !fleet.vms.some(isUnplaced)) return fleet;
  const records = new Map(fleet.placements.map((record) => [record.vm, record]));
  return { ...fleet, vms: fleet.vms.map((vm) => placedBy(vm, records.get(vm.name))) };
}

/** A VM where its record puts it. What the VM says itself wins; a record of another host than its own is void. */
export function placedBy(vm: VM, record: PlacementRecord | undefined): VM {
  if (record === undefined || !isUnplaced(vm)) return vm;
  if (vm.host !== undefined && vm.host !== record.host) return vm;
  const { host, cells, pins, emulator, gpus = [], pools } = record;
  const placed: VM = {
    ...vm,
    host,
    // What it is by default goes by whether a host is named, and it named none.
    ...(pins === undefined
      ? { cpuPolicy: vm.cpuPolicy ?? (vm.host === undefined ? ("dedicated" as const) : undefined) }
      : { pins }),
    ...(emulator === undefined ? {} : withEmulator(vm, emulator)),
    ...(cells === undefined ? {} : { numa: vm.numa ?? { mode: "strict", nodeset: cells } }),
    gpus: vm.gpus.map((gpu, i) => {
      const address = gpu.address ?? gpus[i];
      return address === undefined ? gpu : { ...gpu, address };
    }),
    disks: vm.disks.map((disk) => {
      const pool = disk.pool ?? (Object.hasOwn(pools, disk.name) ? pools[disk.name] : undefined);
      return pool === undefined ? disk : { ...disk, pool };
    }),
  };
  declared.set(placed, declared.get(vm) ?? vm);
  return placed;
}

/** I/O threads that name no CPUs run beside the emulator threads: anywhere else they would disturb pinned VMs. */
function withEmulator(vm: VM, emulator: number[]): Pick<VM, "emulator" | "iothreads"> {
  const cpus = vm.emulator ?? emulator;
  return {
    emulator: cpus,
    iothreads: vm.iothreads.map((thread) => (thread.cpus === undefined ? { ...thread, cpus } : thread)),
  };
}

/** Placed VMs → the same as they were declared: what a VM says itself cannot be told from its record afterwards. */
const declared = new WeakMap<VM, VM>();

/** A VM as it was before its recorded placement was applied; undefined if none was. */
export function asDeclared(vm: VM): VM | undefined {
  return declared.get(vm);
}

/** What a VM says of CPUs and cells has to be of a host that it names. */
export function checkPlaced(vm: Outline<VM>, at: string): Finding[] {
  const { name, host, pins, cpuPolicy } = vm;
  const findings: Finding[] = [];
  const wrong = (property: string, message: string, remedy: string) =>
    findings.push(
      finding({
        rule: "model/invalid-value",
        path: `${at}.${property}`,
        subject: `VM ${name ?? at}`,
        message,
        remedy,
      }),
    );
  if (cpuPolicy === "shared" && pins !== undefined) {
    wrong(
      "cpuPolicy",
      `\`${at}.cpuPolicy\` is "shared", but the VM has pins.`,
      "Remove the pins, or the cpuPolicy.",
    );
  }
  // What exists is where it is: nothing of it can be chosen.
  if (vm.managed === false && isUnplaced(vm)) {
    const [what, remedy] =
      host === undefined
        ? ["on which host", "Name its host."]
        : cpuPolicy === "shared"
          ? ["in which cells of it", "Name them in `numa.nodeset`."]
          : ["on which CPUs of it", "Name its `pins`, or give it the cpuPolicy shared."];
    wrong(
      "managed",
      `\`${at}.managed\` is false, so VM ${name ?? at} is somewhere already, but nothing tells ${what}.`,
      remedy,
    );
  }
  if (host !== undefined && wantsGpu(vm) && !isUnplaced(vm)) {
    wrong(
      "gpus",
      `\`${at}.gpus\` names no address, but VM ${name ?? at} names its host, and placement has nothing to choose for it.`,
      "Name the GPU's address, or give the VM a cpuPolicy and no pins: then it gets one.",
    );
  }
  if (host !== undefined) return findings;
  const gpus = vm.gpus?.some((gpu) => gpu?.address !== undefined) ? vm.gpus : undefined;
  const given = { pins, emulator: vm.emulator, numa: vm.numa, gpus };
  for (const [property, value] of Object.entries(given)) {
    if (value === undefined) continue;
    wrong(
      property,
      `\`${at}.${property}\` names ${property === "gpus" ? "devices" : "CPUs or cells"} of a host, but VM ${name ?? at} names no host.`,
      `Name the host, or remove ${property === "gpus" ? "the addresses" : `\`${property}\``}: a placed VM gets ${property === "gpus" ? "them" : "it"}.`,
    );
  }
  return findings;
}

/** A record of the VM as it was, or of a pool that is gone, would put it where it does not belong. */
export function checkPlacements(fleet: Outline<Fleet>): Finding[] {
  // A VM that is not sound has left a hole in the list, which a map would keep.
  const vms = new Map(fleet.vms?.flatMap((vm) => (vm === undefined ? [] : [[vm.name, vm] as const])));
  const hosts = new Map(
    fleet.hosts?.flatMap((host) => (host === undefined ? [] : [[host.name, host] as const])),
  );
  return eachSound(fleet.placements, "placements", (record, at) => {
    const vm = record.vm === undefined ? undefined : vms.get(record.vm);
    const why = vm && outdated(vm, record, hosts.get(record.host));
    // The record has to be made anew, and only that: what it keeps is where the VM is.
    return [
      ...(vm === undefined ? [] : checkPools(vm, record, hosts, at)),
      ...(why === undefined
        ? []
        : [
            finding({
              rule: "placement/outdated-record",
              path: at,
              subject: `VM ${record.vm ?? at}`,
              message: `The placement of VM ${record.vm ?? at} ${why}.`,
              remedy:
                "Take `pins`, `cells`, `emulator` and `gpus` out of the entry, so that they are chosen anew on its host.",
            }),
          ]),
    ];
  });
}

/** A pool that the host no longer has: a disk that lies in it would be made anew in another. */
function checkPools(
  vm: Outline<VM>,
  record: Outline<PlacementRecord>,
  hosts: ReadonlyMap<string | undefined, Outline<Host>>,
  at: string,
): Finding[] {
  const known = hosts.get(record.host)?.pools?.map((pool) => pool?.name);
  if (known === undefined || known.includes(undefined)) return [];
  return Object.entries(record.pools ?? {}).flatMap(([disk, pool]) => {
    const asks = vm.disks?.some((each) => each?.name === disk && each.pool === undefined);
    if (!asks || pool === undefined || known.includes(pool)) return [];
    return [
      poolGone({ path: `${at}.pools.${disk}`, vm: vm.name ?? at, disk, pool, host: record.host ?? "" }),
    ];
  });
}

/** A disk whose pool its host no longer has. */
export function poolGone({
  path,
  vm,
  disk,
  pool,
  host,
}: Readonly<Record<"path" | "vm" | "disk" | "pool" | "host", string>>): Finding {
  return finding({
    rule: "placement/pool-gone",
    path,
    subject: `VM ${vm}`,
    message: `Disk ${disk} of VM ${vm} is in pool ${pool}, which host ${host} no longer has; in another pool it would be made anew.`,
    remedy: `Keep pool ${pool} declared, or take the data out, remove the disk, and add it again.`,
  });
}
