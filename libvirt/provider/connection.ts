/** The one connection of a provider: made when it is first needed, shared by all its resources. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { HostShell } from "../transport/shell.ts";
import type { Host } from "../virsh/host.ts";
import type { Log } from "./engineLog.ts";
import { ProviderError } from "./failure.ts";
import type { Context } from "./resource.ts";

export interface Configuration {
  readonly uri?: string;
  readonly commandTimeout?: number | string;
  readonly stateDir?: string;
}

const DEFAULT_URI = "qemu:///system";
const DEFAULT_COMMAND_SECONDS = 120;

export class Connection {
  #configuration: Configuration = {};
  #host: Promise<Host> | undefined;
  /** The same once it is there, as a process that ends cannot wait for a promise. */
  #open: Host | undefined;
  #shell: HostShell | undefined;

  configure(configuration: Configuration): void {
    this.close();
    this.#configuration = configuration;
  }

  get #uri(): string {
    return this.#configuration.uri ?? DEFAULT_URI;
  }

  get #stateDir(): string {
    return this.#configuration.stateDir ?? defaultStateDir();
  }

  context(urn: string, timeout: number | undefined, log: Log): Context {
    return {
      host: () => this.#connect(),
      shell: () => this.#openShell(),
      uri: this.#uri,
      stateDir: this.#stateDir,
      timeout,
      urn,
      log,
    };
  }

  get #timeoutMs(): number {
    return Number(this.#configuration.commandTimeout ?? DEFAULT_COMMAND_SECONDS) * 1000;
  }

  #requireKnownUri(): void {
    const { uri } = this.#configuration;
    // During a preview the address of a host may come from a resource that does not exist yet.
    if (uri === undefined || typeof uri === "string") return;
    throw new ProviderError("the provider's uri is not known before the update runs; give it as plain text");
  }

  /** Commands on the host itself, for what libvirt has no request for. */
  async #openShell(): Promise<HostShell> {
    this.#requireKnownUri();
    const { openShell } = await import("../transport/shell.ts");
    this.#shell ??= openShell(this.#uri, { timeoutMs: this.#timeoutMs });
    return this.#shell;
  }

  async #connect(): Promise<Host> {
    this.#requireKnownUri();
    this.#host ??= import("../virsh/host.ts").then(({ Host }) =>
      Host.connect(this.#uri, { timeoutMs: this.#timeoutMs, cacheDir: join(this.#stateDir, "cache") }),
    );
    try {
      const host = await this.#host;
      this.#open = host;
      if (!host.lost) return host;
    } catch (failure) {
      this.#host = undefined;
      throw failure;
    }
    // The next request tries anew, as the daemon may be back.
    this.#host = undefined;
    return this.#connect();
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#host = undefined;
    this.#shell?.close();
    this.#shell = undefined;
  }
}

function defaultStateDir(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "pulumi-libvirt");
}
