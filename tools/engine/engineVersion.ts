import { readFileSync, realpathSync, statSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheDirectory } from "../setup/cache.mjs";
import { run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { withProgress } from "../setup/progress.mjs";
import { EMBEDDED_HOME } from "./environment.ts";

/** An engine that has not told its version by then does not work. */
const TIME_LIMIT_MS = 20_000;

/** Less than this is a script, which may start another engine tomorrow. In bytes. */
const LEAST_BINARY = 1024 * 1024;

/** The version of an executable of this size, changed at this time. */
interface Known {
  size: number;
  changed: number;
  version: string;
}

/**
 * The version that a `pulumi` says it has. Asking takes a fifth of a second, so the answer of a binary is kept in
 * the cache until the file changes.
 *
 * @returns such as `3.259.0`; undefined when it runs and does not tell, as a build without a version stamp
 * @throws SetupError when it does not run, does not answer in time, or is not of Pulumi 3.
 */
export async function engineVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = realpathSync(command);
  const { size, mtimeMs: changed } = statSync(file);
  const records = path.join(cacheDirectory(env), "engine-versions.json");
  const known = readKnown(records);
  const found = known[file];
  if (found?.size === size && found.changed === changed) return found.version;

  const version = await askVersion(command, env);
  if (version !== undefined && size >= LEAST_BINARY)
    await keep(records, { ...known, [file]: { size, changed, version } });
  return version;
}

/**
 * The same, asked of the executable itself.
 *
 * @throws SetupError as {@link engineVersion}.
 */
export async function askVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await withProgress(`Asking ${command} for its version`, () =>
    run(command, ["version"], {
      // Even for its version the engine makes a folder for logs in its home.
      env: { ...env, PULUMI_HOME: env.PULUMI_HOME || EMBEDDED_HOME, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeoutMs: TIME_LIMIT_MS,
    }),
  );
  // 126 and above are the shell's: cannot be run, is not there, was ended by a signal.
  if (result.code === null || result.code >= 126) {
    throw new SetupError(tail(result, 1) || `exit code ${result.code}`);
  }
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(result.stdout.trim())?.[1];
  if (result.code !== 0 || version === undefined) return undefined;
  if (!version.startsWith("3.")) throw new SetupError(`it is Pulumi ${version}, and 3 is needed`);
  return version;
}

function readKnown(file: string): Record<string, Known> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Known>;
  } catch {
    return {}; // none yet; a damaged one is written anew
  }
}

/** A cache that cannot be written only means that the next start asks again. */
async function keep(file: string, known: Record<string, Known>): Promise<void> {
  const part = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(part, JSON.stringify(known));
    await rename(part, file);
  } catch {}
}
