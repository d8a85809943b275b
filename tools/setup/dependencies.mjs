// @ts-check
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { withLock } from "./cache.mjs";
import { npmReason, run } from "./command.mjs";
import { SetupError } from "./failure.mjs";
import { withProgress } from "./progress.mjs";

/**
 * Installs the npm packages of a checkout if `node_modules` is missing or belongs to another lockfile. The
 * lockfile's hash, written only after a whole install, is what tells; an install by hand that matches the
 * lockfile counts as well.
 *
 * @param {string} root the checkout
 * @param {NodeJS.ProcessEnv} env whose PATH has the Node.js to install for
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {SetupError} when npm fails
 */
export async function installDependencies(root, env) {
  const stamp = path.join(root, "node_modules", ".numafleet-lock");
  const lockfile = await readFile(path.join(root, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lockfile).digest("hex");
  const isCurrent = async () => (await readFile(stamp, "utf8").catch(() => "")) === hash;
  if (await isCurrent()) return false;

  return withProgress("Installing npm packages", () =>
    withLock(path.join(root, ".numafleet", "npm-ci.lock"), async () => {
      if (await isCurrent()) return false;
      const fits = await fitsLockfile(root, lockfile);
      if (!fits) await npmCi(root, env, stamp);
      await writeFile(stamp, hash);
      return !fits;
    }),
  );
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {string} stamp
 */
async function npmCi(root, env, stamp) {
  // An install that is broken off must not pass for a whole one.
  await rm(stamp, { force: true });
  const result = await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, env });
  if (result.code === 0) return;
  throw new SetupError(
    `npm ci failed in ${root}:
${npmReason(result)}
Check that npm can reach its registry (npm ping), or copy node_modules from a machine that can.`,
  );
}

/**
 * Whether npm's own record of what it installed agrees with the lockfile. Packages for other platforms may lack.
 *
 * @param {string} root
 * @param {string} lockfile
 */
async function fitsLockfile(root, lockfile) {
  const record = await readFile(path.join(root, "node_modules", ".package-lock.json"), "utf8").catch(
    () => "{}",
  );
  /** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Locked */
  const wanted = /** @type {Record<string, Locked>} */ (JSON.parse(lockfile).packages);
  const installed = /** @type {Record<string, Locked>} */ (JSON.parse(record).packages ?? {});
  return Object.entries(wanted).every(([key, entry]) => {
    const found = installed[key];
    if (!key.startsWith("node_modules/") || entry.link) return true;
    return found ? found.version === entry.version : entry.optional === true;
  });
}
