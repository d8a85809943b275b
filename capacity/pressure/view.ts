import type { Bytes } from "../../model/quantity.ts";
import type { WatchedCondition, WatchedHost, WatchState } from "../../model/watchState.ts";
import { type ConditionSettings, isSet, type PressureSettings } from "./condition.ts";
import { type HostStatus, hostStatus, type PoolStatus, poolStatus } from "./status.ts";

/** A watch as its readers see it: the one source of the table, the JSON and the metrics. */
export interface PressureView {
  /** In declaration order. */
  readonly hosts: readonly HostView[];
  readonly clockJumps: number;
}

export interface HostView {
  readonly name: string;
  readonly status: HostStatus;
  readonly cordoned: boolean;
  /** Why it did not answer the last time; null if it did. */
  readonly unreachable: string | null;
  readonly sampledAt: string | null;
  readonly samples: number;
  readonly failures: number;
  /** null while the host is unreachable or was never seen: what is left of earlier samples is stale. */
  readonly memory: ConditionView | null;
  readonly systemDisk: ConditionView | null;
  /** Why its pools could not be scanned the last time. */
  readonly scanFailure: string | null;
  readonly scannedAt: string | null;
  /** Apart from the host's status, in declaration order. */
  readonly pools: readonly PoolView[];
}

export interface PoolView {
  readonly name: string;
  readonly status: PoolStatus;
  readonly disk: ConditionView | null;
}

export interface ConditionView {
  readonly enabled: boolean;
  /** null: the last observation was missing, and what is told of the condition is carried forward. */
  readonly total: Bytes | null;
  readonly available: Bytes | null;
  readonly pressure: boolean;
  readonly since: string | null;
  /** Observations in a row below the threshold. */
  readonly count: number;
  readonly thresholdPercent: number;
  readonly consecutiveRequired: number;
}

/** Of a declared host, what a watch is about. */
export interface WatchTarget {
  readonly name: string;
  readonly cordoned: boolean;
  readonly pools: readonly string[];
}

export function pressureView(
  targets: readonly WatchTarget[],
  state: Pick<WatchState, "hosts" | "clockJumps">,
  settings: PressureSettings,
): PressureView {
  const known = new Map(state.hosts.map((host) => [host.name, host]));
  return {
    hosts: targets.map((target) => hostView(target, known.get(target.name), settings)),
    clockJumps: state.clockJumps,
  };
}

function hostView(
  { name, cordoned, pools }: WatchTarget,
  host: WatchedHost | undefined,
  settings: PressureSettings,
): HostView {
  const isFresh = host !== undefined && host.unreachable === null && host.sampledAt !== null;
  const scanned = new Map(host?.pools.map((pool) => [pool.name, pool]));
  return {
    name,
    status: hostStatus(host, cordoned, settings),
    cordoned,
    unreachable: host?.unreachable ?? null,
    sampledAt: host?.sampledAt ?? null,
    samples: host?.samples ?? 0,
    failures: host?.failures ?? 0,
    memory: isFresh ? conditionView(host.memory, settings.memory) : null,
    systemDisk: isFresh ? conditionView(host.systemDisk, settings.systemDisk) : null,
    scanFailure: host?.scanFailure ?? null,
    scannedAt: host?.scannedAt ?? null,
    pools: pools.map((pool) => {
      const found = scanned.get(pool);
      const status = poolStatus(found, host, settings);
      return { name: pool, status, disk: found ? conditionView(found, settings.disk) : null };
    }),
  };
}

function conditionView(
  { total, available, count, since }: WatchedCondition,
  settings: ConditionSettings,
): ConditionView {
  const pressure = isSet({ count, since }, settings);
  return { total, available, pressure, since: pressure ? since : null, count, ...settings };
}

/** How it stands as a whole: `unknown` where a host or a pool could not be asked, else by what is under pressure. */
export type PressureVerdict = "ready" | "under_pressure" | "unknown";

export function pressureVerdict({ hosts }: PressureView): PressureVerdict {
  const statuses = hosts.flatMap(({ status, pools }) => [status, ...pools.map((pool) => pool.status)]);
  if (statuses.some((status) => status === "unreachable" || status === "unknown")) return "unknown";
  return statuses.some((status) => status.endsWith("under_pressure")) ? "under_pressure" : "ready";
}
