/**
 * The connection to one host. One virsh process serves it; a command that takes long lets further ones be opened, so
 * that domains go in parallel and short questions never wait behind a start or an upload.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Session, type SessionSettings } from "./session.ts";

export interface PoolSettings extends SessionSettings {
  /** Long commands at the same time. */
  readonly maxConcurrency: number;
}

interface Waiting {
  readonly isLong: boolean;
  /** Never fails: whoever waits for the work is told its failure. */
  readonly serve: (session: Session) => Promise<void>;
  readonly reject: (failure: unknown) => void;
}

/** Milliseconds without another attempt after a host has refused a further connection. */
const GROWTH_PAUSE_MS = 5000;

export class SessionPool {
  readonly #uri: string;
  readonly #settings: PoolSettings;
  readonly #idle: Session[] = [];
  /** What each busy session is at. */
  readonly #busy = new Map<Session, Waiting>();
  readonly #waiting: Waiting[] = [];
  #opening = 0;
  #growsFrom = 0;

  /** The signal of the settings ends every session, every command under way and every wait. */
  constructor(uri: string, settings: PoolSettings, first: Session) {
    this.#uri = uri;
    this.#settings = settings;
    this.#idle.push(first);
    settings.signal.addEventListener("abort", () => this.#dispatch(), { once: true });
  }

  /** Does the work with a session that it has for itself, as soon as one is free for it. */
  hold<T>(isLong: boolean, work: (session: Session) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const serve = (session: Session) => work(session).then(resolve, reject);
      this.#waiting.push({ isLong, serve, reject });
      this.#dispatch();
    });
  }

  /** Waits, unless the connection is closed meanwhile. */
  async pause(milliseconds: number): Promise<void> {
    const { signal } = this.#settings;
    await sleep(milliseconds, undefined, { signal }).catch((failure: unknown) => {
      throw signal.aborted ? signal.reason : failure;
    });
  }

  get #longs(): number {
    return [...this.#busy.values()].filter((request) => request.isLong).length;
  }

  #dispatch(): void {
    if (this.#settings.signal.aborted) {
      this.#rejectAll(this.#settings.signal.reason);
      return;
    }
    for (;;) {
      const at = this.#nextRunnable();
      const session = at < 0 ? undefined : this.#takeIdle();
      if (!session) break;
      const [request] = this.#waiting.splice(at, 1);
      if (request) void this.#serve(session, request);
    }
    this.#grow();
  }

  /** The first command that may run now: with all long ones at work, short ones overtake. */
  #nextRunnable(): number {
    const mayBeLong = this.#longs < this.#settings.maxConcurrency;
    return this.#waiting.findIndex((request) => mayBeLong || !request.isLong);
  }

  #takeIdle(): Session | undefined {
    for (let session = this.#idle.shift(); session; session = this.#idle.shift()) {
      // A daemon that was restarted has ended it; nothing of ours was under way on it.
      if (!session.lost) return session;
    }
    return undefined;
  }

  async #serve(session: Session, request: Waiting): Promise<void> {
    this.#busy.set(session, request);
    await request.serve(session);
    this.#busy.delete(session);
    // The one that was used last goes first, so that what was opened for a burst stays idle after it.
    if (!session.lost) this.#idle.unshift(session);
    this.#dispatch();
  }

  /** Opens as many sessions as could be used at once. A session at a short command is free in a moment. */
  #grow(): void {
    // Each connection to libvirt's test driver is a host of its own.
    if (this.#uri.startsWith("test:") && this.#busy.size > 0) return;
    if ([...this.#busy.values()].some((request) => !request.isLong)) return;
    if (this.#busy.size > 0 && Date.now() < this.#growsFrom) return;
    const long = this.#waiting.filter((request) => request.isLong).length;
    const room = this.#settings.maxConcurrency - this.#longs;
    // However many short ones wait, one session is enough for them.
    const wanted = Math.min(long, room) + Math.min(this.#waiting.length - long, 1);
    while (this.#opening < wanted) {
      this.#opening += 1;
      void this.#open();
    }
  }

  async #open(): Promise<void> {
    try {
      const session = await Session.open(this.#uri, this.#settings);
      this.#opening -= 1;
      this.#idle.push(session);
    } catch (failure) {
      this.#opening -= 1;
      this.#growsFrom = Date.now() + GROWTH_PAUSE_MS;
      // What there is goes on; without any session nobody would ever be served.
      if (this.#busy.size + this.#idle.length + this.#opening === 0) this.#rejectAll(failure);
    }
    this.#dispatch();
  }

  #rejectAll(failure: unknown): void {
    for (const request of this.#waiting.splice(0)) request.reject(failure);
  }
}
