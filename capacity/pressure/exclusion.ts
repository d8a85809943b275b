import { compareText } from "../../model/finding.ts";
import type { WatchedHost, WatchState } from "../../model/watchState.ts";
import { isSet, type PressureSettings } from "./condition.ts";
import { whyStale } from "./stale.ts";
import type { ConditionName } from "./watched.ts";

/** What a placement may not use, and why: hard, there is no way around it. Plain data. */
export interface PressureState {
  /**
   * Hosts and pools under pressure. An entry without `pool` takes the whole host out, one with `pool` that pool alone:
   * other pools of the host stay eligible. By host, then pool.
   */
  readonly filtered: readonly FilteredByPressure[];
  /** Hosts of which nothing is known now: they take nothing new either, since nobody knows that they could. */
  readonly unknown: readonly UnknownHost[];
}

/** An entry of `filtered_due_to_pressure` of a refusal, by the names that the scheduler guide gives them. */
export interface FilteredByPressure {
  readonly node: string;
  readonly pool?: string;
  readonly conditions: readonly ConditionName[];
  readonly memory_pressure_since?: string;
  readonly system_disk_pressure_since?: string;
  readonly disk_pressure_since?: string;
}

export interface UnknownHost {
  readonly node: string;
  /** As part of a sentence: `it did not answer: …`. */
  readonly why: string;
}

/** Nothing is known to be under pressure: no `fleet watch` is asked. */
export const NO_PRESSURE: PressureState = { filtered: [], unknown: [] };

/**
 * What the state of a watch takes out of a placement.
 *
 * @param hosts those that the placement is about; what the state has of their other pools is from before, and nothing of theirs
 * @param nowMs the time at which it is judged
 */
export function pressureOf(
  state: WatchState,
  hosts: readonly { readonly name: string; readonly pools: readonly { readonly name: string }[] }[],
  settings: PressureSettings,
  nowMs: number,
): PressureState {
  const known = new Map(state.hosts.map((host) => [host.name, host]));
  const sorted = [...hosts].sort((a, b) => compareText(a.name, b.name));
  // Who looks for neither of a host's conditions excludes nobody for what they would be.
  const isLookedFor = settings.memory.enabled || settings.systemDisk.enabled;
  const filtered: FilteredByPressure[] = [];
  const unknown: UnknownHost[] = [];
  for (const { name: node, pools } of sorted) {
    const host = known.get(node);
    const why = isLookedFor ? whyUnknown(host, state.intervals.hosts, nowMs) : undefined;
    if (why !== undefined) unknown.push({ node, why });
    else if (host !== undefined) filtered.push(...nodeEntry(host, settings));
    const declared = new Set(pools.map((pool) => pool.name));
    filtered.push(
      ...(host?.pools ?? []).flatMap((pool) =>
        declared.has(pool.name) ? poolEntry(node, pool, settings) : [],
      ),
    );
  }
  return { filtered, unknown };
}

const NEVER = "fleet watch has not seen it";

function whyUnknown(host: WatchedHost | undefined, interval: number, nowMs: number): string | undefined {
  if (host === undefined) return NEVER;
  if (host.unreachable !== null) return `it did not answer: ${host.unreachable}`;
  return host.sampledAt === null ? NEVER : whyStale(host.sampledAt, interval, nowMs);
}

function nodeEntry(host: WatchedHost, settings: PressureSettings): FilteredByPressure[] {
  const memory = isSet(host.memory, settings.memory);
  const systemDisk = isSet(host.systemDisk, settings.systemDisk);
  if (!memory && !systemDisk) return [];
  return [
    {
      node: host.name,
      conditions: [
        ...(memory ? (["memory_pressure"] as const) : []),
        ...(systemDisk ? (["system_disk_pressure"] as const) : []),
      ],
      ...(memory && host.memory.since !== null ? { memory_pressure_since: host.memory.since } : {}),
      ...(systemDisk && host.systemDisk.since !== null
        ? { system_disk_pressure_since: host.systemDisk.since }
        : {}),
    },
  ];
}

/** A full pool stays out until a scan has seen it otherwise, however long that takes. */
function poolEntry(
  node: string,
  pool: WatchedHost["pools"][number],
  settings: PressureSettings,
): FilteredByPressure[] {
  if (!isSet(pool, settings.disk) || pool.since === null) return [];
  return [{ node, pool: pool.name, conditions: ["disk_pressure"], disk_pressure_since: pool.since }];
}

/** Look-ups in a pressure state, for a placement that asks about many hosts. */
export interface PressureFilter {
  /** What keeps the whole host out. */
  host(node: string): FilteredByPressure | UnknownHost | undefined;
  /** What keeps this pool of the host out; undefined also where the whole host is out for another reason. */
  pool(node: string, pool: string): FilteredByPressure | undefined;
}

export function pressureFilter({ filtered, unknown }: PressureState): PressureFilter {
  const hosts = new Map<string, FilteredByPressure | UnknownHost>(
    unknown.map((entry) => [entry.node, entry]),
  );
  const pools = new Map<string, FilteredByPressure>();
  for (const entry of filtered) {
    if (entry.pool === undefined) hosts.set(entry.node, entry);
    else pools.set(poolKey(entry.node, entry.pool), entry);
  }
  return {
    host: (node) => hosts.get(node),
    pool: (node, pool) => pools.get(poolKey(node, pool)),
  };
}

/** Neither name holds a slash. */
function poolKey(node: string, pool: string): string {
  return `${node}/${pool}`;
}

/** An entry as part of a sentence: `numa (memory_pressure, system_disk_pressure)`, `pool fast of numa (disk_pressure)`. */
export function describeFiltered({ node, pool, conditions }: FilteredByPressure): string {
  return `${pool === undefined ? node : `pool ${pool} of ${node}`} (${conditions.join(", ")})`;
}
