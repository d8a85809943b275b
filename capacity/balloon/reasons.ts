import { formatBytes } from "../../model/format.ts";
import type { Bytes } from "../../model/quantity.ts";
import type { Known } from "./plan.ts";
import type { Account } from "./pool.ts";
import type { BalloonSettings } from "./settings.ts";

/** Why a guest is moved, or is not, for people. */

export function needReason({ guestFree }: BalloonSettings) {
  return ({ free, live, trust: { swapped }, guest }: Known, want: Bytes, given: Bytes): string => {
    const { minimum } = guest.bounds;
    const state =
      live.current < minimum
        ? `below its minimum of ${formatBytes(minimum)}`
        : swapped && free >= guestFree
          ? `it swaps with ${percent(free)} free`
          : `in need with ${percent(free)} free, below ${percent(guestFree)}`;
    if (given === 0) return `${state}, but the pool has nothing left`;
    const isAll = given > want - 1024 ** 2;
    return isAll ? state : `${state}; the pool has only this of the ${formatBytes(want)} that it wants`;
  };
}

/** Undefined for a guest that is given nothing, which is no news. */
export function giftReason({ freePart }: Account, { hostFree, hysteresis }: BalloonSettings) {
  return (_: Known, __: Bytes, given: Bytes): string | undefined =>
    given === 0
      ? undefined
      : `given back: the host has ${percent(freePart)} free, above ${percent(hostFree + hysteresis)}`;
}

export function idleReason({ free, idle }: Known, { name, freePart }: Account): string {
  return `idle for ${idle} observations with ${percent(free)} free; ${name} has ${percent(Math.max(0, freePart))} free`;
}

/** Of a guest that is left as it is. */
export function restReason(
  { free, live, guest: { bounds } }: Known,
  isIdle: boolean,
  settings: BalloonSettings,
): string {
  const state = `${percent(free)} free`;
  if (isIdle) {
    return live.current <= bounds.minimum
      ? `idle with ${state}, at its minimum`
      : `idle with ${state}; nothing is taken from it now`;
  }
  const isWhole = live.current * (1 + settings.leastMove) >= bounds.maximum;
  return free < settings.guestFree && isWhole
    ? `in need with ${state}, but it has all of its memory`
    : `it has ${state}`;
}

/** A part of a whole in per cent, rounded down: 19.96 % is not 20 %. */
function percent(part: number): string {
  return `${Math.floor(part * 1000 + 1e-9) / 10} %`;
}
