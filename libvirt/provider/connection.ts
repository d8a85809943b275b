/** The one connection of a provider: made when it is first needed, shared by all its resources. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { HostShell } from "../transport/shell.ts";
import type { Host } from "../virsh/host.ts";
import { cancelled } from "../virsh/hostError.ts";
import { ObjectLocks } from "../virsh/objectLock.ts";
import type { Log } from "./engineLog.ts";
import { ProviderError } from "./failure.ts";
import type { Context } from "./resource.ts";

export interface Configuration {
  readonly uri?: string;
  readonly commandTimeout?: number | string;
  readonly connectTimeout?: number | string;
  readonly maxConcurrency?: number | string;
  readonly imageReserve?: number | string;
  readonly stateDir?: string;
}

const DEFAULT_URI = "qemu:///system";
const DEFAULT_COMMAND_SECONDS = 120;
const DEFAULT_CONNECT_SECONDS = 10;
const DEFAULT_CONCURRENCY = 4;

export class Connection {
  #configuration: Configuration = {};
  #host: Promise<Host> | undefined;
  #shell: HostShell | undefined;
  #ending = new AbortController();
  readonly #locks = new ObjectLocks();

  configure(configuration: Configuration): void {
    this.cancel();
    this.#configuration = configuration;
    this.#ending = new AbortController();
    this.#host = undefined;
    this.#shell = undefined;
  }

  /** Does the work while no other request is at the same object. */
  alone<T>(object: string, work: () => Promise<T>): Promise<T> {
    return this.#locks.hold(object, "exclusive", work);
  }

  get #uri(): string {
    return this.#configuration.uri ?? DEFAULT_URI;
  }

  get #stateDir(): string {
    return this.#configuration.stateDir ?? defaultStateDir();
  }

  context(urn: string, timeout: number | undefined, log: Log): Context {
    const { imageReserve } = this.#configuration;
    return {
      host: () => this.#connect(),
      shell: () => this.#openShell(),
      uri: this.#uri,
      stateDir: this.#stateDir,
      imageReserve: imageReserve === undefined ? undefined : Number(imageReserve),
      timeout,
      urn,
      signal: this.#ending.signal,
      log,
    };
  }

  #milliseconds(seconds: number | string | undefined, otherwise: number): number {
    return Number(seconds ?? otherwise) * 1000;
  }

  get #timeoutMs(): number {
    return this.#milliseconds(this.#configuration.commandTimeout, DEFAULT_COMMAND_SECONDS);
  }

  /** Throws where nothing can or may be begun on the host. */
  #requireReady(): void {
    const { uri } = this.#configuration;
    // During a preview the address of a host may come from a resource that does not exist yet.
    if (uri !== undefined && typeof uri !== "string") {
      throw new ProviderError(
        "the provider's uri is not known before the update runs; give it as plain text",
      );
    }
    this.#ending.signal.throwIfAborted();
  }

  /** Commands on the host itself, for what libvirt has no request for. */
  async #openShell(): Promise<HostShell> {
    this.#requireReady();
    const { openShell } = await import("../transport/shell.ts");
    this.#requireReady();
    this.#shell ??= openShell(this.#uri, { timeoutMs: this.#timeoutMs });
    return this.#shell;
  }

  async #connect(): Promise<Host> {
    this.#requireReady();
    const { connectTimeout, maxConcurrency } = this.#configuration;
    const { signal } = this.#ending;
    this.#host ??= import("../virsh/host.ts").then(({ Host }) =>
      Host.connect(this.#uri, {
        timeoutMs: this.#timeoutMs,
        connectMs: this.#milliseconds(connectTimeout, DEFAULT_CONNECT_SECONDS),
        maxConcurrency: Number(maxConcurrency ?? DEFAULT_CONCURRENCY),
        cacheDir: join(this.#stateDir, "cache"),
        signal,
      }),
    );
    const host = this.#host;
    try {
      return await host;
    } catch (failure) {
      // The next request tries anew, as the host may be back.
      if (this.#host === host) this.#host = undefined;
      throw failure;
    }
  }

  /** Ends everything that is under way, for good: whoever cancels wants nothing new begun either. */
  cancel(): void {
    this.#ending.abort(cancelled(this.#uri));
    this.#shell?.close();
  }
}

function defaultStateDir(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "pulumi-libvirt");
}
