/** A libvirt host, as resources see it: commands, definitions through private files, and look-ups by name or UUID. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ProviderError } from "../provider/failure.ts";
import { serialise, type XmlElement } from "../xml/element.ts";
import { isLong, poolLock } from "./commandKind.ts";
import { bare, HostError } from "./hostError.ts";
import { ObjectLocks } from "./objectLock.ts";
import { inPrivateFolder, removeAbandoned } from "./privateFolder.ts";
import { command, isQuotable } from "./quote.ts";
import { Session } from "./session.ts";
import { type PoolSettings, SessionPool } from "./sessionPool.ts";

export type Options = Readonly<Record<string, string | number | true | undefined>>;

/** A domain, pool or network as a list shows it. */
export interface Listed {
  readonly uuid: string;
  readonly name: string;
}

/** A connection for one transfer. */
export interface Apart {
  /** Process that does the work. */
  readonly pid: number | undefined;
  run(name: string, options: Options, what: string, timeoutMs: number): Promise<string>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Attempts to list what changes while it is listed. */
const LIST_ATTEMPTS = 20;

export interface HostSettings extends Omit<PoolSettings, "signal"> {
  /** Milliseconds that one request may take where it says nothing else. */
  readonly timeoutMs: number;
  /** Ends everything that is under way, with its reason as the failure. */
  readonly signal?: AbortSignal;
}

export class Host {
  readonly uri: string;
  readonly #sessions: SessionPool;
  readonly #timeoutMs: number;
  readonly #ending: AbortController;
  readonly #locks = new ObjectLocks();

  private constructor(uri: string, sessions: SessionPool, timeoutMs: number, ending: AbortController) {
    this.uri = uri;
    this.#sessions = sessions;
    this.#timeoutMs = timeoutMs;
    this.#ending = ending;
  }

  /** Connects; throws a HostError that says what is in the way. */
  static async connect(uri: string, settings: HostSettings): Promise<Host> {
    if (!isQuotable(uri)) throw new ProviderError("the connection URI holds a control character");
    const ending = new AbortController();
    const signal = settings.signal ? AbortSignal.any([settings.signal, ending.signal]) : ending.signal;
    const all = { ...settings, signal };
    const [first] = await Promise.all([Session.open(uri, all), removeAbandoned()]);
    return new Host(uri, new SessionPool(uri, all, first), settings.timeoutMs, ending);
  }

  /** Runs a command; `what` names it in an error. */
  async run(name: string, options: Options, what: string, timeoutMs = this.#timeoutMs): Promise<string> {
    const line = command(name, options);
    return this.#locked(name, options, () =>
      this.#sessions.hold(isLong(name), (session) => session.run(line, what, timeoutMs)),
    );
  }

  /** Asks when the pool that the command is about can be had for it. */
  async #locked(name: string, options: Options, ask: () => Promise<string>): Promise<string> {
    const mode = options.pool === undefined ? undefined : poolLock(name);
    if (!mode) return ask();
    return this.#locks.hold(await this.#poolName(String(options.pool)), mode, ask);
  }

  /** A pool is held by its name, by whichever of its names it is called. */
  async #poolName(pool: string): Promise<string> {
    if (!UUID.test(pool)) return pool;
    return (await this.tryRun("pool-name", { pool }, "reading a pool"))?.trim() || pool;
  }

  /** Waits before something is asked for again; ends at once when the update is cancelled. */
  pause(milliseconds: number): Promise<void> {
    return this.#sessions.pause(milliseconds);
  }

  /** The same, with undefined instead of an error when the thing does not exist. */
  async tryRun(name: string, options: Options, what: string): Promise<string | undefined> {
    try {
      return await this.run(name, options, what);
    } catch (failure) {
      if (failure instanceof HostError && failure.code === "not-found") return undefined;
      throw failure;
    }
  }

  /** Runs a command with a definition as its file. */
  withDefinition(name: string, root: XmlElement, options: Options, what: string): Promise<string> {
    return withFile(root, (file) => this.run(name, { ...options, file }, what));
  }

  /**
   * A transfer, on a connection that it has for itself, so that it holds nobody up. It waits for no pool: who has a
   * connection and waits for a pool, and who has the pool and waits for a connection, would wait for each other.
   */
  apart<T>(work: (connection: Apart) => Promise<T>): Promise<T> {
    return this.#sessions.hold(true, (session) =>
      work({
        pid: session.pid,
        run: (name, options, what, timeoutMs) => session.run(command(name, options), what, timeoutMs),
      }),
    );
  }

  /** All domains, also those that are off. Names come out of the list, so none has to be handed in. */
  async domains(): Promise<Listed[]> {
    return listed(await this.run("list", { all: true, uuid: true, name: true }, "listing domains"));
  }

  async pools(): Promise<Listed[]> {
    // A pool that is undefined while virsh goes through its list makes the whole list fail.
    for (let attempt = 1; ; attempt++) {
      try {
        return listed(await this.run("pool-list", { all: true, uuid: true, name: true }, "listing pools"));
      } catch (failure) {
        const isVanished = failure instanceof HostError && /retrieve pool information/i.test(failure.message);
        if (!isVanished || attempt === LIST_ATTEMPTS) throw failure;
      }
    }
  }

  async networks(): Promise<Listed[]> {
    // net-list shows names or UUIDs, not both: they belong together if no network has come or gone in between.
    const names = () => this.run("net-list", { all: true, name: true }, "listing networks");
    let before = await names();
    for (let attempt = 1; ; attempt++) {
      const uuids = lines(await this.run("net-list", { all: true, uuid: true }, "listing networks"));
      const after = await names();
      if (after === before) {
        return lines(after).map((name, index) => ({ name, uuid: (uuids[index] ?? "").trim() }));
      }
      if (attempt === LIST_ATTEMPTS) {
        throw new HostError("failed", `${bare(this.uri)}: the list of networks changes all the time`);
      }
      before = after;
    }
  }

  /** Ends the connection with all that is under way; what that leaves behind is noted as unfinished. */
  close(): void {
    const text = `${bare(this.uri)}: the provider has closed the connection`;
    this.#ending.abort(new HostError("connection-lost", text));
  }
}

/** Hands work a file that holds a definition, and takes the file away. */
export function withFile<T>(root: XmlElement, work: (file: string) => Promise<T>): Promise<T> {
  return inPrivateFolder(async (folder) => {
    const file = join(folder, "definition.xml");
    await writeFile(file, serialise(root), { mode: 0o600, flag: "wx" });
    return work(file);
  });
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "");
}

function listed(text: string): Listed[] {
  return lines(text).map((line) => ({
    uuid: line.trimStart().slice(0, 36),
    name: line.trimStart().slice(36).trim(),
  }));
}

/** The entry with a name or, failing that, with a UUID. */
export function named(entries: readonly Listed[], nameOrUuid: string): Listed | undefined {
  return (
    entries.find((entry) => entry.name === nameOrUuid) ??
    (UUID.test(nameOrUuid) ? entries.find((entry) => entry.uuid === nameOrUuid.toLowerCase()) : undefined)
  );
}
