/** A server process of ours: started, waited for, and stopped by its own id, also when we crash. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take to become ready, and to end when asked to, in milliseconds. */
const READY_TIMEOUT = 60_000;
const STOP_TIMEOUT = 10_000;
const PAUSE = 50;

export class ServerProcess {
  readonly #name: string;
  readonly #log: string;
  readonly #child: ChildProcess;
  readonly #killer: () => void;
  #failure: Error | undefined;
  #isDone = false;

  /** @param log file that takes what the server says. */
  constructor(name: string, command: string, args: readonly string[], log: string) {
    this.#name = name;
    this.#log = log;
    const output = createWriteStream(log);
    this.#child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.pipe(output);
    this.#child.stderr?.pipe(output);
    this.#child.once("error", (error) => {
      this.#failure = error;
      this.#isDone = true;
    });
    this.#child.once("exit", () => {
      this.#isDone = true;
      process.off("exit", this.#killer);
    });
    this.#killer = () => this.#child.kill("SIGKILL");
    process.on("exit", this.#killer);
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
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT);
    await ended;
    clearTimeout(timer);
  }

  #tail(): string {
    return readFileSync(this.#log, "utf8").trim().split("\n").slice(-15).join("\n");
  }
}
