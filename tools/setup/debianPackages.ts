import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheDirectory, exists, installOnce } from "./cache.mjs";
import { findOnPath, run, tail } from "./command.mjs";
import { SetupError } from "./failure.mjs";
import { withProgress } from "./progress.mjs";

/** Debian's packages unpacked in the cache: what tests want to run, and a user's machine need not have. */

/**
 * The folder with all files of these packages; fetched on the first call, from the cache on all later ones.
 *
 * @param name what they are for; with a digest of the list it names the folder
 * @throws SetupError when they are not in the cache and cannot be had here
 */
export async function debianPackages(name: string, packages: readonly string[]): Promise<string> {
  const digest = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 12);
  const target = path.join(cacheDirectory(), `debian-${name}-${digest}`);
  if (await exists(target)) return target;
  for (const tool of ["apt-get", "dpkg-deb"]) {
    if (!findOnPath(tool, process.env.PATH))
      throw new SetupError(`${name} is fetched with ${tool}, which is not here`);
  }
  await withProgress(`Fetching Debian's packages for ${name}`, () =>
    installOnce(target, async (folder, downloads) => {
      await downloadPackages(downloads, async () => packages);
      await unpackPackages(downloads, folder);
    }),
  );
  return target;
}

/**
 * Fetches packages with apt, as files; nothing is installed.
 *
 * @param choose names them, options of apt before them; asked again where the package lists had to be renewed
 * @throws SetupError when they cannot be had here
 */
export async function downloadPackages(
  folder: string,
  choose: () => Promise<readonly string[]>,
): Promise<void> {
  // apt's own user could not write into this folder; without the option it warns and then goes on as root.
  await withPackageLists(async () => {
    await succeed("apt-get", ["download", "-o", "APT::Sandbox::User=root", ...(await choose())], folder);
  });
}

/**
 * Fetches a whole system's packages with apt, as files: what Debian calls essential and required, the given ones, and
 * all that these need, as if nothing were installed here.
 *
 * @throws SetupError when they cannot be had here
 */
export async function downloadSystem(folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(path.join(folder, "partial"));
  const nothing = path.join(folder, "status");
  await writeFile(nothing, "");
  const options = {
    "APT::Sandbox::User": "root",
    "Dir::State::status": nothing,
    "Dir::Cache::archives": folder,
    // A cache would tell of what is installed here.
    "Dir::Cache::pkgcache": "",
    "Dir::Cache::srcpkgcache": "",
  };
  const args = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const wanted = ["?essential", "?priority(required)", ...packages];
  await withPackageLists(() =>
    succeed(
      "apt-get",
      ["install", "--yes", "--download-only", "--no-install-recommends", ...args, ...wanted],
      folder,
    ),
  );
}

async function withPackageLists(download: () => Promise<unknown>): Promise<void> {
  await download().catch(async (error: unknown) => {
    // A fresh image has no package lists, or old ones; only root may get new ones.
    if (process.getuid?.() !== 0) throw error;
    await run("apt-get", ["update"]);
    await download();
  });
}

/** Unpacks all packages of one folder into another. */
export async function unpackPackages(packages: string, target: string): Promise<void> {
  const files = (await readdir(packages)).filter((name) => name.endsWith(".deb"));
  for (const file of files)
    await succeed("dpkg-deb", ["--extract", path.join(packages, file), target], target);
}

/** Runs a command whose words are not translated. @throws SetupError with what it said when it fails */
export async function succeed(command: string, args: string[], cwd: string): Promise<{ stdout: string }> {
  const result = await run(command, args, { cwd, env: { ...process.env, LC_ALL: "C" } });
  if (result.code !== 0) throw new SetupError(`${command} ${args.at(0)} failed: ${tail(result)}`);
  return result;
}
