import type { WatchedHost, WatchState } from "../../model/watchState.ts";

/** By when what was observed is no longer taken for true: `fleet watch` has ended, hangs, or its machine is off. */

/** A host is missed after three observations that did not come, and not before this many seconds. */
const MISSED = 3;
const LEAST_LIMIT_SECONDS = 90;
/** Two machines' clocks may differ by so much without anybody's fault. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Seconds after which what was observed at this interval is stale. */
export function staleAfterSeconds(interval: number): number {
  return Math.max(MISSED * interval, LEAST_LIMIT_SECONDS);
}

/** Why what was observed then is not taken for true, as part of a sentence; undefined if it is. */
export function whyStale(at: string, interval: number, nowMs: number): string | undefined {
  const ageMs = nowMs - Date.parse(at);
  const limit = staleAfterSeconds(interval);
  if (ageMs < -CLOCK_TOLERANCE_MS) {
    return `fleet watch saw it last at ${at}, which is in the future: one of the two clocks is wrong`;
  }
  if (ageMs > limit * 1000) {
    return `fleet watch saw it last at ${at}, ${Math.floor(ageMs / 1000)} s ago; after ${limit} s that is no longer taken for true`;
  }
  return undefined;
}

/**
 * A state as it is to be read at a time: hosts that were not seen for too long are unreachable, and pools that were not
 * scanned for too long are not known. Flags and counters stay: the next observation goes on from them.
 */
export function asOf(state: WatchState, nowMs: number): WatchState {
  const { intervals } = state;
  return { ...state, hosts: state.hosts.map((host) => hostAsOf(host, intervals, nowMs)) };
}

function hostAsOf(host: WatchedHost, intervals: WatchState["intervals"], nowMs: number): WatchedHost {
  const { unreachable, sampledAt, scanFailure, scannedAt } = host;
  const why = (at: string | null, interval: number) =>
    at === null ? null : (whyStale(at, interval, nowMs) ?? null);
  return {
    ...host,
    unreachable: unreachable ?? why(sampledAt, intervals.hosts),
    scanFailure: scanFailure ?? why(scannedAt, intervals.pools),
  };
}
