import type { Bytes } from "../../model/quantity.ts";
import type { GuestHistory } from "./history.ts";
import type { CellPool, GuestSample, PoolSample } from "./sample.ts";
import type { BalloonSettings } from "./settings.ts";
import type { Trust } from "./trust.ts";

/** The memory that a host has for its guests, and what of it is promised to them. */
export interface PoolState {
  /** Physical memory less what is kept for the host and what are hugepages. */
  readonly available: Bytes;
  /** The most that the guests can have taken by now, with QEMU's overhead. */
  readonly promised: Bytes;
  /** `available − promised`; negative where more is promised than there is. */
  readonly free: Bytes;
  /** `physical − Σ minimum`: what ballooning could make free at most. */
  readonly poolAvailable: Bytes;
  /** The smaller free part: of what may be promised, or of what the host itself says. */
  readonly freePart: number;
  readonly state: "enough" | "low" | "critical";
}

/**
 * What a guest can have taken of its host's memory by now. One that follows has what its balloon leaves it, or what
 * it was told to grow to; one of which nobody knows may have all of its memory. Memory that is being taken back
 * counts until it is seen to be back.
 */
export function promiseOf(
  { bounds, live }: GuestSample,
  trust: Trust | undefined,
  before: GuestHistory | undefined,
): Bytes {
  const memory = (): Bytes => {
    if (live === undefined || trust === undefined) return bounds.minimum;
    if (trust.kind === "known") return live.current;
    if (trust.kind === "hands-off" || !before?.isProven) return Math.max(live.whole, live.current);
    return Math.max(live.current, before.current, before.promised?.bytes ?? 0);
  };
  return bounds.overhead + ((live ?? bounds).onHugepages ? 0 : memory());
}

/** One account out of which guests are given memory: the host's, or that of cells to which they are bound. */
export interface Account {
  /** `the host`, `cell 0`. */
  readonly name: string;
  readonly freePart: number;
  readonly state: PoolState["state"];
  /** The most that may be given out of it now. */
  readonly budget: Bytes;
  /** Bytes that are missing for so large a part of it to be free, once so much was given; negative: what is over. */
  readonly short: (part: number, given: Bytes) => Bytes;
  readonly has: (uuid: string) => boolean;
}

/** The host's account: by what is promised, and by what the host itself has free. */
export function hostAccount(
  sample: PoolSample,
  hostFree: Bytes,
  { available, free, freePart, state }: PoolState,
  { hostCritical }: BalloonSettings,
): Account {
  const ordinary = ordinaryOf(sample);
  return {
    name: "the host",
    freePart,
    state,
    budget: Math.min(free, hostFree - hostCritical * ordinary),
    short: (part, given) => Math.max(part * available - (free - given), part * ordinary - (hostFree - given)),
    has: () => true,
  };
}

/** A cell's account, by what is promised alone: what a cell has free leaves out its caches, and so tells little. */
export function cellAccount(
  { name, available, guests }: CellPool,
  promised: Bytes,
  settings: BalloonSettings,
): Account {
  const free = available - promised;
  const freePart = partOf(free, available);
  return {
    name,
    freePart,
    state: stateOf(freePart, settings),
    budget: free,
    short: (part, given) => part * available - (free - given),
    has: (uuid) => guests.includes(uuid),
  };
}

function stateOf(freePart: number, { hostFree, hostCritical }: BalloonSettings): PoolState["state"] {
  return freePart < hostCritical ? "critical" : freePart < hostFree ? "low" : "enough";
}

export function poolState(sample: PoolSample, promised: Bytes, settings: BalloonSettings): PoolState {
  const available = Math.max(0, sample.physical - sample.kept);
  const rest = available - promised;
  const freePart = Math.min(partOf(rest, available), partOf(sample.free ?? 0, ordinaryOf(sample)));
  return {
    available,
    promised,
    free: rest,
    poolAvailable: sample.physical - sample.guests.reduce((sum, { bounds }) => sum + bounds.minimum, 0),
    freePart,
    state: stateOf(freePart, settings),
  };
}

/** What the host can call free at most. */
function ordinaryOf({ physical, hugepages }: PoolSample): Bytes {
  return Math.max(0, physical - hugepages);
}

export function partOf(part: Bytes, whole: Bytes): number {
  return whole <= 0 ? 0 : part / whole;
}
