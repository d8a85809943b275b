import { type Asked, isUnknown, type Unknown } from "../facts/asked.ts";
import { type GpuFacts, type HardwareFacts, uplinkOf } from "../facts/hardware.ts";
import type { CellFacts, PoolFacts } from "../facts/hostFacts.ts";
import type { UsedHost } from "../facts/inventory.ts";
import { formatCpuset } from "../model/cpuset.ts";
import * as f from "../model/fields.ts";
import { compareText } from "../model/finding.ts";
import { type DiskClass, PAGE_BYTES, PAGE_SIZES, type PageSize } from "../model/host.ts";
import type { BitsPerSecond, Bytes } from "../model/quantity.ts";
import type { Cgroup } from "../model/weight.ts";
import { recordedMemory, recordedStorage } from "./figureTexts.ts";

/** Something that is told beside the record: what is not known, or not recorded, and why. */
export interface Remark {
  /** `pool images`, `bandwidth of bridge br0`. */
  readonly subject: string;
  readonly text: string;
}

/** A host's figures as they are recorded; undefined is what was not told. */
export interface FoundHost {
  readonly sockets: number | undefined;
  readonly cells: readonly FoundCell[] | undefined;
  readonly pools: readonly FoundPool[] | undefined;
  readonly bridges: readonly FoundBridge[] | undefined;
  readonly gpus: readonly FoundGpu[] | undefined;
  readonly cgroup: Cgroup | undefined;
  readonly swap: Bytes | undefined;
  readonly systemDisk: Bytes | undefined;
  /** What nobody could say: it is in no figure above. */
  readonly unknown: readonly Remark[];
  /** What is there, and is not recorded or only in part. */
  readonly notes: readonly Remark[];
}

export interface FoundCell {
  readonly id: number;
  readonly cores: readonly (readonly number[])[];
  readonly memory: Bytes;
  readonly hugepages: Readonly<Partial<Record<PageSize, number>>>;
  /** By the number of a cell; empty if firmware says none. */
  readonly distances: Readonly<Record<string, number>>;
}

export interface FoundPool {
  readonly name: string;
  readonly class: DiskClass | undefined;
  readonly path: string;
  readonly capacity: Bytes;
  readonly filesystem: string | undefined;
}

export interface FoundBridge {
  readonly name: string;
  readonly bandwidth: BitsPerSecond | undefined;
}

export interface FoundGpu {
  readonly address: string;
  readonly mode: "passthrough" | "vgpu";
  readonly model: string;
  readonly cell: number | undefined;
  readonly iommuGroup: number | undefined;
  readonly functions: number;
  readonly profiles: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: number;
    /** Those that are there. */
    readonly uuids: readonly string[];
  }[];
}

/** A host's figures out of what it said. Pure. @param classes kinds of storage that were named by hand, by pool */
export function foundHost(
  { cells, onlineCpus, pools, domains, hardware }: UsedHost,
  classes: Readonly<Record<string, DiskClass>> = {},
): FoundHost {
  const unknown: Remark[] = [];
  const notes: Remark[] = [];
  /** What is known of an answer; else it is told why it is not. */
  const known = <T>(subject: string, answer: Asked<T>): T | undefined => {
    if (!isUnknown(answer)) return answer;
    unknown.push(remark(subject, answer));
    return undefined;
  };
  const part = <T>(of: (facts: HardwareFacts) => Asked<T>): Asked<T> =>
    isUnknown(hardware) ? hardware : of(hardware);
  const running = known("VMs", domains) ?? [];
  const usedBridges = new Set(
    running.flatMap(({ definition }) =>
      isUnknown(definition) ? [] : definition.interfaces.map(({ bridge }) => bridge),
    ),
  );
  offlineNote(part, notes);
  const foundCells = known("cells, cores and memory", cells);
  const foundPools = known("pools", pools);
  const links = known(
    "bridges and their uplinks",
    part((facts) => facts.links),
  );
  const gpus = known(
    "GPUs",
    part((facts) => facts.gpus),
  );
  const cgroup = known(
    "version of cgroups",
    part((facts) => facts.cgroup),
  );
  if (cgroup === undefined && !isUnknown(part((facts) => facts.cgroup)))
    notes.push({ subject: "cgroups", text: "have no CPU controller, so that no CPU weight can be given" });
  const swap = known(
    "swap",
    part((facts) => facts.swap),
  );
  const system = known(
    "system disk",
    part((facts) => facts.filesystems.get("/") ?? NOT_ASKED),
  );
  return {
    sockets: known(
      "sockets",
      part((facts) => facts.sockets),
    ),
    cells: foundCells && cellEntries(foundCells, isUnknown(onlineCpus) ? undefined : onlineCpus, notes),
    pools:
      foundPools &&
      poolEntries(
        foundPools,
        part((facts) => facts.filesystems),
        classes,
        unknown,
        notes,
      ),
    bridges: links && bridgeEntries(links, usedBridges, unknown, notes),
    gpus: gpus && gpuEntries(gpus, unknown, notes),
    cgroup,
    swap: swap === undefined ? undefined : recordedMemory(swap),
    systemDisk: system === undefined ? undefined : recordedStorage(system.capacity),
    unknown,
    notes,
  };
}

const isName = (text: string) => f.name("").safeParse(text).success;
const isPath = (text: string) => f.path("").safeParse(text).success;
const isLine = (text: string) => f.line("").safeParse(text).success;

const NOT_ASKED: Unknown = { unknown: "it was not told", remedy: "" };

function remark(subject: string, why: Unknown): Remark {
  return { subject, text: why.unknown };
}

function offlineNote(part: <T>(of: (facts: HardwareFacts) => Asked<T>) => Asked<T>, notes: Remark[]): void {
  const present = part((facts) => facts.presentCpus);
  const online = part((facts) => facts.onlineCpus);
  if (isUnknown(present) || isUnknown(online)) return;
  const offline = present.filter((cpu) => !online.includes(cpu));
  if (offline.length > 0)
    notes.push({ subject: `CPUs ${formatCpuset(offline)}`, text: "are offline, and not recorded" });
}

function cellEntries(
  told: readonly CellFacts[],
  online: readonly number[] | undefined,
  notes: Remark[],
): FoundCell[] {
  // libvirt names CPUs that are offline too, without their siblings.
  const cells = told.map((cell) => ({
    ...cell,
    cores: cell.cores
      .map((core) => core.filter((cpu) => online?.includes(cpu) ?? true))
      .filter((core) => core.length > 0),
  }));
  const usable = cells.filter(({ cores }) => cores.length > 0);
  for (const { id } of cells.filter(({ cores }) => cores.length === 0))
    notes.push({ subject: `cell ${id}`, text: "has no CPU that is online, and is not recorded" });
  const ids = usable.map(({ id }) => id);
  // A table of distances is whole, or nobody can read it.
  const isWhole = usable.every(({ distances }) => ids.every((id) => distances.has(id)));
  return usable.map(({ id, cores, memory, hugepages, distances }) => {
    const strange = [...hugepages].filter(
      ([size, count]) => count > 0 && !PAGE_SIZES.some((name) => PAGE_BYTES[name] === size),
    );
    for (const [size] of strange)
      notes.push({ subject: `cell ${id}`, text: `has hugepages of ${size} bytes, which are not recorded` });
    return {
      id,
      cores,
      memory: recordedMemory(memory),
      hugepages: Object.fromEntries(
        PAGE_SIZES.flatMap((name) => {
          const count = hugepages.get(PAGE_BYTES[name]) ?? 0;
          return count === 0 ? [] : [[name, count]];
        }),
      ),
      distances: isWhole
        ? Object.fromEntries(ids.map((to) => [String(to), distances.get(to) ?? 0] as const))
        : {},
    };
  });
}

/** File systems whose size, as statfs(2) has it, is what they hold and what the others have left of a common pool. */
const SHARED_ROOM: ReadonlySet<string> = new Set(["zfs"]);

function poolEntries(
  pools: readonly PoolFacts[],
  filesystems: Asked<HardwareFacts["filesystems"]>,
  classes: Readonly<Record<string, DiskClass>>,
  unknown: Remark[],
  notes: Remark[],
): FoundPool[] {
  return pools.flatMap((pool) => {
    const subject = `pool ${pool.name}`;
    if (!pool.active) {
      notes.push({ subject, text: "is not active, and is not recorded" });
      return [];
    }
    if (!isName(pool.name) || (pool.path !== "" && !isPath(pool.path))) {
      notes.push({ subject, text: "has a name or a path that no fleet can have, and is not recorded" });
      return [];
    }
    if (pool.path === "") {
      notes.push({ subject, text: `is of the type ${pool.type}, has no path, and is not recorded` });
      return [];
    }
    const room = isUnknown(filesystems) ? filesystems : filesystems.get(pool.path);
    const isRoomKnown = room !== undefined && !isUnknown(room);
    if (room !== undefined && !isRoomKnown) unknown.push(remark(`file system of ${subject}`, room));
    if (isRoomKnown && SHARED_ROOM.has(room.type))
      notes.push({
        subject,
        text: `lies on ${room.type}, which shrinks as others fill it; configure the capacity that it may promise, or a preview takes that for a loss`,
      });
    const turns = isRoomKnown ? room.rotational : undefined;
    const detected = turns === undefined ? undefined : turns ? "hdd" : "ssd";
    return [
      {
        name: pool.name,
        class: (Object.hasOwn(classes, pool.name) ? classes[pool.name] : undefined) ?? detected,
        path: pool.path,
        capacity: recordedStorage(isRoomKnown ? room.capacity : pool.capacity),
        filesystem: isRoomKnown ? room.mount : undefined,
      },
    ];
  });
}

function bridgeEntries(
  links: Parameters<typeof uplinkOf>[0],
  used: ReadonlySet<string>,
  unknown: Remark[],
  notes: Remark[],
): FoundBridge[] {
  const bridges = links.filter(({ isBridge }) => isBridge).sort((a, b) => compareText(a.name, b.name));
  return bridges.flatMap(({ name }): FoundBridge[] => {
    if (!isName(name)) {
      notes.push({
        subject: `bridge ${name}`,
        text: "has a name that no fleet can have, and is not recorded",
      });
      return [];
    }
    const uplink = uplinkOf(links, name);
    if (uplink === undefined || (uplink.names.length === 0 && !used.has(name))) {
      notes.push({
        subject: `bridge ${name}`,
        text: "has no uplink and no VM is on it, so it is not recorded",
      });
      return [];
    }
    if (isUnknown(uplink.speed)) {
      unknown.push(remark(`bandwidth of bridge ${name}`, uplink.speed));
      return [{ name, bandwidth: undefined }];
    }
    if (uplink.names.length > 1)
      notes.push({
        subject: `bridge ${name}`,
        text: `has the uplinks ${uplink.names.join(" and ")}, and is recorded with the faster one's speed`,
      });
    return [{ name, bandwidth: uplink.speed }];
  });
}

function gpuEntries(gpus: readonly GpuFacts[], unknown: Remark[], notes: Remark[]): FoundGpu[] {
  return [...gpus]
    .sort((a, b) => compareText(a.address, b.address))
    .flatMap((gpu) => {
      const { address, model, cell, iommuGroup, functions } = gpu;
      const subject = `GPU ${address}`;
      const isSliced = gpu.profiles.length > 0;
      if (gpu.isConsole && !isSliced && gpu.driver !== "vfio-pci") {
        notes.push({ subject, text: `(${model}) is the host's own display, and is not recorded` });
        return [];
      }
      if (gpu.hasVendorVgpus && !isSliced) {
        notes.push({
          subject,
          text: `(${model}) makes vGPUs by its driver's own files (nvidia/current_vgpu_type) and not as mediated devices; a fleet has no place for them, and it is not recorded`,
        });
        return [];
      }
      if (!isSliced && iommuGroup === undefined)
        notes.push({ subject, text: "is in no IOMMU group, so that no VM can have it" });
      const profiles = gpu.profiles.flatMap(({ type, name, available, used, uuids }) => {
        if (available === undefined) {
          unknown.push({
            subject: `instances of ${type} of ${subject}`,
            text: "a function does not tell them",
          });
          return [];
        }
        return [{ type, name: isLine(name) ? name : "", instances: available + used, uuids }];
      });
      if (gpu.profiles.filter(({ used }) => used > 0).length > 1)
        notes.push({
          subject,
          text: "has vGPUs of several kinds, so that fewer of each are recorded than it can hold of one alone",
        });
      return [
        {
          address,
          mode: isSliced ? "vgpu" : "passthrough",
          model,
          cell,
          iommuGroup: isSliced ? undefined : iommuGroup,
          functions: isSliced ? functions : 0,
          profiles: profiles.sort((a, b) => compareText(a.type, b.type)),
        } as const,
      ];
    });
}
