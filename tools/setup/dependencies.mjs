// @ts-check
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { withLock } from "./cache.mjs";
import { SetupError } from "./failure.mjs";
import { npmCi, npmReason } from "./npm.mjs";
import { withProgress } from "./progress.mjs";

/**
 * Installs the npm packages of a checkout if `node_modules` is missing or belongs to another lockfile. A stamp
 * tells, written only after a whole install: of the lockfile, and of npm's own record of what is installed, which
 * every later npm command on the folder changes. An install by hand that matches the lockfile counts as well.
 *
 * @param {string} root the checkout
 * @param {NodeJS.ProcessEnv} env whose PATH has the Node.js to install for
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {SetupError} when npm fails, or the checkout cannot be written
 */
export async function installDependencies(root, env) {
  const stamp = path.join(root, "node_modules", ".numafleet-lock");
  const record = path.join(root, "node_modules", ".package-lock.json");
  const lockfile = await readFile(path.join(root, "package-lock.json"), "utf8");
  const readRecord = () => readFile(record, "utf8").catch(() => "{}");
  /** @param {string} installed */
  const hash = (installed) => createHash("sha256").update(lockfile).update(installed).digest("hex");
  const isCurrent = async () => (await readFile(stamp, "utf8").catch(() => "")) === hash(await readRecord());
  if (await isCurrent()) return false;

  const installed = await readRecord();
  if (fitsLockfile(installed, lockfile)) {
    // A checkout that is carried over ready may be read-only: without the stamp the next start merely looks again.
    await writeFile(stamp, hash(installed)).catch(() => {});
    return false;
  }
  return withLock(path.join(root, ".numafleet", "npm-ci.lock"), async () => {
    if (await isCurrent()) return false;
    // An install that is broken off must not pass for a whole one.
    await rm(stamp, { force: true });
    const result = await withProgress("Installing npm packages", () => npmCi(root, { env }));
    if (result.code !== 0) {
      throw new SetupError(
        `npm ci failed in ${root}:
${npmReason(result)}
Check that npm can reach its registry (npm ping), or copy node_modules from a machine that can.`,
      );
    }
    await writeFile(stamp, hash(await readRecord()));
    return true;
  });
}

/**
 * Whether npm's own record of what it installed agrees with the lockfile. Packages for other platforms may lack.
 *
 * @param {string} record
 * @param {string} lockfile
 */
function fitsLockfile(record, lockfile) {
  /** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Locked */
  const wanted = /** @type {Record<string, Locked>} */ (JSON.parse(lockfile).packages);
  const installed = /** @type {Record<string, Locked>} */ (parse(record).packages ?? {});
  return Object.entries(wanted).every(([key, entry]) => {
    const found = installed[key];
    if (!key.startsWith("node_modules/") || entry.link) return true;
    return found ? found.version === entry.version : entry.optional === true;
  });
}

/** @param {string} record a file that npm wrote, cut short where npm was killed */
function parse(record) {
  try {
    return JSON.parse(record);
  } catch {
    return {};
  }
}
