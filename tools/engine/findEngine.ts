import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { cacheDirectory, installOnce } from "../setup/cache.mjs";
import { findOnPath, isExecutable } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { say } from "../setup/progress.mjs";
import { buildWithGo } from "./buildWithGo.ts";
import { downloadFromVendor } from "./downloadFromVendor.ts";
import { completeEngine, ENGINE_VERSION, type Engine } from "./engine.ts";
import { askVersion, engineVersion } from "./engineVersion.ts";

/** One way to come by an engine: fills a folder with `bin/pulumi`, or throws a SetupError that says why not. */
export type EngineInstaller = (directory: string, env: NodeJS.ProcessEnv) => Promise<void>;

/** What is tried, in this order, where there is neither an engine on PATH nor one in the cache. */
const INSTALLERS: readonly { source: string; install: EngineInstaller }[] = [
  { source: "the vendor's download", install: downloadFromVendor },
  { source: "a build from its Go module", install: buildWithGo },
];

/**
 * The Pulumi engine to use: `pulumi` on PATH; else one cached earlier; else the vendor's download; else a build
 * from its Go module. The last two are cached. One that is there and does not work is named and passed over.
 *
 * @throws SetupError with every reason, when none of the four works.
 */
export async function findEngine(
  env: NodeJS.ProcessEnv = process.env,
  installers: readonly { source: string; install: EngineInstaller }[] = INSTALLERS,
): Promise<Engine> {
  const folder = path.join(cacheDirectory(env), `engine-${ENGINE_VERSION}`);
  const cached = path.join(folder, "bin", "pulumi");
  const reasons: string[] = [];

  for (const { command, source } of present(cached, env)) {
    try {
      const version = await engineVersion(command, env);
      warnOfAge(version, command);
      return completeEngine(command, `${version ?? "of unknown version"} from ${source}`, env);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(`Pulumi engine: ${command} is passed over: ${error.message}`);
      reasons.push(`- ${command}: ${error.message}`);
      if (command === cached) await rm(folder, { recursive: true, force: true });
    }
  }

  for (const { source, install } of installers) {
    try {
      const isOurs = await installOnce(folder, async (directory) => {
        await install(directory, env);
        await check(path.join(directory, "bin", "pulumi"), source, env);
      });
      return completeEngine(cached, `${ENGINE_VERSION} from ${isOurs ? source : "the cache"}`, env);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(`Pulumi engine: ${source} does not work here: ${error.message}`);
      reasons.push(`- ${source}: ${error.message}`);
    }
  }
  throw new SetupError(
    `No Pulumi engine: none that works is on PATH or in ${folder}, and none could be installed:
${reasons.join("\n")}
Install the Pulumi CLI ${ENGINE_VERSION} or newer and put it on PATH, or install Go.`,
  );
}

/** The engines that are on this machine, in the order in which they are tried. */
function present(cached: string, env: NodeJS.ProcessEnv): { command: string; source: string }[] {
  const candidates = [
    { command: findOnPath("pulumi", env.PATH), source: "PATH" },
    { command: cached, source: "the cache" },
    { command: vendorCache(env), source: "the vendor launcher's cache" },
  ];
  return candidates.flatMap(({ command, source }) =>
    command !== undefined && isExecutable(command) ? [{ command, source }] : [],
  );
}

/** An older engine may well do, and where it does not, this line tells why. */
function warnOfAge(version: string | undefined, command: string): void {
  if (version === undefined || version.localeCompare(ENGINE_VERSION, "en", { numeric: true }) >= 0) return;
  say(
    `Pulumi engine: ${command} is ${version}, older than the ${ENGINE_VERSION} that this is tested with: if it fails, upgrade it`,
  );
}

/** Where the vendor's launcher and Automation API keep a download of the same version. */
function vendorCache(env: NodeJS.ProcessEnv): string {
  const home = env.PULUMI_HOME || path.join(env.HOME || homedir(), ".pulumi");
  return path.join(home, "versions", ENGINE_VERSION, "bin", "pulumi");
}

async function check(command: string, source: string, env: NodeJS.ProcessEnv): Promise<void> {
  const problem = await askVersion(command, env).then(
    (version) => (version === ENGINE_VERSION ? undefined : `it says it is ${version ?? "no version"}`),
    (error: Error) => error.message,
  );
  if (problem !== undefined) throw new SetupError(`${source} gave no working engine: ${problem}`);
}
