/** One virsh process that is fed commands on standard input and answers them one after another. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { bare, commandError, connectionError, HostError, noAnswer, virshMissing } from "./hostError.ts";
import { guard, release } from "./reaper.ts";
import { sshCommand } from "./sshCommand.ts";

/** What virsh prints before it reads a command; the second is that of a read-only connection. */
const PROMPTS = ["virsh # ", "virsh > "] as const;
const PROMPT_LENGTH = 8;

/** Attempts to connect, where the first ones fail without a reason. */
const OPEN_ATTEMPTS = 3;

interface Waiting {
  readonly begin: string;
  readonly end: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: Error) => void;
  readonly timer: NodeJS.Timeout;
}

interface Answer {
  readonly output: string;
  readonly errors: string;
}

export interface SessionSettings {
  /** Milliseconds that connecting may take, with all its attempts. */
  readonly connectMs: number;
  /** Private folder for what virsh keeps. */
  readonly cacheDir: string;
  /** Ends the session, with its reason as the failure of a request under way. */
  readonly signal: AbortSignal;
}

/** virsh's own: it asks a connection that is silent so often, and so many times before it gives up. */
const ALIVE_MS = 5000;
const ALIVE_COUNT = 6;

export class Session {
  readonly #uri: string;
  readonly #child: ChildProcessWithoutNullStreams;
  #stdout = "";
  #stderr = "";
  #waiting: Waiting | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #lost: HostError | undefined;
  #serial = 0;
  readonly #settings: SessionSettings;
  readonly #abort = () => this.close(this.#settings.signal.reason);
  // Nothing that a host or a user writes can be taken for a mark.
  readonly #nonce = randomBytes(12).toString("hex");

  private constructor(uri: string, settings: SessionSettings, child: ChildProcessWithoutNullStreams) {
    this.#uri = uri;
    this.#settings = settings;
    this.#child = child;
    settings.signal.addEventListener("abort", this.#abort, { once: true });
    if (child.pid !== undefined) guard(child.pid);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stdout += chunk;
      this.#settle();
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stderr += chunk;
      this.#settle();
      // Between two requests virsh speaks of nothing but the end of its connection, and it would then make a new
      // one by itself, which might be to another daemon.
      if (!this.#waiting && /^error: /m.test(this.#stderr)) {
        this.#end(commandError(uri, "a request", this.#stderr));
        this.#kill();
      }
    });
    child.stdin.on("error", () => undefined);
    child.on("close", () => {
      if (child.pid !== undefined) release(child.pid);
      settings.signal.removeEventListener("abort", this.#abort);
      this.#end(commandError(uri, "a request", `connection closed; ${this.#stderr}`));
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      this.#end(
        error.code === "ENOENT"
          ? virshMissing()
          : new HostError("failed", `cannot run virsh: ${error.message}`),
      ),
    );
  }

  /**
   * Starts virsh and waits until it is connected. An ssh that ends before virsh has spoken takes its reason with it;
   * asked again, it mostly gets it out.
   */
  static async open(uri: string, settings: SessionSettings): Promise<Session> {
    settings.signal.throwIfAborted();
    const deadline = Date.now() + settings.connectMs;
    const ssh = await sshCommand(uri, settings);
    for (let attempt = 1; ; attempt++) {
      try {
        return await Session.#start(uri, ssh, settings, Math.max(1, deadline - Date.now()));
      } catch (failure) {
        const isVague = failure instanceof HostError && failure.code === "failed";
        if (!isVague || attempt === OPEN_ATTEMPTS || Date.now() >= deadline) throw failure;
      }
    }
  }

  static async #start(
    uri: string,
    ssh: Readonly<Record<string, string>>,
    settings: SessionSettings,
    timeoutMs: number,
  ): Promise<Session> {
    // virsh notices a dead connection by itself: it asks every 5 s and gives up after 6 unanswered questions.
    // A session of its own: no terminal that ssh could ask on, and Ctrl-C does not end a request half-way.
    // A host that may take long to connect may be silent for as long.
    const questions = Math.ceil(settings.connectMs / ALIVE_MS);
    const alive = questions > ALIVE_COUNT ? ["--keepalive-count", String(questions)] : [];
    const child = spawn("virsh", ["--quiet", ...alive, "--connect", withParameters(uri, ssh)], {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      // English messages are what errors are told apart by; a wide terminal keeps the line editor from folding.
      env: {
        ...process.env,
        LC_ALL: "C.UTF-8",
        LANGUAGE: "",
        TERM: "xterm",
        COLUMNS: "65000",
        ...cacheOf(uri, settings),
      },
    });
    const session = new Session(uri, settings, child);
    try {
      await session.run("uri", "connecting", timeoutMs);
    } catch (failure) {
      const words = session.#stderr || (failure instanceof Error ? failure.message : "");
      session.close();
      settings.signal.throwIfAborted();
      if (failure instanceof HostError && failure.code === "virsh-missing") throw failure;
      if (failure instanceof HostError && failure.code === "timeout") {
        throw noAnswer(uri, settings.connectMs, session.#stderr);
      }
      throw connectionError(uri, words);
    }
    return session;
  }

  /** The process, once it runs. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** Runs one command and returns what it prints. `what` names it in an error. */
  run(line: string, what: string, timeoutMs: number): Promise<string> {
    const answer = this.#queue.then(() => this.#ask(line, what, timeoutMs));
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  async #ask(line: string, what: string, timeoutMs: number): Promise<string> {
    if (this.#lost) throw this.#lost;
    this.#serial += 1;
    const mark = `${this.#nonce}${this.#serial}`;
    const { output, errors } = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        const seconds = Math.round(timeoutMs / 1000);
        const text = `${what} took longer than ${seconds} s, so the connection was given up. Look at libvirt's daemon on that host, and run the update again: it goes on from what it finds. The provider's commandTimeout sets how long a request may take`;
        this.#end(new HostError("timeout", `${bare(this.#uri)}: ${text}`));
        this.#kill();
      }, timeoutMs);
      this.#waiting = { begin: `B${mark}`, end: `E${mark}`, resolve, reject, timer };
      // virsh repeats what it reads; broken into two quoted parts, a mark is only whole where echo printed it.
      const split = (letter: string) => `echo '${letter}''${mark}'`;
      const closing = `${split("E")}; echo --err 'E''${mark}'`;
      this.#child.stdin.write(`${split("B")}; ${line}\n${closing}\n`);
    });
    if (/^error: /m.test(errors)) {
      const failure = commandError(this.#uri, what, errors);
      if (failure.code === "connection-lost") {
        this.#end(failure);
        this.#kill();
      }
      throw failure;
    }
    return output;
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    const outEnd = this.#stdout.indexOf(waiting.end);
    const errorEnd = this.#stderr.indexOf(waiting.end);
    if (outEnd < 0 || errorEnd < 0) return;
    const begin = this.#stdout.indexOf(waiting.begin);
    const output = begin < 0 ? "" : withoutEcho(this.#stdout.slice(begin + waiting.begin.length, outEnd));
    const errors = this.#stderr.slice(0, errorEnd).replace(/(^|\n)error: $/, "$1");
    this.#stdout = this.#stdout.slice(outEnd + waiting.end.length);
    this.#stderr = this.#stderr.slice(errorEnd + waiting.end.length);
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    waiting.resolve({ output, errors });
  }

  #end(failure: HostError): void {
    this.#lost ??= failure;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.reject(failure);
  }

  /** Ends virsh at once; a request under way fails with the reason. */
  close(reason?: HostError): void {
    this.#end(
      reason ??
        new HostError("connection-lost", `${bare(this.#uri)}: the provider has closed the connection`),
    );
    this.#kill();
  }

  /** virsh and the ssh that it has started. */
  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // They have ended by themselves just now.
    }
  }
}

/**
 * virsh keeps a history of commands in the user's cache, and ours are none of it. A daemon of the session takes its
 * environment, and so its own cache, from whoever starts it: there the user's stays.
 */
function cacheOf(uri: string, settings: SessionSettings): { XDG_CACHE_HOME?: string } {
  return /^[^:]+:\/\/\/session/.test(uri) ? {} : { XDG_CACHE_HOME: settings.cacheDir };
}

/** Cuts the prompt, and the command that virsh repeats after it, from the end of an answer. */
function withoutEcho(text: string): string {
  const at = Math.max(...PROMPTS.map((prompt) => text.lastIndexOf(prompt)));
  const rest = at < 0 ? undefined : text.slice(at + PROMPT_LENGTH).trimEnd();
  return rest === "" || rest?.startsWith("echo 'E''") ? text.slice(0, at) : text;
}

/** The URI with more parameters; what the user has set stays. */
function withParameters(uri: string, parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .filter(([name]) => !new RegExp(`[?&]${name}=`).test(uri))
    .reduce((out, [name, value]) => `${out}${out.includes("?") ? "&" : "?"}${name}=${value}`, uri);
}
