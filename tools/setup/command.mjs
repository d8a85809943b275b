// @ts-check
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { SetupError } from "./failure.mjs";
import { onInterruption } from "./interruption.mjs";

/**
 * How a command ended. `code` is null when it could not be started, ran out of time, or was ended by a signal;
 * `stderr` then says why. `missing` is true when there is no such command.
 *
 * @typedef {{ code: number | null, stdout: string, stderr: string, missing?: boolean }} CommandResult
 */

/**
 * Runs a command to its end and returns what it printed. If this process is ended before, the command ends too; if
 * its time runs out, so does all that it has started.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void }} [options]
 *   `timeoutMs` ends it after so many milliseconds, by default never; `onLine` sees each line as it comes.
 * @returns {Promise<CommandResult>}
 */
export function run(command, args, options = {}) {
  const { cwd, env, timeoutMs, onLine } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(cwd ? { cwd } : {}),
      ...(env ? { env } : {}),
      // What has a time limit gets a process group of its own, to be ended whole. All else stays in this one, so
      // that a `kill -9` of the group leaves no npm at work on a folder that the next run takes over.
      detached: timeoutMs !== undefined,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      if (timeoutMs === undefined) return void child.kill(signal);
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // All of it has ended already.
      }
    };
    const forget = onInterruption(() => end("SIGTERM"));
    const output = { stdout: "", stderr: "" };
    for (const stream of /** @type {const} */ (["stdout", "stderr"])) {
      child[stream].setEncoding("utf8");
      child[stream].on("data", (/** @type {string} */ chunk) => {
        output[stream] += chunk;
        if (onLine) for (const line of chunk.split("\n")) if (line.trim() !== "") onLine(line.trim());
      });
    }
    let isLate = false;
    const deadline = timeoutMs
      ? setTimeout(() => {
          isLate = true;
          end("SIGKILL");
        }, timeoutMs)
      : undefined;
    const finish = (/** @type {CommandResult} */ result) => {
      clearTimeout(deadline);
      forget();
      resolve(result);
    };
    child.on("error", (error) => {
      const missing = /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT";
      finish({ code: null, ...output, stderr: error.message, missing });
    });
    child.on("close", (code, signal) => {
      const name = path.basename(command);
      if (isLate) output.stderr += `${name} took longer than ${(timeoutMs ?? 0) / 1000} s\n`;
      else if (signal) output.stderr += `${name} was ended by ${signal}\n`;
      finish({ code: isLate ? null : code, ...output });
    });
  });
}

/**
 * Runs a command in the place of this process: on its terminal, with its exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it, as in a shell
 * @throws {SetupError} when it cannot be started
 */
export function passThrough(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    // The terminal's Ctrl-C reaches the child by itself, and the child decides what to make of it: the engine
    // ends an update in order at the first and at once at the second. Other signals are for this process alone.
    const wait = () => {};
    const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
    process.on("SIGINT", wait).on("SIGTERM", forward).on("SIGHUP", forward);
    const finish = () => process.off("SIGINT", wait).off("SIGTERM", forward).off("SIGHUP", forward);
    child.on("error", (error) => {
      finish();
      reject(new SetupError(`cannot start ${command}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      finish();
      resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0));
    });
  });
}

/**
 * The first executable of this name on a PATH, or undefined.
 *
 * @param {string} name
 * @param {string | undefined} searchPath in the form of the PATH variable
 */
export function findOnPath(name, searchPath) {
  for (const directory of (searchPath ?? "").split(path.delimiter)) {
    const candidate = path.join(directory || ".", name);
    if (isExecutable(candidate)) return path.resolve(candidate);
  }
  return undefined;
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The last lines of a command's output, for an error message.
 *
 * @param {CommandResult} result
 * @param {number} [lines]
 */
export function tail(result, lines = 5) {
  const text = (result.stderr.trim() || result.stdout.trim()).split("\n");
  return text.slice(-lines).join("\n");
}
