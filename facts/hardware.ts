import type { BitsPerSecond, Bytes } from "../model/quantity.ts";
import type { Cgroup } from "../model/weight.ts";
import { type Asked, isUnknown, unknown } from "./asked.ts";

/** What a host is made of, as its kernel says it. Each part is known, or unknown with a reason. */
export interface HardwareFacts {
  /** Name of the CPU model, for people. */
  readonly cpuModel: Asked<string>;
  /** CPUs that are there, online or not, ascending. */
  readonly presentCpus: Asked<readonly number[]>;
  readonly onlineCpus: Asked<readonly number[]>;
  /** CPU sockets with a CPU that is online. */
  readonly sockets: Asked<number>;
  /** All memory that the kernel has (`MemTotal`). */
  readonly memory: Asked<Bytes>;
  /** Swap of all devices together (`SwapTotal`). */
  readonly swap: Asked<Bytes>;
  /** `vm.overcommit_memory`: 0, 1 or 2. */
  readonly overcommit: Asked<number>;
  /** `vm.overcommit_ratio`, in per cent; it counts with `vm.overcommit_memory` 2. */
  readonly overcommitRatio: Asked<number>;
  /** What all processes together may ask for with `vm.overcommit_memory` 2 (`CommitLimit`). */
  readonly commitLimit: Asked<Bytes>;
  /** Version of the cgroups that have the CPU controller; undefined: none has it. */
  readonly cgroup: Asked<Cgroup | undefined>;
  readonly links: Asked<readonly LinkFacts[]>;
  readonly gpus: Asked<readonly GpuFacts[]>;
  /** By the path that was asked for; `/` is always among them. */
  readonly filesystems: ReadonlyMap<string, Asked<FilesystemFacts>>;
}

/** A network interface. */
export interface LinkFacts {
  readonly name: string;
  /** It belongs to a device, so it leads out of the host. */
  readonly isPhysical: boolean;
  readonly isBridge: boolean;
  readonly isBond: boolean;
  /** Bridge or bond that it is a port of; empty if of none. */
  readonly master: string;
  /** Interfaces that it is made on, as a VLAN is on its NIC. */
  readonly lowers: readonly string[];
  readonly speed: Asked<BitsPerSecond>;
}

/** Room of a file system as statfs(2) has it. */
export interface FilesystemFacts {
  /** Where it is mounted. */
  readonly mount: string;
  /** Device or server, as the mount table has it. */
  readonly device: string;
  readonly capacity: Bytes;
  /** What who is not root can still write. */
  readonly available: Bytes;
  /** Its type as stat(1) names it: `ext2/ext3`, `xfs`, `zfs`; empty if it does not. */
  readonly type: string;
  /** Whether its disk turns; undefined where the kernel does not tell, as of a file system over the network. */
  readonly rotational: boolean | undefined;
}

/** A GPU, or a function of one, that a VM can be given. */
export interface GpuFacts {
  readonly address: string;
  /** `10de:20b5`. */
  readonly model: string;
  /** undefined: the kernel names no cell, as with one cell. */
  readonly cell: number | undefined;
  /** Driver that has it; empty if none has. */
  readonly driver: string;
  /** undefined: no IOMMU is on. */
  readonly iommuGroup: number | undefined;
  /** The display that the firmware chose: the host's own console. */
  readonly isConsole: boolean;
  /** SR-IOV virtual functions that are enabled. */
  readonly functions: number;
  /** Kinds of vGPU; with any, it is for vGPUs. */
  readonly profiles: readonly GpuProfileFacts[];
  /**
   * Whether its functions become vGPUs by what NVIDIA's driver writes into them (`nvidia/current_vgpu_type`), and not
   * as mediated devices: they stay with that driver, and cannot be handed out as they are.
   */
  readonly hasVendorVgpus: boolean;
}

export interface GpuProfileFacts {
  /** Name of the mdev type. */
  readonly type: string;
  /** What the driver calls it; empty if it does not. */
  readonly name: string;
  /**
   * vGPUs that could still be made, over all functions, and no more than the GPU holds of the kind; undefined: a
   * function does not tell.
   */
  readonly available: number | undefined;
  /** vGPUs that are there. */
  readonly used: number;
  /** Their UUIDs. */
  readonly uuids: readonly string[];
}

/** An uplink of a bridge, or a NIC that VMs share: the interfaces that lead out, and what they can carry. */
export interface Uplink {
  readonly names: readonly string[];
  readonly speed: Asked<BitsPerSecond>;
}

/**
 * What leads out of the host from an interface. A bond's speed is the kernel's own figure for it. Of a bridge with
 * several uplinks it is that of the fastest: a frame goes out by one of them.
 */
export function uplinkOf(links: readonly LinkFacts[], name: string): Uplink | undefined {
  const byName = new Map(links.map((link) => [link.name, link]));
  const link = byName.get(name);
  if (!link) return undefined;
  const ports = link.isBridge ? links.filter(({ master }) => master === name) : [link];
  const ways = ports.flatMap((port) => wayOut(port, byName, new Set()) ?? []);
  const known = ways.flatMap(({ speed }) => (isUnknown(speed) ? [] : [speed]));
  const silent = ways.map(({ speed }) => speed).find(isUnknown);
  const names = ways.map((way) => way.name).sort();
  if (ways.length === 0) return { names, speed: unknown("it has no uplink") };
  if (silent && known.length === 0) return { names, speed: silent };
  return { names, speed: Math.max(...known) };
}

/** The interface itself, or what it is made on; undefined for one that stays on the host. */
function wayOut(
  link: LinkFacts,
  byName: ReadonlyMap<string, LinkFacts>,
  seen: Set<string>,
): { readonly name: string; readonly speed: LinkFacts["speed"] } | undefined {
  if (link.isPhysical) return link;
  if (seen.has(link.name)) return undefined;
  seen.add(link.name);
  const below = link.lowers.flatMap((lower) => {
    const next = byName.get(lower);
    return (next && wayOut(next, byName, seen)) ?? [];
  });
  const [first] = below;
  if (first === undefined) return undefined;
  return link.isBond ? link : first;
}
