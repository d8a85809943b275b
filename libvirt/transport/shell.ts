/** Constant shell scripts on the host of a libvirt connection. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { bare, connectionError, essence, HostError, type HostErrorCode } from "../virsh/hostError.ts";
import { localArguments, type Privilege, remoteCommand, standardInput } from "./bootstrap.ts";
import { READ_FILES, type ReadFiles, readFilesAnswer, requirePatterns } from "./files.ts";
import { type Target, targetOf } from "./target.ts";

export interface ShellSettings {
  /** Milliseconds that one script may take where it says nothing else. */
  readonly timeoutMs: number;
  /** Bytes that a script may print. Default: 16 MiB. */
  readonly outputLimit?: number;
}

export interface RunOptions {
  /** Names the script in an error, such as "reading the governors". */
  readonly what: string;
  /** Texts that the script reads with `field NAME`, in this order. They are not seen outside of the script. */
  readonly fields?: readonly string[];
  /** Default: root. */
  readonly as?: Privilege;
  readonly timeoutMs?: number;
}

const OUTPUT_LIMIT = 16 * 1024 ** 2;

/** Kinds of errors on the way that libvirt's connection has in the same words. */
const SSH_CODES: ReadonlySet<HostErrorCode> = new Set([
  "name-unresolved",
  "refused",
  "timeout",
  "host-key-unknown",
  "host-key-changed",
  "authentication",
]);

/** A script that ran and ended with a code other than 0; `words` is what it wrote on standard error. */
export class ScriptError extends HostError {
  override readonly name: string = "ScriptError";
  readonly exitCode: number;
  readonly words: string;
  constructor(message: string, exitCode: number, words: string) {
    super("failed", message);
    this.exitCode = exitCode;
    this.words = words;
  }
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

export class HostShell {
  readonly uri: string;
  readonly #target: Target;
  readonly #settings: ShellSettings;
  readonly #running = new Set<ChildProcessWithoutNullStreams>();
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(uri: string, settings: ShellSettings) {
    this.uri = uri;
    this.#target = targetOf(uri);
    this.#settings = settings;
  }

  /**
   * Runs a script of POSIX sh, one after another, and returns what it prints. The script is a constant: whatever comes
   * from a user goes in as a field. It starts with `set -eu`; `$mark` is a text that nobody can guess.
   * @throws ScriptError if it ends with a code other than 0, another HostError if it did not run to its end
   */
  run(script: string, options: RunOptions): Promise<string> {
    const answer = this.#queue.then(() => this.#run(script, options));
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  /**
   * The content of files, by path. A pattern is a constant and may hold `*`, `?` and `[…]`; one that fits nothing
   * adds nothing, and neither does a file that is gone by the time it is read.
   */
  async readFiles(patterns: readonly string[], options: RunOptions): Promise<ReadFiles> {
    requirePatterns(patterns);
    const fields = [String(patterns.length), ...patterns];
    return readFilesAnswer(await this.run(READ_FILES, { ...options, fields }));
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed = true;
    for (const child of this.#running) end(child);
  }

  async #run(script: string, options: RunOptions): Promise<string> {
    if (this.#closed) throw this.#closedHere();
    const mark = randomBytes(12).toString("hex");
    const { stdout, stderr } = await this.#spawn(mark, script, options);
    if (this.#closed) throw this.#closedHere();
    const begin = stdout.indexOf(`${mark}\n`);
    const finish = new RegExp(`\\n${mark} (\\d+)\\n`).exec(stdout);
    if (begin < 0) throw this.#notStarted(options, stderr);
    const words = stderr.slice(Math.max(0, stderr.indexOf(`${mark}\n`) + mark.length + 1)).trim();
    if (!finish) {
      const text = `the connection was lost during ${options.what}. Run the update again; it goes on from where it stopped`;
      throw new HostError("connection-lost", `${bare(this.uri)}: ${text}. (${essence(words)})`);
    }
    const exitCode = Number(finish[1]);
    if (exitCode === 0) return stdout.slice(begin + mark.length + 1, finish.index);
    const text = `${bare(this.uri)}: ${options.what} failed: ${essence(words) || `exit code ${exitCode}`}`;
    throw new ScriptError(text, exitCode, words);
  }

  #spawn(mark: string, script: string, options: RunOptions): Promise<Ended> {
    const privilege = options.as ?? "root";
    const [program, args] =
      this.#target.kind === "local"
        ? ["sh", localArguments(privilege)]
        : [this.#target.program, [...this.#target.args, remoteCommand(privilege)]];
    const input = standardInput(mark, script, options.fields ?? []);
    const timeoutMs = options.timeoutMs ?? this.#settings.timeoutMs;
    const limit = this.#settings.outputLimit ?? OUTPUT_LIMIT;
    return new Promise((resolve, reject) => {
      // A session of its own: no terminal that ssh or sudo could ask on, and Ctrl-C ends no write half-way.
      const child = spawn(program, args, {
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        // English messages are what errors are told apart by.
        env: { ...process.env, LC_ALL: "C.UTF-8", LANGUAGE: "" },
      });
      this.#running.add(child);
      let stdout = "";
      let stderr = "";
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        this.#running.delete(child);
        done();
      };
      const giveUp = (failure: HostError): void => {
        end(child);
        settle(() => reject(failure));
      };
      const timer = setTimeout(() => giveUp(this.#tookTooLong(options, timeoutMs)), timeoutMs);
      const check = (): void => {
        if (stdout.length + stderr.length > limit) giveUp(this.#saidTooMuch(options, limit));
      };
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        stdout += chunk;
        check();
      });
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        stderr += chunk;
        check();
      });
      child.stdin.on("error", () => undefined);
      child.on("close", () => settle(() => resolve({ stdout, stderr })));
      child.on("error", (error: NodeJS.ErrnoException) =>
        settle(() => reject(this.#unstartable(program, error))),
      );
      child.stdin.end(input);
    });
  }

  #closedHere(): HostError {
    return new HostError("connection-lost", `${bare(this.uri)}: the provider has closed the connection`);
  }

  #notStarted({ what }: RunOptions, words: string): HostError {
    if (/^sudo: |sudo: (command )?not found|sudo: not found/m.test(words)) {
      const text = `${what} needs root on the host, and who logs in there is not root and may not use sudo without a password. Name root in the URI, or let the user run sudo without one`;
      return new HostError("permission", `${bare(this.uri)}: ${text}. (${essence(words)})`);
    }
    if (/base64: .*not found/.test(words)) {
      const text = `${what} needs base64 on the host. Install coreutils there`;
      return new HostError("remote-tool-missing", `${bare(this.uri)}: ${text}. (${essence(words)})`);
    }
    if (this.#target.kind === "ssh") {
      const failure = connectionError(this.uri, words);
      if (SSH_CODES.has(failure.code)) return failure;
    }
    const detail = essence(words) || "it ended without a word";
    return new HostError("failed", `${bare(this.uri)}: ${what} could not start on the host: ${detail}`);
  }

  #tookTooLong({ what }: RunOptions, timeoutMs: number): HostError {
    const seconds = Math.round(timeoutMs / 1000);
    const text = `${what} took longer than ${seconds} s, so it was given up. The provider's commandTimeout sets how long a request may take`;
    return new HostError("timeout", `${bare(this.uri)}: ${text}`);
  }

  #saidTooMuch({ what }: RunOptions, limit: number): HostError {
    return new HostError("failed", `${bare(this.uri)}: ${what} printed more than ${limit} characters`);
  }

  #unstartable(program: string, error: NodeJS.ErrnoException): HostError {
    if (error.code !== "ENOENT") return new HostError("failed", `cannot run ${program}: ${error.message}`);
    const text = `the ${program} command is missing on the machine that runs Pulumi. Install OpenSSH's client: apt-get install openssh-client, dnf install openssh-clients`;
    return new HostError("ssh-missing", text);
  }
}

/** Ends a program and what it has started here. */
function end(child: ChildProcessWithoutNullStreams): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** A shell on the host of a connection. Nothing is started before a script is run. @throws HostError for a URI over which no commands can run */
export function openShell(uri: string, settings: ShellSettings): HostShell {
  return new HostShell(uri, settings);
}
