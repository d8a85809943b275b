import { z } from "zod";

/**
 * What `fleet watch` knows of the hosts, as it keeps it in its file: plain JSON. Figures are those of the last
 * observation, null where it had none; counters and flags carry over from one observation to the next.
 */

export const WATCH_STATE_KIND = "numafleet/pressure";
export const WATCH_STATE_VERSION = 1;

const count = z.int().min(0);
const figure = count.nullable();
/** UTC, as `Date.prototype.toISOString` writes it. */
const instant = z.iso.datetime({ precision: 3 });
const name = z.string().min(1);

const watchedCondition = z.strictObject({
  /** Bytes, above zero: of nothing no part is free. */
  total: z.int().positive().nullable(),
  available: figure,
  /** Observations in a row below the threshold. */
  count,
  /** When the condition was set; null while it is not. */
  since: instant.nullable(),
});
export type WatchedCondition = z.output<typeof watchedCondition>;

const watchedPool = watchedCondition.extend({ name });
export type WatchedPool = z.output<typeof watchedPool>;

const watchedHost = z.strictObject({
  name,
  /** Why it could not be asked the last time; null if it could. */
  unreachable: z.string().nullable(),
  /** When it answered last; null: never. */
  sampledAt: instant.nullable(),
  /** How often it answered, and how often it did not. */
  samples: count,
  failures: count,
  memory: watchedCondition,
  systemDisk: watchedCondition,
  /** Why its pools could not be scanned the last time; null if they could, or nobody has tried. */
  scanFailure: z.string().nullable(),
  /** When its pools were scanned last; null: never. */
  scannedAt: instant.nullable(),
  pools: z.array(watchedPool),
});
export type WatchedHost = z.output<typeof watchedHost>;

export const watchState = z.strictObject({
  kind: z.literal(WATCH_STATE_KIND),
  version: z.literal(WATCH_STATE_VERSION),
  /** Seconds between two observations, which tell by when the next one is due. */
  intervals: z.strictObject({ hosts: z.number().positive(), pools: z.number().positive() }),
  /** How often the clock of the watching machine was set while it watched. */
  clockJumps: count,
  /** In the order of their names. */
  hosts: z
    .array(watchedHost)
    .refine((hosts) => new Set(hosts.map((host) => host.name)).size === hosts.length),
});
export type WatchState = z.output<typeof watchState>;
