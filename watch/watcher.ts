/**
 * Hosts watched side by side: each has a loop for itself and one for its pools, so that one that hangs holds up nobody
 * but itself. What was seen is kept by whoever saves it.
 */
import type { PressureSettings } from "../capacity/pressure/condition.ts";
import { asOf } from "../capacity/pressure/stale.ts";
import type { WatchTarget } from "../capacity/pressure/view.ts";
import {
  type HostAnswer,
  type PoolAnswer,
  type PressureEvent,
  unwatched,
  type Watched,
  withSample,
  withScan,
} from "../capacity/pressure/watched.ts";
import { compareText } from "../model/finding.ts";
import {
  WATCH_STATE_KIND,
  WATCH_STATE_VERSION,
  type WatchedHost,
  type WatchState,
} from "../model/watchState.ts";

export interface WatchedTarget extends WatchTarget {
  readonly uri: string;
}

/**
 * Asks a host; an answer that is a text says why there is none. Neither throws for a host's sake, and both end when the
 * signal does.
 */
export interface Asking {
  sample(uri: string, signal: AbortSignal): Promise<HostAnswer>;
  scan(uri: string, pools: readonly string[], signal: AbortSignal): Promise<PoolAnswer>;
}

export interface Clock {
  /** The machine's time; it can be set, forwards and backwards. */
  wallMs(): number;
  /** Time that only ever goes on. */
  steadyMs(): number;
  /** Ends early if the signal does; never fails. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Listener {
  /** Something new is known. */
  onChange(): void;
  onEvent(event: PressureEvent): void;
  /** The clock was set by so many milliseconds; forwards is above zero. */
  onClockJump(byMs: number): void;
}

/** In seconds. */
export type Intervals = WatchState["intervals"];

/** Two clocks that are both right differ by less between two observations. */
const JUMP_MS = 5000;
/** Hosts beyond so many begin a moment later, so that not all of them are connected to at once. */
const HOSTS_AT_ONCE = 32;
const STAGGER_MS = 250;

export class Watcher {
  readonly #targets: readonly WatchedTarget[];
  readonly #settings: PressureSettings;
  readonly #intervals: Intervals;
  readonly #asking: Asking;
  readonly #clock: Clock;
  readonly #listener: Listener;
  /** Hosts that are no longer declared stay in it. */
  readonly #hosts: Map<string, WatchedHost>;
  #clockJumps: number;
  #seen: { readonly wallMs: number; readonly steadyMs: number };

  constructor(
    given: {
      readonly targets: readonly WatchedTarget[];
      readonly settings: PressureSettings;
      readonly intervals: Intervals;
      readonly before: WatchState | undefined;
    },
    asking: Asking,
    clock: Clock,
    listener: Listener,
  ) {
    this.#targets = given.targets;
    this.#settings = given.settings;
    this.#intervals = given.intervals;
    this.#asking = asking;
    this.#clock = clock;
    this.#listener = listener;
    this.#seen = this.#now();
    const before = given.before;
    this.#hosts = new Map(before?.hosts.map((host) => [host.name, host]));
    // What was seen before it was ended, long ago, is not shown as if it were so now.
    const names = new Set(given.targets.map(({ name }) => name));
    for (const host of before ? asOf(before, this.#seen.wallMs).hosts : [])
      if (names.has(host.name)) this.#hosts.set(host.name, host);
    this.#clockJumps = before?.clockJumps ?? 0;
  }

  state(): WatchState {
    return {
      kind: WATCH_STATE_KIND,
      version: WATCH_STATE_VERSION,
      intervals: this.#intervals,
      clockJumps: this.#clockJumps,
      hosts: [...this.#hosts.values()].sort((a, b) => compareText(a.name, b.name)),
    };
  }

  /** One sample and one scan of each host. */
  async once(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#targets.map(async (target, i) => {
        await this.#clock.sleep(delayOf(i), signal);
        if (signal.aborted) return;
        await Promise.all([this.#sample(target, signal), this.#scan(target, signal)]);
      }),
    );
  }

  /** Goes on until the signal ends it; what is under way then counts no more. */
  async run(signal: AbortSignal): Promise<void> {
    const { hosts, pools } = this.#intervals;
    await Promise.all(
      this.#targets.flatMap((target, i) => [
        // Samples and scans are observations, and flags count them: a watcher that is started again, and again, waits
        // for the next ones that are due.
        this.#repeat(Math.max(delayOf(i), this.#untilSample(target)), signal, async () => {
          await this.#sample(target, signal);
          return hosts;
        }),
        this.#repeat(Math.max(delayOf(i), this.#untilScan(target)), signal, async () =>
          // One that failed observed nothing, and is tried again soon.
          (await this.#scan(target, signal)) ? pools : Math.min(hosts, pools),
        ),
      ]),
    );
  }

  /** @param task tells after how many seconds it is due again, counted from when it was due */
  async #repeat(delayMs: number, signal: AbortSignal, task: () => Promise<number>): Promise<void> {
    let due = this.#clock.steadyMs() + delayMs;
    while (!signal.aborted) {
      await this.#clock.sleep(Math.max(0, due - this.#clock.steadyMs()), signal);
      if (signal.aborted) return;
      const seconds = await task();
      // What took longer than the interval is begun again at once, and nothing is made up for.
      due = Math.max(due + seconds * 1000, this.#clock.steadyMs());
    }
  }

  #untilSample({ name }: WatchedTarget): number {
    const host = this.#hosts.get(name);
    // One that did not answer observed nothing.
    return host === undefined || host.unreachable !== null ? 0 : this.#until(host.sampledAt, "hosts");
  }

  #untilScan({ name, pools }: WatchedTarget): number {
    const host = this.#hosts.get(name);
    const known = new Set(host?.pools.map((pool) => pool.name));
    // One that was declared since has never been seen.
    return host === undefined || !pools.every((pool) => known.has(pool))
      ? 0
      : this.#until(host.scannedAt, "pools");
  }

  #until(last: string | null, of: keyof Intervals): number {
    if (last === null) return 0;
    const ageMs = this.#clock.wallMs() - Date.parse(last);
    return ageMs < 0 ? 0 : Math.max(0, this.#intervals[of] * 1000 - ageMs);
  }

  async #sample({ name, uri }: WatchedTarget, signal: AbortSignal): Promise<void> {
    const answer = await this.#asking.sample(uri, signal);
    if (!signal.aborted) this.#take(name, (host, at) => withSample(host, answer, this.#settings, at));
  }

  /** Whether it came to its end. */
  async #scan({ name, uri, pools }: WatchedTarget, signal: AbortSignal): Promise<boolean> {
    if (pools.length === 0) return true;
    const answer = await this.#asking.scan(uri, pools, signal);
    if (!signal.aborted) this.#take(name, (host, at) => withScan(host, pools, answer, this.#settings, at));
    return typeof answer !== "string";
  }

  #take(name: string, step: (host: WatchedHost, at: string) => Watched): void {
    const before = this.#hosts.get(name) ?? unwatched(name);
    const { host, events } = step(before, new Date(this.#wallMs()).toISOString());
    this.#hosts.set(name, host);
    for (const event of events) this.#listener.onEvent(event);
    this.#listener.onChange();
  }

  /** The time, which nothing is measured by: flags count observations. That it was set is told. */
  #wallMs(): number {
    const now = this.#now();
    const byMs = now.wallMs - this.#seen.wallMs - (now.steadyMs - this.#seen.steadyMs);
    this.#seen = now;
    if (Math.abs(byMs) > JUMP_MS) {
      this.#clockJumps += 1;
      this.#listener.onClockJump(byMs);
    }
    return now.wallMs;
  }

  #now(): { readonly wallMs: number; readonly steadyMs: number } {
    return { wallMs: this.#clock.wallMs(), steadyMs: this.#clock.steadyMs() };
  }
}

function delayOf(index: number): number {
  return Math.floor(index / HOSTS_AT_ONCE) * STAGGER_MS;
}
