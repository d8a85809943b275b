import type { Bytes } from "../../model/quantity.ts";
import { type Account, partOf } from "./pool.ts";
import { giftReason, idleReason, needReason } from "./reasons.ts";
import type { GuestSample, LiveGuest } from "./sample.ts";
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

/**
 * First those in need; then idle guests pay for what is short; what is left over goes back bit by bit. A guest is given
 * what every account allows that its memory comes out of, and pays what the one wants that wants most.
 */
export function plan(
  known: readonly Known[],
  accounts: readonly Account[],
  settings: BalloonSettings,
): ReadonlyMap<string, Move> {
  const moves: Moves = new Map();
  const needy = known.filter((guest) => isNeedy(guest, settings));
  const others = known.filter((guest) => !needy.includes(guest));
  const wants = needy.map((guest) => needOf(guest, settings));
  const parts = least(accounts, needy, wants, ({ budget }) => budget);
  const granted = grow(needy, wants, parts, settings, moves, needReason(settings));

  /** Bytes that are missing for so large a part of an account to be free, after what was granted. */
  const short = (account: Account, part: number) => {
    return account.short(
      part,
      granted.reduce((sum, given, i) => sum + (isIn(account, needy[i]) ? given : 0), 0),
    );
  };
  const wanted = accounts.map((account) => ({ account, bytes: short(account, settings.hostFree) }));
  shrink(others, wanted, settings, moves);
  const gifts = others.map((guest) => (moves.has(guest.guest.uuid) ? 0 : stepUp(guest, settings)));
  const plenty = settings.hostFree + settings.hysteresis;
  const gifted = least(accounts, others, gifts, (account) => -short(account, plenty));
  const [host] = accounts;
  if (host) grow(others, gifts, gifted, settings, moves, giftReason(host, settings));
  return moves;
}

function isIn(account: Account, known: Known | undefined): boolean {
  return known !== undefined && account.has(known.guest.uuid);
}

/** What each gets where every account deals out its own amount among those whose memory comes out of it. */
function least(
  accounts: readonly Account[],
  guests: readonly Known[],
  wants: readonly Bytes[],
  amount: (account: Account) => Bytes,
): Bytes[] {
  return accounts.reduce<Bytes[]>(
    (so, account) => {
      const dealt = dealOut(
        amount(account),
        wants.map((want, i) => (isIn(account, guests[i]) ? want : 0)),
      );
      return so.map((part, i) => (isIn(account, guests[i]) ? Math.min(part, dealt[i] ?? 0) : part));
    },
    [...wants],
  );
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

/** Returns what was granted to each. */
function grow(
  guests: readonly Known[],
  wants: readonly Bytes[],
  parts: readonly Bytes[],
  settings: BalloonSettings,
  moves: Moves,
  reason: (guest: Known, want: Bytes, given: Bytes) => string | undefined,
): Bytes[] {
  return guests.map((known, i) => {
    const { live, guest } = known;
    const [want, part] = [wants[i] ?? 0, parts[i] ?? 0];
    if (want === 0) return 0;
    const target = growTo(live.current + part, guest.bounds.maximum);
    const given = worthIt(target - live.current, live.current, settings);
    const why = reason(known, want, given);
    if (why !== undefined) {
      const action = given > 0 ? "grow" : "stay";
      moves.set(guest.uuid, { action, target: live.current + given, reason: why });
    }
    return given;
  });
}

interface Wanted {
  readonly account: Account;
  readonly bytes: Bytes;
}

function shrink(
  guests: readonly Known[],
  wanted: readonly Wanted[],
  settings: BalloonSettings,
  moves: Moves,
): void {
  const idle = guests.filter((known) => known.idle >= settings.idleObservations);
  const taken = idle.map(() => 0);
  const payees: (Account | undefined)[] = idle.map(() => undefined);
  for (const { account, bytes } of wanted) {
    const step = account.state === "critical" ? settings.criticalStep : settings.step;
    const spares = idle.map((known) => (isIn(account, known) ? spareOf(known, step, settings) : 0));
    dealOut(bytes, spares).forEach((part, i) => {
      if (part <= (taken[i] ?? 0)) return;
      taken[i] = part;
      payees[i] = account;
    });
  }
  idle.forEach((known, i) => {
    const { current } = known.live;
    const payee = payees[i];
    const target = roundUp(current - (taken[i] ?? 0));
    if (payee === undefined || worthIt(current - target, current, settings) === 0) return;
    moves.set(known.guest.uuid, { action: "shrink", target, reason: idleReason(known, payee) });
  });
}

/** What an idle guest can do without at once: its floor, what it uses with a margin, and the rate stay. */
function spareOf(
  { live: { current }, trust: { used }, guest }: Known,
  step: number,
  settings: BalloonSettings,
): Bytes {
  const most = Math.max(guest.bounds.minimum, roomFor(used, settings), current * (1 - step));
  return Math.max(0, Math.floor(current - most));
}
