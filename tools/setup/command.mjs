// @ts-check
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/**
 * How a command ended. `code` is null when it could not be started or was ended by a signal; `stderr` then
 * says why.
 *
 * @typedef {{ code: number | null, stdout: string, stderr: string }} CommandResult
 */

/**
 * Runs a command to its end and returns what it printed.
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
      ...(timeoutMs ? { timeout: timeoutMs } : {}),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const stream of /** @type {const} */ (["stdout", "stderr"])) {
      child[stream].setEncoding("utf8");
      child[stream].on("data", (/** @type {string} */ chunk) => {
        output[stream] += chunk;
        if (onLine) for (const line of chunk.split("\n")) if (line.trim() !== "") onLine(line.trim());
      });
    }
    child.on("error", (error) => resolve({ code: null, ...output, stderr: error.message }));
    child.on("close", (code, signal) => {
      if (signal) output.stderr += `${path.basename(command)} was ended by ${signal}\n`;
      resolve({ code, ...output });
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
 * Why npm failed: the first lines of its complaint, without the usage and the log's address that follow them.
 *
 * @param {CommandResult} result
 */
export function npmReason(result) {
  const complaint = result.stderr.split("\n").flatMap((line) => {
    const text = /^npm (?:error|ERR!)\s+(.*)/.exec(line)?.[1]?.trim();
    return text ? [text] : [];
  });
  return complaint.length > 0 ? complaint.slice(0, 6).join("\n") : tail(result);
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
