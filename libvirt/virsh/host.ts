/** A libvirt host, as resources see it: commands, definitions through private files, and look-ups by name or UUID. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProviderError } from "../provider/failure.ts";
import { serialise, type XmlElement } from "../xml/element.ts";
import { HostError } from "./hostError.ts";
import { command, isQuotable } from "./quote.ts";
import { Session, type SessionSettings } from "./session.ts";

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

export class Host {
  readonly uri: string;
  readonly #session: Session;
  readonly #settings: SessionSettings;
  /** Connections of transfers under way. */
  readonly #transfers = new Set<Session>();

  private constructor(uri: string, session: Session, settings: SessionSettings) {
    this.uri = uri;
    this.#session = session;
    this.#settings = settings;
  }

  /** Connects; throws a HostError that says what is in the way. */
  static async connect(uri: string, settings: SessionSettings): Promise<Host> {
    if (!isQuotable(uri)) throw new ProviderError("the connection URI holds a control character");
    return new Host(uri, await Session.open(uri, settings), settings);
  }

  get lost(): boolean {
    return this.#session.lost;
  }

  /** Runs a command; `what` names it in an error. */
  run(name: string, options: Options, what: string, timeoutMs = this.#settings.timeoutMs): Promise<string> {
    return this.#session.run(command(name, options), what, timeoutMs);
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

  /** Work on a connection of its own, so that a long transfer holds nobody up. */
  async apart<T>(work: (connection: Apart) => Promise<T>): Promise<T> {
    const session = await Session.open(this.uri, this.#settings);
    this.#transfers.add(session);
    try {
      return await work({
        pid: session.pid,
        run: (name, options, what, timeoutMs) => session.run(command(name, options), what, timeoutMs),
      });
    } finally {
      session.close();
      this.#transfers.delete(session);
    }
  }

  /** All domains, also those that are off. Names come out of the list, so none has to be handed in. */
  async domains(): Promise<Listed[]> {
    return listed(await this.run("list", { all: true, uuid: true, name: true }, "listing domains"));
  }

  async pools(): Promise<Listed[]> {
    return listed(await this.run("pool-list", { all: true, uuid: true, name: true }, "listing pools"));
  }

  async networks(): Promise<Listed[]> {
    // net-list shows a name or a UUID, not both.
    const names = await this.run("net-list", { all: true, name: true }, "listing networks");
    const uuids = await this.run("net-list", { all: true, uuid: true }, "listing networks");
    const byPosition = lines(uuids);
    return lines(names).map((name, index) => ({ name, uuid: (byPosition[index] ?? "").trim() }));
  }

  /** Ends the connection, and transfers under way: what they leave behind is noted as unfinished. */
  close(): void {
    this.#session.close();
    for (const transfer of this.#transfers) transfer.close();
  }
}

/** Hands work a file that holds a definition, and takes the file away. */
export async function withFile<T>(root: XmlElement, work: (file: string) => Promise<T>): Promise<T> {
  // A file of mode 0600 in a folder of mode 0700, as a definition can hold passwords.
  const folder = await mkdtemp(join(tmpdir(), "pulumi-libvirt-"));
  const file = join(folder, "definition.xml");
  try {
    await writeFile(file, serialise(root), { mode: 0o600, flag: "wx" });
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
