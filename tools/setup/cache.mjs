// @ts-check
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import {
  access,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SetupError } from "./failure.mjs";
import { onInterruption } from "./interruption.mjs";
import { withProgress } from "./progress.mjs";

/**
 * Where set-up keeps what it fetched or built: `$XDG_CACHE_HOME/numafleet`, by default `~/.cache/numafleet`.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheDirectory(env = process.env) {
  const given = env.XDG_CACHE_HOME;
  // The XDG specification has relative paths ignored.
  const base = given && path.isAbsolute(given) ? given : path.join(env.HOME || os.homedir(), ".cache");
  return path.join(base, "numafleet");
}

/**
 * Makes a folder of the cache exist whole or not at all: `fill` works in a temporary folder beside it, which
 * takes the final name only once `fill` has succeeded. A second run waits for the first and uses its result.
 *
 * @param {string} target the folder's final path
 * @param {(directory: string, work: string) => Promise<void>} fill has a second folder for what it needs meanwhile
 * @returns {Promise<boolean>} whether this run filled it
 * @throws {SetupError} when the cache cannot be written
 */
export async function installOnce(target, fill) {
  if (await exists(target)) return false;
  return withLock(`${target}.lock`, async () => {
    if (await exists(target)) return false;
    await removeLeftovers(target);
    const both = await mkdtemp(`${target}.part-`);
    const forget = onInterruption(() => rmSync(both, { recursive: true, force: true, maxRetries: 5 }));
    const [directory, work] = [path.join(both, "done"), path.join(both, "work")];
    try {
      for (const folder of [directory, work]) await mkdir(folder, { mode: 0o700 });
      await fill(directory, work);
      await rename(directory, target);
      return true;
    } finally {
      await rm(both, { recursive: true, force: true });
      forget();
    }
  });
}

/**
 * Removes what runs that were broken off have left. Only under the lock: no other run is filling a folder then.
 *
 * @param {string} target
 */
async function removeLeftovers(target) {
  const prefix = `${path.basename(target)}.part-`;
  for (const name of await readdir(path.dirname(target))) {
    if (name.startsWith(prefix))
      await rm(path.join(path.dirname(target), name), { recursive: true, force: true });
  }
}

/** How often a run that waits for another looks again. */
const LOCK_POLL_MS = 200;
/** How often the holder of a lock shows that it is alive. */
const LOCK_RENEW_MS = 2000;
/** A lock that was not renewed for so long has no holder: its process id may be another's, or a container's. */
const LOCK_LASTS_MS = 15_000;

/**
 * Runs `work` while no other process does so under the same lock file. The lock of a process that has died is
 * taken over: at once if it ran here, else when it has not been renewed for a while.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {SetupError} when the lock's folder cannot be written
 */
export async function withLock(file, work) {
  await makeFolder(path.dirname(file));
  if (!(await acquire(file))) {
    await withProgress(`Waiting for another set-up, which holds ${file}`, async () => {
      while (!(await acquire(file))) {
        if (await isAbandoned(file)) await removeAbandoned(file);
        else await delay(LOCK_POLL_MS);
      }
    });
  }
  const forget = onInterruption(() => rmSync(file, { force: true }));
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {}); // a lock removed by hand needs no renewal
  }, LOCK_RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    forget();
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function acquire(file) {
  try {
    await writeFile(file, `${process.pid} ${os.hostname()}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw notWritable(path.dirname(file), error);
  }
}

/** @param {string} file */
async function isAbandoned(file) {
  const [text, status] = await Promise.all([readFile(file, "utf8"), stat(file)]).catch(() => []);
  if (text === undefined || status === undefined) return false; // it has just been given back
  if (Date.now() - status.mtimeMs > LOCK_LASTS_MS) return true;
  const [holder, host] = text.split(" ");
  if (host !== os.hostname() || Number(holder) === process.pid) return false;
  try {
    process.kill(Number(holder), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/**
 * Of several runs that find a lock abandoned, one must not remove the lock that another has just taken: it is
 * put aside first and looked at again.
 *
 * @param {string} file
 */
async function removeAbandoned(file) {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if (!(await isAbandoned(aside))) await link(aside, file);
  } catch {
    // Another run was faster; the next look tells.
  }
  await rm(aside, { force: true });
}

/**
 * Makes a folder with its parents.
 *
 * @param {string} directory
 * @throws {SetupError} when that is not possible
 */
export async function makeFolder(directory) {
  await mkdir(directory, { recursive: true }).catch((error) => {
    throw notWritable(directory, error);
  });
}

/**
 * @param {string} directory
 * @param {unknown} error
 */
function notWritable(directory, error) {
  const code = /** @type {NodeJS.ErrnoException} */ (error).code;
  return new SetupError(
    `cannot write to ${directory} (${code}): set-up writes to the checkout and to its cache; XDG_CACHE_HOME moves the cache`,
  );
}

/** @param {string} file */
export async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
