import type { Bytes } from "../../model/quantity.ts";
import type { GuestHistory, History } from "./history.ts";
import { isIdle, type Known, type Move, plan } from "./plan.ts";
import { cellAccount, hostAccount, type PoolState, partOf, poolState, promiseOf } from "./pool.ts";
import { restReason } from "./reasons.ts";
import type { GuestSample, PoolSample } from "./sample.ts";
import { type BalloonSettings, staleSeconds } from "./settings.ts";
import { type Trust, trust } from "./trust.ts";

export interface Decision {
  readonly pool: PoolState;
  /** One per declared VM, in the order of the sample. */
  readonly guests: readonly GuestDecision[];
  /** What the next round is to be given, with what guests were told (`withPromises`). */
  readonly history: History;
}

export interface GuestDecision {
  readonly name: string;
  readonly uuid: string;
  readonly action: "grow" | "shrink" | "stay" | "wait" | "hands-off" | "off";
  /** What the balloon leaves it; undefined if it does not run. */
  readonly current: Bytes | undefined;
  /** What it is to be left; the same as `current` unless it grows or shrinks. */
  readonly target: Bytes | undefined;
  readonly reason: string;
}

/** A declared VM in this round. */
interface Seen {
  readonly guest: GuestSample;
  /** Undefined where what was seen before is of no use. */
  readonly before: GuestHistory | undefined;
  /** Undefined: it does not run. */
  readonly trust: Trust | undefined;
  readonly idle: number;
}

/**
 * One round of the controller: what each guest is to be left, with the reason. Pure: the same history and sample
 * give the same decision. It never promises what the host has not, and touches no guest that it does not know.
 */
export function decide(
  history: History | undefined,
  sample: PoolSample,
  settings: BalloonSettings,
): Decision {
  const pause = pauseOf(history, sample, settings);
  const seen = sample.guests.map((guest) => see(guest, history, pause, sample, settings));
  const promises = seen.map((entry) => promiseOf(entry.guest, entry.trust, entry.before));
  const promisedTo = (has: (uuid: string) => boolean) =>
    seen.reduce((sum, { guest }, i) => sum + (has(guest.uuid) ? (promises[i] ?? 0) : 0), 0);
  const pool = poolState(sample, sample.others + promisedTo(() => true), settings);
  const moves =
    pause || sample.free === undefined
      ? new Map<string, Move>()
      : plan(
          seen.flatMap(knownOf),
          [
            hostAccount(sample, sample.free, pool, settings),
            ...sample.cells.map((cell) => {
              return cellAccount(
                cell,
                promisedTo((uuid) => cell.guests.includes(uuid)),
                settings,
              );
            }),
          ],
          settings,
        );
  const guests = seen.map((entry) => decisionOf(entry, moves.get(entry.guest.uuid), settings));
  return {
    pool,
    guests,
    history: pause?.kind === "skip" && history ? history : remember(seen, sample, history),
  };
}

/** Why nothing at all is moved in a round. */
interface Pause {
  readonly why: string;
  /**
   * `forget`: what was seen before is of no use. `skip`: as if the round had not been. `look`: what is seen counts
   * for the next one.
   */
  readonly kind: "forget" | "skip" | "look";
}

function pauseOf(
  history: History | undefined,
  sample: PoolSample,
  settings: BalloonSettings,
): Pause | undefined {
  if (history === undefined) return { why: "the first round only looks", kind: "forget" };
  const elapsed = (sample.atMs - history.atMs) / 1000;
  if (!(elapsed > 0)) return { why: "the controller's clock ran backwards", kind: "forget" };
  if (elapsed < settings.interval / 2) return { why: "the last round is too recent", kind: "skip" };
  if (elapsed > staleSeconds(settings)) return { why: "the last round is too long ago", kind: "forget" };
  if (sample.free === undefined)
    return { why: "the host does not say how much memory it has free", kind: "look" };
  if (hasJumped(history, sample, settings)) return { why: "the host's clock has jumped", kind: "look" };
  return undefined;
}

/** Reports are dated by the host's clock, rounds by one that never jumps: they have to agree. */
function hasJumped(history: History, sample: PoolSample, settings: BalloonSettings): boolean {
  return sample.guests.some(({ uuid, live }) => {
    const before = history.guests.get(uuid);
    const now = live?.report.lastUpdate;
    if (!live?.running || !now || !before?.lastUpdate) return false;
    const passed = now - before.lastUpdate;
    if (passed < 0) return true;
    const slack = 2 * Math.max(settings.interval, live.period) + 2;
    return passed > (sample.atMs - before.reportedAtMs) / 1000 + slack;
  });
}

function see(
  guest: GuestSample,
  history: History | undefined,
  pause: Pause | undefined,
  { atMs }: PoolSample,
  settings: BalloonSettings,
): Seen {
  const { live } = guest;
  const before = pause?.kind === "forget" ? undefined : history?.guests.get(guest.uuid);
  if (live === undefined) return { guest, before, trust: undefined, idle: 0 };
  const period = Math.max(settings.period, live.period);
  const staleMs = staleSeconds({ ...settings, period }) * 1000;
  const asReported = trust(guest, live, before, { atMs, staleMs });
  // In a round that moves nothing, nothing is taken for proven either.
  const found: Trust =
    pause && asReported.kind !== "hands-off" ? { kind: "wait", why: pause.why } : asReported;
  const idleBefore = before?.idle ?? 0;
  const idle =
    found.kind === "wait"
      ? idleBefore
      : found.kind === "known" && isIdle(live, found, settings)
        ? idleBefore + 1
        : 0;
  return { guest, before, trust: found, idle };
}

function knownOf({ guest, trust: found, idle }: Seen): Known[] {
  const { live } = guest;
  if (live === undefined || found?.kind !== "known") return [];
  return [{ guest, live, trust: found, free: partOf(found.usable, live.current), idle }];
}

function decisionOf(entry: Seen, move: Move | undefined, settings: BalloonSettings): GuestDecision {
  const { guest, trust: found } = entry;
  const { name, uuid, live } = guest;
  const still = (action: GuestDecision["action"], reason: string): GuestDecision => {
    return { name, uuid, action, current: live?.current, target: live?.current, reason };
  };
  const [known] = knownOf(entry);
  if (found?.kind === "hands-off") return still("hands-off", found.why);
  if (live === undefined || found === undefined)
    return still("off", "it does not run; its minimum is kept for it");
  if (found.kind === "wait") return still("wait", found.why);
  if (move) return { name, uuid, current: live.current, ...move };
  return still("stay", known ? restReason(known, isIdle(live, found, settings), settings) : "");
}

function remember(seen: readonly Seen[], { atMs }: PoolSample, history: History | undefined): History {
  const guests = seen.flatMap(({ guest: { uuid, live }, before, trust: found, idle }) => {
    if (live === undefined) return [];
    const { swapIn, swapOut } = live.report;
    const lastUpdate = live.report.lastUpdate || before?.lastUpdate;
    const isNew = lastUpdate !== before?.lastUpdate;
    // Whatever else is of no use any more: what a guest was told it may still do.
    const promised = history?.guests.get(uuid)?.promised;
    const entry: GuestHistory = {
      current: live.current,
      lastUpdate,
      reportedAtMs: isNew || !before ? atMs : before.reportedAtMs,
      hasReported: before?.lastUpdate !== undefined && (isNew || before.hasReported),
      swapIn,
      swapOut,
      idle,
      isProven: found?.kind === "known" || (found?.kind === "wait" && before?.isProven === true),
      promised: promised !== undefined && live.current < promised.bytes ? promised : undefined,
    };
    return [[uuid, entry] as const];
  });
  return { atMs, guests: new Map(guests) };
}
