import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { findOnPath } from "../setup/command.mjs";

/** The engine's release that set-up fetches or builds; the SDK in package.json is of the same one. */
export const ENGINE_VERSION = "3.259.0";

/** The checkout this file belongs to. */
export const ROOT = path.resolve(import.meta.dirname, "..", "..");

/** The executable by which an engine runs Node.js programs. */
const LANGUAGE_HOST = "pulumi-language-nodejs";

/** A Pulumi engine and what must be in its environment for it to run this project's programs. */
export interface Engine {
  /** Absolute path of the `pulumi` executable. */
  command: string;
  /** Where it was taken from, in words for the user. */
  source: string;
  /** Variables to add to the environment of the engine's process. */
  env: Record<string, string>;
}

/**
 * Completes an executable to an engine: one without a Node.js language host, beside it or on PATH, gets the one
 * in `tools/language-host`.
 */
export function completeEngine(command: string, source: string, env: NodeJS.ProcessEnv): Engine {
  const directory = path.dirname(realpathSync(command));
  const entry = path.join(ROOT, "tools", "language-host");
  const searchPath = env.PATH ?? "";
  if (existsSync(path.join(directory, LANGUAGE_HOST))) {
    // The launcher beside an engine built here asks this variable for the host; the vendor's host ignores it.
    return {
      command,
      source,
      env: { PATH: searchPath, NUMAFLEET_LANGUAGE_HOST: path.join(entry, "main.ts") },
    };
  }
  const onPath = findOnPath(LANGUAGE_HOST, searchPath);
  if (onPath) return { command, source, env: { PATH: searchPath } };
  return { command, source, env: { PATH: `${entry}${path.delimiter}${searchPath}` } };
}
