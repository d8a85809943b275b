import type { Bytes } from "../../model/quantity.ts";

/** What the controller knows of a host at one moment. Nothing of it comes from inside a guest but its driver's report. */
export interface PoolSample {
  /** Milliseconds of a clock that never jumps. */
  readonly atMs: number;
  /** Physical memory: the record's or the host's own, whichever is less. */
  readonly physical: Bytes;
  /** What the host itself calls free, its caches included; undefined if it does not say. */
  readonly free: Bytes | undefined;
  /** What is kept for the host, and what are hugepages. */
  readonly kept: Bytes;
  /** Hugepages, which are no part of what the host calls free. */
  readonly hugepages: Bytes;
  /** Declared VMs of the host, in declaration order. */
  readonly guests: readonly GuestSample[];
  /** Cells that guests are bound to, each with what it has for them; none where all may lie anywhere. */
  readonly cells: readonly CellPool[];
  /** What the host's other domains may take at most, QEMU's overhead included. */
  readonly others: Bytes;
}

/** A set of cells out of which some guests' memory has to come. */
export interface CellPool {
  /** `cell 0`, `cells 0-1`. */
  readonly name: string;
  /** Memory of the cells less what is kept for the host, what are hugepages, and what others have there for good. */
  readonly available: Bytes;
  /** UUIDs of the guests that are bound to these cells, or to some of them. */
  readonly guests: readonly string[];
}

export interface GuestSample {
  readonly name: string;
  readonly uuid: string;
  /** What the fleet declares, and why nothing is moved where it is not to be. */
  readonly bounds: GuestBounds;
  /** Absent: the VM does not run, or its host does not have it. */
  readonly live: LiveGuest | undefined;
}

export interface GuestBounds {
  /** Floor; the same as `maximum` for a VM without one. */
  readonly minimum: Bytes;
  readonly maximum: Bytes;
  /** QEMU's overhead. */
  readonly overhead: Bytes;
  /** Whether its memory is to be on hugepages, which are in `kept` already. */
  readonly onHugepages: boolean;
}

export interface LiveGuest {
  /** Whether its vCPUs run; a paused guest follows nobody. */
  readonly running: boolean;
  /** What the balloon leaves the guest now. */
  readonly current: Bytes;
  /** What it was started with, and what it was given since: the most that the balloon can leave it. */
  readonly whole: Bytes;
  /** Whether it has its memory on hugepages now. */
  readonly onHugepages: boolean;
  /** What its definition has that forbids ballooning, as `a host device`; empty if nothing does. */
  readonly obstacles: readonly string[];
  /** Seconds between two reports; 0: it is not asked for any. */
  readonly period: number;
  /** The driver's last report; a figure that is missing is undefined. */
  readonly report: BalloonReport;
}

/** Of the guest's balloon driver. */
export interface BalloonReport {
  /** Seconds since 1970 by the host's clock; 0 or undefined: the driver has never reported. */
  readonly lastUpdate: number | undefined;
  /** All memory that the guest's kernel manages. */
  readonly available: Bytes | undefined;
  /** What it could use without swapping. */
  readonly usable: Bytes | undefined;
  /** Counters since the guest's boot. */
  readonly swapIn: number | undefined;
  readonly swapOut: number | undefined;
}
