import type { Bytes } from "../../model/quantity.ts";
import type { GuestHistory } from "./history.ts";
import type { GuestSample, PoolSample } from "./sample.ts";
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
    return Math.max(live.current, before.current, before.promised ?? 0);
  };
  return bounds.overhead + (bounds.onHugepages ? 0 : memory());
}

export function poolState(
  sample: PoolSample,
  promised: Bytes,
  { hostFree, hostCritical }: BalloonSettings,
): PoolState {
  const available = Math.max(0, sample.physical - sample.kept);
  const rest = available - promised;
  const freePart = Math.min(partOf(rest, available), partOf(sample.free ?? 0, sample.physical));
  return {
    available,
    promised,
    free: rest,
    poolAvailable: sample.physical - sample.guests.reduce((sum, { bounds }) => sum + bounds.minimum, 0),
    freePart,
    state: freePart < hostCritical ? "critical" : freePart < hostFree ? "low" : "enough",
  };
}

export function partOf(part: Bytes, whole: Bytes): number {
  return whole <= 0 ? 0 : part / whole;
}
