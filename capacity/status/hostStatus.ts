import { compareText } from "../../model/finding.ts";
import { UUID } from "../../model/gpu.ts";
import type { Host } from "../../model/host.ts";
import type { BitsPerSecond, Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { VM } from "../../model/vm.ts";
import { effective } from "../host/effective.ts";
import { placeGpus } from "../host/gpus.ts";
import type { Machine } from "../host/machine.ts";
import { promised } from "../host/memory.ts";
import {
  DEFAULT_DISK_IO,
  networkCapacity,
  networkShare,
  sharesNetwork,
  trafficLimits,
} from "../host/traffic.ts";
import { diskRoom, type ImageStorage, imageStorage } from "./imageStorage.ts";

/**
 * What a host has, promises, and has promised: the resources document's response, field by field, and beside it what a
 * fleet knows more. Sizes are bytes, rates bytes a second, CPUs threads of the host.
 */
export interface HostStatus {
  readonly host: string;
  readonly cpu: ResourceStatus;
  readonly memory: ResourceStatus;
  readonly disk: ResourceStatus;
  /** null: no speed is recorded. */
  readonly network: ResourceStatus | null;
  /** null: none is recorded, and nothing is limited. */
  readonly disk_io: ResourceStatus | null;
  readonly disk_breakdown: DiskBreakdown;
  readonly image_storage: ImageStorage;
  /** null: the host has no GPU. */
  readonly gpu: GpuStatus | null;
  /** Of VMs that hold resources, by name in byte order. */
  readonly allocations: readonly AllocationStatus[];
  /** VMs that are declared or placed here and that the host has not: their promise is kept already. */
  readonly pending: readonly string[];
  /** Pools whose volumes nobody could read, as those of a server that is gone: they are in no figure. */
  readonly unread_pools: readonly UnreadPool[];
}

export interface UnreadPool {
  /** `*`: none of the pools answered. */
  readonly pool: string;
  readonly why: string;
}

export interface ResourceStatus {
  readonly type: "cpu" | "memory" | "disk" | "network" | "disk_io";
  /** What there is. */
  readonly capacity: number;
  /** What may be promised: `capacity × oversub_ratio` of what a ratio applies to, less what is kept back. */
  readonly effective_limit: number;
  /** What VMs hold. */
  readonly allocated: number;
  /** `effective_limit - allocated`. */
  readonly available: number;
  readonly oversub_ratio: number;
  readonly source: "detected" | "configured";
  /** What no VM can be given, and so is in no effective limit: kept for the host, or idle beside exclusive cores. */
  readonly reserved: number;
  /** What pending VMs will hold. */
  readonly pending: number;
  /** `available - pending`: what a further VM finds. */
  readonly effective_available: number;
}

export interface DiskBreakdown {
  /** Images that volumes are based on. */
  readonly images_bytes: Bytes;
  /** Images that no volume is based on and no VM has: fetched, and kept for the next one. */
  readonly oci_cache_bytes: Bytes;
  /** Volumes on their own. */
  readonly volumes_bytes: Bytes;
  /** Volumes over an image. */
  readonly overlays_bytes: Bytes;
}

/** GPUs of the host. A host with both kinds is told as `mixed`, which the document does not know. */
export interface GpuStatus {
  readonly mode: "vgpu" | "passthrough" | "mixed";
  readonly total_slots: number;
  /** Slots that VMs which hold resources have. */
  readonly used_slots: number;
  /** Slots that pending VMs will have. */
  readonly pending_slots: number;
  readonly profiles: readonly {
    readonly gpu: string;
    readonly type: string;
    /** What the driver calls it; the type where that is not recorded. */
    readonly name: string;
    readonly instances: number;
  }[];
  readonly devices: readonly {
    readonly address: string;
    readonly iommu_group: number | null;
    /** False: a VM that holds resources has it. */
    readonly available: boolean;
  }[];
}

export interface AllocationStatus {
  readonly instance_id: string;
  readonly instance_name: string;
  readonly cpu: number;
  readonly memory_bytes: Bytes;
  readonly disk_bytes: Bytes;
  readonly network_download_bps: number;
  readonly network_upload_bps: number;
  readonly disk_io_bps: number;
}

/** A VM as its host has it. */
export interface Instance {
  readonly id: string;
  readonly name: string;
  /** As `virsh domstate` says it. */
  readonly state: string;
  readonly vcpus: number;
  /** With everything that was plugged in. */
  readonly memory: Bytes;
  /** Size of its disks. */
  readonly disk: Bytes;
  /** Limits; 0 where there is none. */
  readonly download: BitsPerSecond;
  readonly upload: BitsPerSecond;
  readonly diskIo: BitsPerSecond;
  /** The host's own devices that it has: PCI addresses, and UUIDs of mediated devices. */
  readonly hostdevs: readonly string[];
}

/** What was read of a host. */
export interface HostReport {
  readonly instances: readonly Instance[];
  readonly disk: DiskBreakdown;
  /** What is free in each pool. */
  readonly poolsFree: readonly Bytes[];
  readonly unread?: readonly UnreadPool[];
}

/**
 * True of a VM that holds CPU and memory: running, paused, and all between. One that has crashed does too, as libvirt
 * keeps its QEMU to be looked at (`on_crash` preserve); without a QEMU it is shut off, whatever the reason.
 */
export function holdsResources({ state }: Pick<Instance, "state">): boolean {
  return state !== "shut off";
}

/** The status of one host. Linear in its VMs. */
export function hostStatus(machine: Machine, report: HostReport): HostStatus {
  const { host, guests, ratios } = machine;
  const active = report.instances.filter(holdsResources).sort((a, b) => compareText(a.name, b.name));
  const known = new Set(report.instances.map((i) => i.name));
  const pending = guests.filter(({ vm }) => !known.has(vm.name));
  const sum = <T>(list: readonly T[], of: (item: T) => number) =>
    list.reduce((total, item) => total + of(item), 0);

  const cells = host.cells.map((_, c) => c);
  const memoryReserved = host.reserved.memoryPerCell * cells.length;
  const memory = resource("memory", {
    capacity: sum(host.cells, (cell) => cell.memory),
    limit: sum(cells, (c) => promised(machine, c)) - memoryReserved,
    reserved: memoryReserved,
    allocated: sum(active, (i) => i.memory),
    pending: sum(pending, ({ vm }) => guestMemory(vm)),
    ratio: ratios.memory,
    source: sourceOf(host, host.cells),
  });

  const { disk: breakdown } = report;
  const used =
    breakdown.images_bytes + breakdown.oci_cache_bytes + breakdown.volumes_bytes + breakdown.overlays_bytes;
  const diskCapacity = diskRoom(host);
  const disk = resource("disk", {
    capacity: diskCapacity,
    limit: effective(diskCapacity, ratios.disk),
    reserved: 0,
    allocated: used,
    pending: sum(pending, ({ vm }) => sum(vm.disks, (d) => d.size)),
    ratio: ratios.disk,
    source: host.limits?.disk === undefined ? sourceOf(host, host.pools) : "configured",
  });

  const limitsOf = (vm: VM) => trafficLimits(machine, vm);
  const network = networkCapacity(host);
  const diskIo = host.diskBandwidth ?? (machine.hasDefaultLimits ? DEFAULT_DISK_IO : undefined);
  const rate = (
    type: "network" | "disk_io",
    capacity: BitsPerSecond | undefined,
    ratio: number,
    source: ResourceStatus["source"],
    held: (i: Instance) => BitsPerSecond,
    wanted: (vm: VM) => BitsPerSecond,
  ) =>
    capacity === undefined
      ? null
      : resource(type, {
          capacity: bytesPerSecond(capacity),
          limit: bytesPerSecond(effective(capacity, ratio)),
          reserved: 0,
          allocated: sum(active, (i) => bytesPerSecond(held(i))),
          pending: sum(pending, ({ vm }) => bytesPerSecond(wanted(vm))),
          ratio,
          source,
        });

  return {
    host: host.name,
    cpu: cpuStatus(
      machine,
      active,
      sum(pending, ({ vm }) => vm.vcpus),
    ),
    memory,
    disk,
    network: rate(
      "network",
      network,
      ratios.network,
      host.limits?.network === undefined
        ? sourceOf(
            host,
            host.bridges.filter((bridge) => bridge.bandwidth !== undefined),
          )
        : "configured",
      // Both directions share the link.
      (i) => Math.max(i.download, i.upload),
      (vm) => (sharesNetwork(host, vm) ? networkShare(limitsOf(vm)) : 0),
    ),
    disk_io: rate(
      "disk_io",
      diskIo,
      ratios.diskIo,
      "configured",
      (i) => i.diskIo,
      (vm) => limitsOf(vm).diskIo?.rate ?? 0,
    ),
    disk_breakdown: breakdown,
    image_storage: imageStorage(host, report),
    gpu: gpuStatus(machine, active, pending),
    allocations: active.map((i) => ({
      instance_id: i.id,
      instance_name: i.name,
      cpu: i.vcpus,
      memory_bytes: i.memory,
      disk_bytes: i.disk,
      network_download_bps: bytesPerSecond(i.download),
      network_upload_bps: bytesPerSecond(i.upload),
      disk_io_bps: bytesPerSecond(i.diskIo),
    })),
    pending: pending.map(({ vm }) => vm.name).sort(compareText),
    unread_pools: report.unread ?? [],
  };
}

/** One figure of a person's makes the sum one of theirs. */
function sourceOf(
  { recorded }: Host,
  parts: readonly { readonly recorded?: Host["recorded"] | undefined }[],
): ResourceStatus["source"] {
  if (parts.length === 0) return recorded.source;
  return parts.some((part) => (part.recorded ?? recorded).source === "configured")
    ? "configured"
    : "detected";
}

function gpuStatus(
  machine: Machine,
  active: readonly Instance[],
  pending: readonly Machine["guests"][number][],
): GpuStatus | null {
  const { gpus } = machine.host;
  if (gpus.length === 0) return null;
  const modes = new Set(gpus.map((gpu) => gpu.mode));
  const whole = new Set(gpus.flatMap(({ mode, address }) => (mode === "passthrough" ? [address] : [])));
  const held = active.flatMap((instance) => instance.hostdevs);
  const isSlot = (device: string) => whole.has(device) || (modes.has("vgpu") && UUID.test(device));
  return {
    mode: modes.size > 1 ? "mixed" : (gpus[0] as (typeof gpus)[number]).mode,
    total_slots: placeGpus(machine).gpus.reduce((sum, { slots }) => sum + slots.capacity, 0),
    used_slots: held.filter(isSlot).length,
    pending_slots: pending.reduce((sum, { vm }) => sum + vm.gpus.length, 0),
    profiles: gpus.flatMap((gpu) =>
      gpu.profiles.map(({ type, name = type, instances }) => ({ gpu: gpu.address, type, name, instances })),
    ),
    devices: gpus
      .filter((gpu) => gpu.mode === "passthrough")
      .map(({ address, iommuGroup = null }) => ({
        address,
        iommu_group: iommuGroup,
        available: !held.includes(address),
      })),
  };
}

/**
 * Dedicated CPUs count once, shared ones by the ratio; those that are kept for the host not at all, nor those that a
 * pinned VM keeps from others beside its vCPUs, as the siblings of its cores.
 */
function cpuStatus(machine: Machine, active: readonly Instance[], pending: number): ResourceStatus {
  const { cpuCount, dedicated, reserved, ratios, host, guests } = machine;
  const pinned = guests.reduce((sum, guest) => sum + (guest.pinned.length === 0 ? 0 : guest.vm.vcpus), 0);
  const own = Math.min(dedicated.size, pinned);
  const kept = [...reserved].filter((cpu) => !dedicated.has(cpu)).length;
  const shared = cpuCount - dedicated.size - kept;
  return resource("cpu", {
    capacity: cpuCount,
    limit: own + effective(shared, ratios.cpu),
    reserved: kept + dedicated.size - own,
    allocated: active.reduce((total, i) => total + i.vcpus, 0),
    pending,
    ratio: ratios.cpu,
    source: sourceOf(host, host.cells),
  });
}

function resource(
  type: ResourceStatus["type"],
  {
    capacity,
    limit,
    reserved,
    allocated,
    pending,
    ratio,
    source,
  }: {
    readonly capacity: number;
    readonly limit: number;
    readonly reserved: number;
    readonly allocated: number;
    readonly pending: number;
    readonly ratio: number;
    readonly source: ResourceStatus["source"];
  },
): ResourceStatus {
  const available = limit - allocated;
  return {
    type,
    capacity,
    effective_limit: limit,
    allocated,
    available,
    oversub_ratio: ratio,
    source,
    reserved,
    pending,
    effective_available: available - pending,
  };
}

function bytesPerSecond(rate: BitsPerSecond): number {
  return Math.floor(rate / 8);
}
