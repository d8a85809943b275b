/** The one connection of a provider: made when it is first needed, shared by all its resources. */
import { homedir } from "node:os";
import { join } from "node:path";
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
      uri: this.#uri,
      stateDir: this.#stateDir,
      timeout,
      urn,
      log,
    };
  }

  async #connect(): Promise<Host> {
    const { uri, commandTimeout } = this.#configuration;
    // During a preview the address of a host may come from a resource that does not exist yet.
    if (uri !== undefined && typeof uri !== "string") {
      throw new ProviderError(
        "the provider's uri is not known before the update runs; give it as plain text",
      );
    }
    this.#host ??= import("../virsh/host.ts").then(({ Host }) =>
      Host.connect(this.#uri, {
        timeoutMs: Number(commandTimeout ?? DEFAULT_COMMAND_SECONDS) * 1000,
        cacheDir: join(this.#stateDir, "cache"),
      }),
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
  }
}

function defaultStateDir(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "pulumi-libvirt");
}
