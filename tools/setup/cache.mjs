// @ts-check
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

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
 * @param {(directory: string) => Promise<void>} fill
 */
export async function installOnce(target, fill) {
  if (await exists(target)) return;
  await mkdir(path.dirname(target), { recursive: true });
  await withLock(`${target}.lock`, async () => {
    if (await exists(target)) return;
    await removeLeftovers(target);
    const temporary = await mkdtemp(`${target}.part-`);
    try {
      await fill(temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
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

/**
 * Runs `work` while no other process of this machine does so under the same lock file. The lock of a process
 * that has died is taken over.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  await mkdir(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      if (await isAbandoned(file)) await rm(file, { force: true });
      else await delay(LOCK_POLL_MS);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function isAbandoned(file) {
  const holder = Number(await readFile(file, "utf8").catch(() => ""));
  if (holder === 0) {
    // Between creation and writing a lock is empty for an instant; one that stays so has no living holder.
    await delay(LOCK_POLL_MS);
    return Number(await readFile(file, "utf8").catch(() => "1")) === 0;
  }
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/** @param {string} file */
export async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
