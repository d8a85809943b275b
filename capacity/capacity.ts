import type { Finding } from "../model/finding.ts";
import type { PageSize } from "../model/host.ts";
import type { PlacementRecord } from "../model/placements.ts";
import type { Bytes, Millicores } from "../model/quantity.ts";
import type { PressureState } from "./pressure/exclusion.ts";

/**
 * What a fleet asks for against what it has: the one answer that preview, policy, audit and what-if share.
 * Plain JSON data (integers in base units), in a fixed order: lists follow the fleet's declaration order.
 */
export interface Capacity {
  readonly hosts: readonly HostCapacity[];
  /** VMs that were placed, now or by a record, in the fleet's order; those placed by hand are not among them. */
  readonly placements: readonly VmPlacement[];
  readonly nodes: readonly NodeCapacity[];
  readonly labels: readonly LabelCapacity[];
  readonly scaleSets: readonly ScaleSetCapacity[];
  readonly placement: Placement;
  readonly findings: readonly Finding[];
}

/** A resource of one place. `free` is what is left of `capacity`, negative if it is exceeded. */
export interface Amount {
  /** What there is, less nothing. */
  readonly capacity: number;
  /** What may be promised of it: `capacity` times the ratio. Absent where that is the capacity itself. */
  readonly effective?: number;
  /** What is kept back (host reserve, pods that already run). */
  readonly reserved: number;
  /** What the fleet asks for. */
  readonly committed: number;
  /** `effective - reserved - committed`. */
  readonly free: number;
}

/** Where a VM was placed: its record, and whether this judgement made it. */
export interface VmPlacement extends PlacementRecord {
  /** True: nothing records it yet. `fleet place` does. */
  readonly made: boolean;
}

export interface HostCapacity {
  readonly name: string;
  readonly cells: readonly CellCapacity[];
  readonly pools: readonly PoolCapacity[];
  /** Bits per second over all bridges; null if no speed is recorded. */
  readonly network: Amount | null;
  /** Bits per second over all pools; null if none is recorded. */
  readonly diskIo: Amount | null;
  /** Slots of GPUs, by address; only of hosts that have any. */
  readonly gpus: readonly { readonly address: string; readonly slots: Amount }[];
  /** Sums over the cells, in bytes. */
  readonly memory: Amount;
  /** CPUs: `committed` are dedicated to pinned VMs, `reserved` kept for the host. */
  readonly cpus: Amount;
  /** vCPUs of unpinned VMs over the shared CPUs × the policy's ratio; capacity 0 without shared CPUs. */
  readonly sharedVcpus: Amount;
}

export interface CellCapacity {
  readonly id: number;
  /** Threads, as in `HostCapacity.cpus`. */
  readonly cpus: Amount;
  /** Bytes, QEMU's overhead included. */
  readonly memory: Amount;
  /** Pages, by size, only sizes that the cell has or a VM asks for. */
  readonly hugepages: Readonly<Partial<Record<PageSize, Amount>>>;
  /** VMs with memory here, in declaration order. */
  readonly vms: readonly { readonly name: string; readonly memory: Bytes; readonly overhead: Bytes }[];
}

export interface PoolCapacity {
  readonly name: string;
  readonly class: string;
  /** Bytes. */
  readonly storage: Amount;
}

/** CPU in millicores, memory and storage in bytes. null: the node's record lacks the figure. */
export interface NodeCapacity {
  readonly cluster: string;
  readonly name: string;
  readonly vm: string | null;
  /** True if the node carries the policy's KVM label. */
  readonly kvm: boolean;
  readonly taints: readonly string[];
  readonly cpu: Amount | null;
  readonly memory: Amount | null;
  readonly ephemeralStorage: Amount | null;
  readonly pods: Amount | null;
  /** Sum of memory limits of what runs and is placed here, against allocatable × limitRatio. */
  readonly memoryLimits: Amount | null;
  readonly oneAtATime: boolean;
}

/** Requests or limits of one runner (all its containers) or of a sum. null: a figure is missing. */
export interface Envelope {
  readonly cpu: Millicores | null;
  readonly memory: Bytes | null;
  /** null if no container states it. */
  readonly ephemeralStorage: Bytes | null;
}

export interface LabelCapacity {
  readonly label: string;
  /** Scale sets that advertise the label and have a maximum above 0. */
  readonly activeScaleSets: number;
  readonly maximum: number;
  /** The policy's ceiling; null if none is recorded. */
  readonly ceiling: number | null;
  readonly requests: Envelope;
  readonly limits: Envelope;
}

export interface ScaleSetCapacity {
  readonly cluster: string;
  readonly name: string;
  readonly scope: string;
  readonly labels: readonly string[];
  readonly minRunners: number;
  readonly maxRunners: number;
  readonly requests: Envelope;
  readonly limits: Envelope;
  /** Nodes that selector, affinity, taints and tolerations admit. */
  readonly eligibleNodes: readonly string[];
  readonly largest: LargestMaximum;
}

/** The largest `maxRunners` of one scale set, everything else as declared. null: it could not be settled. */
export interface LargestMaximum {
  /** That the nodes seat by requests alone. */
  readonly byRequests: number | null;
  /** That the nodes seat by requests with the memory limits kept. */
  readonly byLimits: number | null;
  /** That the label ceilings leave; null if no ceiling applies. */
  readonly byCeiling: number | null;
  /** The budget of its own or the new owner's default. */
  readonly byBudget: number;
  /** The least of them: what would pass. null if it could not be settled. */
  readonly passes: number | null;
  /** Which of the bounds binds, for people: `label ceiling 4`, `memory requests on honey, sting`. */
  readonly binds: string;
}

export interface Placement {
  /**
   * `placed`: all runners at their maxima have a seat at once, `seats` proves it.
   * `impossible`: proven that they have not. `undecided`: the search gave up; refused as not proven.
   */
  readonly verdict: "placed" | "impossible" | "undecided";
  /** One entry per scale set and node with runners there; the most that could be seated if not all. */
  readonly seats: readonly {
    readonly cluster: string;
    readonly scaleSet: string;
    readonly node: string;
    readonly runners: number;
  }[];
  /**
   * Where the workflow pods of these runners go that are placed on their own (`kubernetes-novolume`). Those of
   * mode `kubernetes` are beside their runners.
   */
  readonly workflowSeats: readonly {
    readonly cluster: string;
    readonly scaleSet: string;
    readonly node: string;
    readonly pods: number;
  }[];
  /** Runners without a seat, by scale set; empty if all are placed. */
  readonly unseated: readonly {
    readonly cluster: string;
    readonly scaleSet: string;
    readonly runners: number;
  }[];
  /** Upper bound on how many runners can be seated at once, and how many are asked for. */
  readonly bound: number;
  readonly asked: number;
}

/** What capacity needs to know that is not part of the fleet. */
export interface JudgeOptions {
  /** The day of the judgement, `2026-05-06`: the age of records counts from it. Capacity reads no clock. */
  readonly today: string;
  /** Hosts and pools that take no new VM; none by default. */
  readonly pressure?: PressureState;
}

/** `effective - reserved - committed`, in one place. */
export function amount(
  capacity: number,
  reserved: number,
  committed: number,
  effective: number = capacity,
): Amount {
  return {
    capacity,
    ...(effective === capacity ? {} : { effective }),
    reserved,
    committed,
    free: effective - reserved - committed,
  };
}
