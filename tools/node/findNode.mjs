// @ts-check
import { copyFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory, installOnce } from "../setup/cache.mjs";
import { findOnPath, isExecutable, run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { npmCi, npmReason } from "../setup/npm.mjs";
import { say, withProgress } from "../setup/progress.mjs";

/** The oldest Node.js that loads this project's TypeScript by itself and runs every dependency. */
export const MINIMUM_NODE_MAJOR = 24;

/** The release that is fetched where none on PATH will do; pinned in this folder's lockfile. */
export const PINNED_NODE = "24.21.0";

/** For its version; a Node.js that has not answered by then does not work. */
const TIME_LIMIT_MS = 20_000;

/**
 * A Node.js that is recent enough: the one running, else the one on PATH, else npm's `node` package.
 *
 * @param {{ running?: { path: string, version: string }, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ path: string, version: string, source: string }>} its executable, its
 *   version without `v`, and where it was taken from, in words
 * @throws {SetupError} when there is none and npm cannot install one
 */
export async function findNode(options = {}) {
  const { running = { path: process.execPath, version: process.versions.node }, env = process.env } = options;
  if (isRecentEnough(running.version)) {
    return { ...running, source: "the one running this command" };
  }
  const cached = path.join(cacheDirectory(env), `node-${PINNED_NODE}`);
  const executable = path.join(cached, "node_modules", "node", "bin", "node");
  const onPath = findOnPath("node", env.PATH);
  if (onPath && onPath !== running.path) {
    const version = (await run(onPath, ["--version"], { timeoutMs: TIME_LIMIT_MS })).stdout
      .trim()
      .replace(/^v/, "");
    if (isRecentEnough(version)) return { path: onPath, version, source: "PATH" };
  }
  if (isExecutable(executable)) {
    const problem = await whyBroken(executable);
    if (problem === undefined) return { path: executable, version: PINNED_NODE, source: "the cache" };
    say(`Node.js in the cache does not run (${problem}): fetching it again`);
    await rm(cached, { recursive: true, force: true });
  }
  const isFetched = await installOnce(cached, (directory) =>
    withProgress(`Fetching Node.js ${PINNED_NODE} from npm`, () =>
      installFromNpm(directory, running.version, env),
    ),
  );
  return { path: executable, version: PINNED_NODE, source: isFetched ? "npm's node package" : "the cache" };
}

/** @param {string} executable */
async function whyBroken(executable) {
  const check = await run(executable, ["--version"], { timeoutMs: TIME_LIMIT_MS });
  return check.code === 0 ? undefined : tail(check, 1);
}

/** @param {string} version such as `24.21.0` */
export function isRecentEnough(version) {
  return Number.parseInt(version, 10) >= MINIMUM_NODE_MAJOR;
}

/**
 * @param {string} directory
 * @param {string} runningVersion
 * @param {NodeJS.ProcessEnv} env
 */
async function installFromNpm(directory, runningVersion, env) {
  // Not import.meta.dirname, which Node.js 20 has from 20.11 on.
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (const file of ["package.json", "package-lock.json"]) {
    await copyFile(path.join(here, file), path.join(directory, file));
  }
  // The package's binary comes by its install script, so scripts must run here whatever the user's default is.
  const installed = await npmCi(directory, { env, args: ["--ignore-scripts=false"] });
  const binary = path.join(directory, "node_modules", "node", "bin", "node");
  const check = installed.code === 0 ? await run(binary, ["--version"]) : installed;
  if (check.code !== 0) {
    throw new SetupError(
      `Node.js ${MINIMUM_NODE_MAJOR} or newer is needed, this is ${runningVersion}, and npm could not install one:
${npmReason(check)}
Install Node.js ${MINIMUM_NODE_MAJOR} and put it first on PATH.`,
    );
  }
}
