import type { WatchedHost, WatchedPool } from "../../model/watchState.ts";
import { isSet, type PressureSettings } from "./condition.ts";

/** What an operator is shown of a host and, apart from it, of each of its pools. */

export type HostStatus =
  | "ready"
  | "under_pressure"
  | "cordoned"
  | "cordoned, under_pressure"
  | "unreachable"
  /** No answer was ever waited for to its end. */
  | "unknown";

/** The conditions of pools are theirs: a host with a full pool is ready. */
export function hostStatus(
  host: WatchedHost | undefined,
  cordoned: boolean,
  settings: PressureSettings,
): HostStatus {
  if (host !== undefined && host.unreachable !== null) return "unreachable";
  if (host === undefined || host.sampledAt === null) return "unknown";
  const pressed = isSet(host.memory, settings.memory) || isSet(host.systemDisk, settings.systemDisk);
  if (pressed) return cordoned ? "cordoned, under_pressure" : "under_pressure";
  return cordoned ? "cordoned" : "ready";
}

export type PoolStatus = "ready" | "under_pressure" | "unknown";

/** Whatever its host's status is. Unknown: it has never been observed, or the last scan could not. */
export function poolStatus(
  pool: WatchedPool | undefined,
  host: WatchedHost | undefined,
  settings: PressureSettings,
): PoolStatus {
  if (pool === undefined) return "unknown";
  if (isSet(pool, settings.disk)) return "under_pressure";
  return pool.total === null || (host !== undefined && host.scanFailure !== null) ? "unknown" : "ready";
}
