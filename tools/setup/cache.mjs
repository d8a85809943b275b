// @ts-check
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

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
 * takes the final name only once `fill` has succeeded. Runs side by side do not disturb each other: the first
 * to finish wins, the others use its result.
 *
 * @param {string} target the folder's final path
 * @param {(directory: string) => Promise<void>} fill
 */
export async function installOnce(target, fill) {
  if (await exists(target)) return;
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = await mkdtemp(`${target}.part-`);
  try {
    await fill(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // A rename onto a filled folder fails: another run was faster, and its folder is as good as ours.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if ((code === "ENOTEMPTY" || code === "EEXIST") && (await exists(target))) return;
    throw error;
  }
}

/** @param {string} file */
export async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
