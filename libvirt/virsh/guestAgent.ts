/** Files of a guest, through QEMU's guest agent. */
import { ProviderError } from "../provider/failure.ts";
import type { Host } from "./host.ts";
import { HostError } from "./hostError.ts";

export type GuestTrouble =
  /** The VM does not run. */
  | "off"
  /** Its definition has no channel to an agent. */
  | "no-channel"
  /** No agent answers in the guest. */
  | "no-agent"
  /** The agent does not do what it is asked, by its own configuration. */
  | "forbidden"
  /** There is no such file. */
  | "no-file";

/** A guest that cannot be asked now; nothing was changed in it. */
export class GuestError extends ProviderError {
  override readonly name: string = "GuestError";
  readonly trouble: GuestTrouble;
  constructor(trouble: GuestTrouble, message: string) {
    super(message);
    this.trouble = trouble;
  }
}

/** By the words of libvirt 9 and of QEMU's agent from 2.12 to 10. */
const TROUBLES: readonly (readonly [GuestTrouble, RegExp])[] = [
  ["off", /domain is not running/i],
  ["no-channel", /agent is not configured/i],
  ["no-agent", /agent is not (connected|responding|available)|agent not available|agent disappeared/i],
  [
    "forbidden",
    /command guest-file-\w+ has (been disabled|not been found)|guest-file-\w+ has been disabled|not allowed/i,
  ],
  ["no-file", /No such file or directory/i],
];

/** Bytes that one message carries; in base64 they stay well below what virsh and the agent take. */
const CHUNK_BYTES = 48 * 1024;
/** Seconds that the agent has for one answer. */
const PATIENCE_SECONDS = 10;

type Commands = Pick<Host, "run">;

/** The agent of one VM. */
export class GuestAgent {
  readonly #host: Commands;
  readonly #domain: string;

  /** @param domain UUID or name */
  constructor(host: Commands, domain: string) {
    this.#host = host;
    this.#domain = domain;
  }

  /**
   * The content of a file, up to one byte more than the limit.
   * @throws GuestError when the guest cannot be asked, or has no such file
   */
  async read(path: string, limit: number): Promise<Buffer> {
    const handle = await this.#open(path, "r");
    try {
      const parts: Buffer[] = [];
      let size = 0;
      for (;;) {
        const count = Math.min(CHUNK_BYTES, limit + 1 - size);
        if (count <= 0) break;
        const answer = await this.#ask("guest-file-read", { handle, count });
        const { "buf-b64": data = "", eof } = answer as { "buf-b64"?: string; eof?: boolean };
        const part = Buffer.from(data, "base64");
        parts.push(part);
        size += part.length;
        if (eof === true || part.length === 0) break;
      }
      return Buffer.concat(parts);
    } finally {
      await this.#close(handle);
    }
  }

  /**
   * Gives a file that is there another content; owner and mode stay. The agent would make a new file readable and
   * writable by everybody, so the caller has to have read it before.
   */
  async overwrite(path: string, content: Buffer): Promise<void> {
    const handle = await this.#open(path, "w");
    try {
      for (let start = 0; start < content.length; ) {
        const part = content.subarray(start, start + CHUNK_BYTES);
        const answer = await this.#ask("guest-file-write", { handle, "buf-b64": part.toString("base64") });
        const written = Number((answer as { count?: number }).count ?? 0);
        if (written <= 0)
          throw new ProviderError(`the guest takes no more bytes of ${path}; its disk is full`);
        start += written;
      }
      await this.#ask("guest-file-flush", { handle });
    } finally {
      await this.#close(handle);
    }
  }

  async #open(path: string, mode: "r" | "w"): Promise<number> {
    return Number(await this.#ask("guest-file-open", { path, mode }));
  }

  /** A handle that stays open costs the guest little; it is no reason to fail. */
  async #close(handle: number): Promise<void> {
    await this.#ask("guest-file-close", { handle }).catch(() => undefined);
  }

  async #ask(execute: string, args: object): Promise<unknown> {
    const options = {
      domain: this.#domain,
      timeout: PATIENCE_SECONDS,
      cmd: JSON.stringify({ execute, arguments: args }),
    };
    let text: string;
    try {
      text = await this.#host.run("qemu-agent-command", options, "asking the guest agent");
    } catch (failure) {
      throw troubleOf(failure);
    }
    return (JSON.parse(text) as { return: unknown }).return;
  }
}

function troubleOf(failure: unknown): unknown {
  if (!(failure instanceof HostError) || failure.code === "connection-lost") return failure;
  const trouble = TROUBLES.find(([, words]) => words.test(failure.message))?.[0];
  return trouble === undefined ? failure : new GuestError(trouble, failure.message);
}
