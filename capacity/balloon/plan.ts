import type { Bytes } from "../../model/quantity.ts";
import { type PoolState, partOf } from "./pool.ts";
import { giftReason, idleReason, needReason } from "./reasons.ts";
import type { GuestSample, LiveGuest, PoolSample } from "./sample.ts";
import type { BalloonSettings } from "./settings.ts";
import { dealOut, growTo, roundUp } from "./share.ts";
import type { Trust } from "./trust.ts";

/** Who gets memory and who gives it, among the guests whose reports can be acted on. */

export type KnownTrust = Extract<Trust, { readonly kind: "known" }>;

export interface Known {
  readonly guest: GuestSample;
  readonly live: LiveGuest;
  readonly trust: KnownTrust;
  /** What it could use without swapping, as a part of what it has. */
  readonly free: number;
  /** Observations in a row in which it was idle, this one included. */
  readonly idle: number;
}

export interface Move {
  readonly action: "grow" | "shrink" | "stay";
  readonly target: Bytes;
  readonly reason: string;
}

/** Moves by UUID. */
type Moves = Map<string, Move>;

export function isIdle(
  { current }: LiveGuest,
  { usable, swapped }: KnownTrust,
  { guestFree, hysteresis }: BalloonSettings,
): boolean {
  return !swapped && partOf(usable, current) > guestFree + hysteresis;
}

function isNeedy(
  { live, free, trust: { swapped }, guest: { bounds } }: Known,
  { guestFree, hysteresis }: BalloonSettings,
): boolean {
  if (live.current < bounds.minimum) return true;
  return free < guestFree || (swapped && free < guestFree + hysteresis);
}

/** First those in need; then idle guests pay for what is short; what is left over goes back bit by bit. */
export function plan(
  known: readonly Known[],
  pool: PoolState,
  { physical }: PoolSample,
  hostFree: Bytes,
  settings: BalloonSettings,
): ReadonlyMap<string, Move> {
  const moves: Moves = new Map();
  const needy = known.filter((guest) => isNeedy(guest, settings));
  const others = known.filter((guest) => !needy.includes(guest));
  const wants = needy.map((guest) => needOf(guest, settings));
  const budget = Math.min(pool.free, hostFree - settings.hostCritical * physical);
  const granted = grow(needy, wants, budget, settings, moves, needReason(settings));
  const unmet = wants.reduce((sum, want) => sum + want, 0) - granted;

  /** Bytes that are missing for the host to have this part of its memory free, by both accounts. */
  const short = (part: number) =>
    Math.max(part * pool.available - (pool.free - granted), part * physical - (hostFree - granted));
  const wanted = Math.max(0, short(settings.hostFree)) + unmet;
  if (wanted > 0) {
    shrink(others, wanted, pool, settings, moves);
    return moves;
  }
  const gifts = others.map((guest) => stepUp(guest, settings));
  const spare = -short(settings.hostFree + settings.hysteresis);
  grow(others, gifts, spare, settings, moves, giftReason(pool, settings));
  return moves;
}

/** What a guest lacks to have enough free again: at least a step, and no more at once than a round may give. */
function needOf({ live: { current }, trust: { used }, guest }: Known, settings: BalloonSettings): Bytes {
  const { minimum, maximum } = guest.bounds;
  const enough = Math.min(roomFor(used, settings), current * (1 + settings.growStep));
  const target = roundUp(Math.max(minimum, enough, current * (1 + settings.step)));
  return worthIt(Math.min(maximum, target) - current, current, settings);
}

function stepUp({ live: { current }, guest }: Known, settings: BalloonSettings): Bytes {
  const target = Math.min(guest.bounds.maximum, roundUp(current * (1 + settings.step)));
  return worthIt(target - current, current, settings);
}

/** A move, or none where it is too small. */
function worthIt(move: Bytes, current: Bytes, { leastMove }: BalloonSettings): Bytes {
  return move > leastMove * current ? move : 0;
}

/** The size at which a guest is neither in need nor idle. */
function roomFor(used: Bytes, { guestFree, hysteresis }: BalloonSettings): Bytes {
  return used / (1 - guestFree - hysteresis / 2);
}

/** Returns what was granted in all. */
function grow(
  guests: readonly Known[],
  wants: readonly Bytes[],
  budget: Bytes,
  settings: BalloonSettings,
  moves: Moves,
  reason: (guest: Known, want: Bytes, given: Bytes) => string | undefined,
): Bytes {
  const parts = dealOut(budget, wants);
  let granted = 0;
  guests.forEach((known, i) => {
    const { live, guest } = known;
    const [want, part] = [wants[i] ?? 0, parts[i] ?? 0];
    if (want === 0) return;
    const target = growTo(live.current + part, guest.bounds.maximum);
    const given = worthIt(target - live.current, live.current, settings);
    granted += given;
    const why = reason(known, want, given);
    if (why === undefined) return;
    moves.set(guest.uuid, {
      action: given > 0 ? "grow" : "stay",
      target: live.current + given,
      reason: why,
    });
  });
  return granted;
}

function shrink(
  guests: readonly Known[],
  wanted: Bytes,
  pool: PoolState,
  settings: BalloonSettings,
  moves: Moves,
): void {
  const step = pool.state === "critical" ? settings.criticalStep : settings.step;
  const idle = guests.filter((known) => known.idle >= settings.idleObservations);
  const spares = idle.map(({ live: { current }, trust: { used }, guest }) => {
    const least = Math.max(guest.bounds.minimum, roomFor(used, settings), current * (1 - step));
    return Math.max(0, Math.floor(current - least));
  });
  const parts = dealOut(wanted, spares);
  idle.forEach((known, i) => {
    const { current } = known.live;
    const target = roundUp(current - (parts[i] ?? 0));
    if (worthIt(current - target, current, settings) === 0) return;
    moves.set(known.guest.uuid, { action: "shrink", target, reason: idleReason(known, pool) });
  });
}
