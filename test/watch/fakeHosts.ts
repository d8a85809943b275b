import type { Observation } from "../../capacity/pressure/condition.ts";
import type { HostAnswer, PoolAnswer } from "../../capacity/pressure/watched.ts";
import type { Asking, Clock } from "../../watch/watcher.ts";

export const LOW: Observation = { total: 1000, available: 20 };
export const HIGH: Observation = { total: 1000, available: 500 };
export const START = Date.UTC(2026, 10, 21, 12);

/** A clock that goes on only when a test lets it; whoever sleeps is woken in the order of their times. */
export class FakeClock implements Clock {
  /** Offset of the wall clock, which a test may set. */
  setBackMs = 0;
  #steady = 1_000_000;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  wallMs(): number {
    return START + this.#steady - 1_000_000 - this.setBackMs;
  }

  steadyMs(): number {
    return this.#steady;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#sleepers.push({ at: this.#steady + ms, wake: resolve });
    });
  }

  /** Lets so many milliseconds pass, and all that is done in them happen. */
  async pass(ms: number): Promise<void> {
    const end = this.#steady + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#sleepers.shift();
      this.#steady = Math.max(this.#steady, next.at);
      next.wake();
    }
    this.#steady = end;
    await settle();
  }
}

/** All that follows from what has happened, without time passing. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Hosts that answer what a test says, and note when they were asked. */
export class FakeHosts {
  readonly asked: string[] = [];
  readonly #clock: Clock;
  readonly #answers: Readonly<Record<string, () => HostAnswer | Promise<HostAnswer>>>;
  readonly #pools: Readonly<Record<string, () => PoolAnswer | Promise<PoolAnswer>>>;

  constructor(
    clock: Clock,
    answers: Readonly<Record<string, () => HostAnswer | Promise<HostAnswer>>>,
    pools: Readonly<Record<string, () => PoolAnswer | Promise<PoolAnswer>>> = {},
  ) {
    this.#clock = clock;
    this.#answers = answers;
    this.#pools = pools;
  }

  asking(): Asking {
    const at = () => (this.#clock.wallMs() - START) / 1000;
    return {
      sample: async (uri) => {
        this.asked.push(`${at()} ${uri}`);
        return (this.#answers[uri] ?? (() => "no such host"))();
      },
      scan: async (uri, pools) => {
        this.asked.push(`${at()} ${uri}: ${pools.join()}`);
        return (this.#pools[uri] ?? (() => new Map()))();
      },
    };
  }
}
