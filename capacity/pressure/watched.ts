import { compareText } from "../../model/finding.ts";
import type { WatchedCondition, WatchedHost, WatchedPool } from "../../model/watchState.ts";
import {
  CLEAR,
  type ConditionSettings,
  isUsable,
  type Observation,
  observe,
  type PressureSettings,
} from "./condition.ts";
import { decided, type ObservedRange } from "./range.ts";

/** What one more sample of a host, or one more scan of its pools, makes of what was known of it. */

export type ConditionName = "memory_pressure" | "system_disk_pressure" | "disk_pressure";

/** A condition that was set or cleared by an observation. */
export interface PressureEvent {
  readonly kind: "set" | "cleared";
  readonly node: string;
  /** Of a condition of a pool. */
  readonly pool?: string;
  readonly condition: ConditionName;
  readonly observation: Observation;
  readonly settings: ConditionSettings;
}

/** An answer of a host; a text instead is why there is none. */
export type HostAnswer =
  | { readonly memory: Observation | ObservedRange; readonly systemDisk: Observation }
  | string;

/** An answer about pools; a pool that is asked about and not in it could not be observed. */
export type PoolAnswer = ReadonlyMap<string, Observation> | string;

export interface Watched {
  readonly host: WatchedHost;
  readonly events: readonly PressureEvent[];
}

const UNOBSERVED: WatchedCondition = { total: null, available: null, ...CLEAR };

/** A host of which nothing is known yet. */
export function unwatched(name: string): WatchedHost {
  return {
    name,
    unreachable: null,
    sampledAt: null,
    samples: 0,
    failures: 0,
    memory: UNOBSERVED,
    systemDisk: UNOBSERVED,
    scanFailure: null,
    scannedAt: null,
    pools: [],
  };
}

/** A host that does not answer keeps its flags and counters: nothing was observed. */
export function withSample(
  host: WatchedHost,
  answer: HostAnswer,
  settings: PressureSettings,
  at: string,
): Watched {
  if (typeof answer === "string") {
    return { host: { ...host, unreachable: answer, failures: host.failures + 1 }, events: [] };
  }
  const observed =
    "atMost" in answer.memory ? decided(answer.memory, settings.memory.thresholdPercent) : answer.memory;
  const memory = step(host.memory, observed, settings.memory, at);
  const systemDisk = step(host.systemDisk, answer.systemDisk, settings.systemDisk, at);
  const node = host.name;
  return {
    host: {
      ...host,
      unreachable: null,
      sampledAt: at,
      samples: host.samples + 1,
      memory: memory.condition,
      systemDisk: systemDisk.condition,
    },
    events: [
      ...eventOf(memory, { node, condition: "memory_pressure", settings: settings.memory }),
      ...eventOf(systemDisk, { node, condition: "system_disk_pressure", settings: settings.systemDisk }),
    ],
  };
}

/**
 * Only a scan that came to its end observes anything.
 *
 * @param pools the pools that are declared; others that are known from before stay as they are
 */
export function withScan(
  host: WatchedHost,
  pools: readonly string[],
  answer: PoolAnswer,
  settings: PressureSettings,
  at: string,
): Watched {
  if (typeof answer === "string") return { host: { ...host, scanFailure: answer }, events: [] };
  const known = new Map(host.pools.map((pool) => [pool.name, pool]));
  const events: PressureEvent[] = [];
  for (const name of pools) {
    const observation = answer.get(name) ?? { total: null, available: null };
    const stepped = step(known.get(name) ?? UNOBSERVED, observation, settings.disk, at);
    known.set(name, { ...stepped.condition, name });
    events.push(
      ...eventOf(stepped, {
        node: host.name,
        pool: name,
        condition: "disk_pressure",
        settings: settings.disk,
      }),
    );
  }
  const sorted: WatchedPool[] = [...known.values()].sort((a, b) => compareText(a.name, b.name));
  return { host: { ...host, scanFailure: null, scannedAt: at, pools: sorted }, events };
}

interface Stepped {
  readonly condition: WatchedCondition;
  readonly transition: ReturnType<typeof observe>["transition"];
}

function step(
  { count, since }: WatchedCondition,
  observation: Observation,
  settings: ConditionSettings,
  at: string,
): Stepped {
  const { state, transition } = observe({ count, since }, observation, settings, at);
  // Figures that cannot be true are not kept either: the file would hold what no reader takes.
  const { total, available } = isUsable(observation) ? observation : { total: null, available: null };
  return { condition: { total, available, count: state.count, since: state.since }, transition };
}

function eventOf(
  { condition: { total, available }, transition }: Stepped,
  rest: Omit<PressureEvent, "kind" | "observation">,
): PressureEvent[] {
  return transition === "set" || transition === "cleared"
    ? [{ kind: transition, observation: { total, available }, ...rest }]
    : [];
}
