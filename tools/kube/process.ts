/** A server process of ours: started, waited for, and ended with us, also when we crash or are killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take to become ready, in milliseconds. */
const READY_TIMEOUT = 60_000;
const PAUSE = 50;
/** How long a server may take to end when asked to, in seconds. */
const GRACE = 10;

/**
 * Starts the server and waits for it; when standard input ends, because we closed it or because we are no more,
 * the server is told to end, and killed after the grace: an API server whose etcd went first never ends by itself.
 */
const SUPERVISOR = `
grace=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{
  while read -r _; do :; done <&3
  kill "$server"
  sleep "$grace" & pause=$!
  trap 'kill "$pause"' TERM
  wait "$pause" && kill -9 "$server"
} & watch=$!
wait "$server"; code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

export class ServerProcess {
  readonly #name: string;
  readonly #log: string;
  readonly #child: ChildProcess;
  #failure: Error | undefined;
  #isDone = false;

  /**
   * @param log file that takes what the server says
   * @param grace seconds in which it has to end when it is asked to
   */
  constructor(name: string, command: string, args: readonly string[], log: string, grace = GRACE) {
    this.#name = name;
    this.#log = log;
    const output = openSync(log, "a");
    // A group of its own: a Ctrl-C goes to us, and we end the server in order.
    this.#child = spawn("sh", ["-c", SUPERVISOR, name, String(grace), command, ...args], {
      stdio: ["pipe", output, output],
      detached: true,
    });
    closeSync(output);
    this.#child.once("error", (error) => {
      this.#failure = error;
      this.#isDone = true;
    });
    this.#child.once("exit", () => {
      this.#isDone = true;
    });
  }

  /** @throws with the end of the server's log when it ended, or is not ready in time. */
  async waitUntil(isReady: () => Promise<boolean>): Promise<void> {
    for (
      const deadline = Date.now() + READY_TIMEOUT;
      !(await isReady().catch(() => false));
      await sleep(PAUSE)
    ) {
      if (this.#failure !== undefined)
        throw new Error(`${this.#name} cannot be started: ${this.#failure.message}`);
      if (this.#isDone)
        throw new Error(`${this.#name} ended with code ${this.#child.exitCode}:\n${this.#tail()}`);
      if (Date.now() > deadline) {
        throw new Error(`${this.#name} is not ready after ${READY_TIMEOUT / 1000} s:\n${this.#tail()}`);
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#isDone) return;
    const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.stdin?.end();
    await ended;
  }

  #tail(): string {
    return readFileSync(this.#log, "utf8").trim().split("\n").slice(-15).join("\n");
  }
}
