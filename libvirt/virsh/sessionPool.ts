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

export interface Command {
  readonly line: string;
  /** Names it in an error. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly isLong: boolean;
}

interface Waiting extends Command {
  readonly resolve: (output: string) => void;
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

  /** Runs a command as soon as a session is free for it; returns what it prints. */
  run(command: Command): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...command, resolve, reject });
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
    return [...this.#busy.values()].filter((command) => command.isLong).length;
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
      const [command] = this.#waiting.splice(at, 1);
      if (command) void this.#serve(session, command);
    }
    this.#grow();
  }

  /** The first command that may run now: with all long ones at work, short ones overtake. */
  #nextRunnable(): number {
    const mayBeLong = this.#longs < this.#settings.maxConcurrency;
    return this.#waiting.findIndex((command) => mayBeLong || !command.isLong);
  }

  #takeIdle(): Session | undefined {
    for (let session = this.#idle.shift(); session; session = this.#idle.shift()) {
      // A daemon that was restarted has ended it; nothing of ours was under way on it.
      if (!session.lost) return session;
    }
    return undefined;
  }

  async #serve(session: Session, command: Waiting): Promise<void> {
    this.#busy.set(session, command);
    try {
      command.resolve(await session.run(command.line, command.what, command.timeoutMs));
    } catch (failure) {
      command.reject(failure);
    } finally {
      this.#busy.delete(session);
      // The one that has been open longest goes first, so that what was opened for a burst stays idle after it.
      if (!session.lost) this.#idle.unshift(session);
      this.#dispatch();
    }
  }

  /** Opens as many sessions as could be used at once. A session at a short command is free in a moment. */
  #grow(): void {
    // Each connection to libvirt's test driver is a host of its own.
    if (this.#uri.startsWith("test:") && this.#busy.size > 0) return;
    if ([...this.#busy.values()].some((command) => !command.isLong)) return;
    if (this.#busy.size > 0 && Date.now() < this.#growsFrom) return;
    const long = this.#waiting.filter((command) => command.isLong).length;
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
    for (const command of this.#waiting.splice(0)) command.reject(failure);
  }
}
