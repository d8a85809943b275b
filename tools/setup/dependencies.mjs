// @ts-check
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { npmReason, run } from "./command.mjs";
import { SetupError } from "./failure.mjs";
import { withProgress } from "./progress.mjs";

/**
 * Installs the npm packages of a checkout if `node_modules` is missing or belongs to another lockfile. The
 * lockfile's hash, written only after a whole install, is what tells.
 *
 * @param {string} root the checkout
 * @param {NodeJS.ProcessEnv} env whose PATH has the Node.js to install for
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {SetupError} when npm fails
 */
export async function installDependencies(root, env) {
  const stamp = path.join(root, "node_modules", ".numafleet-lock");
  const lockfile = await readFile(path.join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  const installed = await readFile(stamp, "utf8").catch(() => "");
  if (installed === hash) return false;

  await withProgress("Installing npm packages", async () => {
    const result = await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, env });
    if (result.code !== 0) {
      throw new SetupError(
        `npm ci failed in ${root}:
${npmReason(result)}
Check that npm can reach its registry (npm ping), or copy node_modules from a machine that can.`,
      );
    }
    await writeFile(stamp, hash);
  });
  return true;
}
