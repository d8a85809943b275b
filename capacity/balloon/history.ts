import type { Bytes } from "../../model/quantity.ts";

/**
 * What the controller remembers from one round to the next. It is kept in memory alone: after a start, and so after
 * a kill, the first round only looks.
 */
export interface History {
  readonly atMs: number;
  /** By UUID. */
  readonly guests: ReadonlyMap<string, GuestHistory>;
}

export interface GuestHistory {
  readonly current: Bytes;
  /** Of the last report that was dated; undefined: there was none. */
  readonly lastUpdate: number | undefined;
  /** When that report was first seen. */
  readonly reportedAtMs: number;
  /** Whether another report had been seen before it. */
  readonly hasReported: boolean;
  /** Whether it was known at a time from which on it has never been out of sight. */
  readonly isProven: boolean;
  readonly swapIn: number | undefined;
  readonly swapOut: number | undefined;
  /** Observations in a row in which it was idle. */
  readonly idle: number;
  /** What it was told to grow to and has not been seen at yet, and when: it may take that at any time. */
  readonly promised: { readonly bytes: Bytes; readonly atMs: number } | undefined;
}

/** The history once guests were told to grow. */
export function withPromises(
  history: History,
  told: readonly { readonly uuid: string; readonly target: Bytes }[],
): History {
  const guests = new Map(history.guests);
  for (const { uuid, target } of told) {
    const guest = guests.get(uuid);
    if (guest) guests.set(uuid, { ...guest, promised: { bytes: target, atMs: history.atMs } });
  }
  return { ...history, guests };
}
