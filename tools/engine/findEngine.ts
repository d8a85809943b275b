import { homedir } from "node:os";
import path from "node:path";
import { cacheDirectory, installOnce } from "../setup/cache.mjs";
import { findOnPath, isExecutable, run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { say } from "../setup/progress.mjs";
import { buildWithGo } from "./buildWithGo.ts";
import { downloadFromVendor } from "./downloadFromVendor.ts";
import { completeEngine, ENGINE_VERSION, type Engine } from "./engine.ts";

/** One way to come by an engine: fills a folder with `bin/pulumi`, or throws a SetupError that says why not. */
export type EngineInstaller = (directory: string, env: NodeJS.ProcessEnv) => Promise<void>;

/** What is tried, in this order, where there is neither an engine on PATH nor one in the cache. */
const INSTALLERS: readonly { source: string; install: EngineInstaller }[] = [
  { source: "the vendor's download", install: downloadFromVendor },
  { source: "a build from its Go module", install: buildWithGo },
];

/**
 * The Pulumi engine to use: `pulumi` on PATH; else one cached earlier; else the vendor's download; else a build
 * from its Go module. The last two are cached.
 *
 * @throws SetupError with every reason, when none of the four works.
 */
export async function findEngine(
  env: NodeJS.ProcessEnv = process.env,
  installers: readonly { source: string; install: EngineInstaller }[] = INSTALLERS,
): Promise<Engine> {
  const onPath = findOnPath("pulumi", env.PATH);
  if (onPath) return completeEngine(onPath, "PATH", env);

  const folder = path.join(cacheDirectory(env), `engine-${ENGINE_VERSION}`);
  const cached = path.join(folder, "bin", "pulumi");
  if (isExecutable(cached)) return completeEngine(cached, "the cache", env);
  const launchers = vendorCache(env);
  if (isExecutable(launchers)) return completeEngine(launchers, "the vendor launcher's cache", env);

  const reasons: string[] = [];
  for (const { source, install } of installers) {
    try {
      await installOnce(folder, async (directory) => {
        await install(directory, env);
        await check(path.join(directory, "bin", "pulumi"), source);
      });
      return completeEngine(cached, source, env);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(`Pulumi engine: ${source} does not work here: ${error.message}`);
      reasons.push(`- ${source}: ${error.message}`);
    }
  }
  throw new SetupError(
    `No Pulumi engine: there is none on PATH, none in ${folder}, and none could be installed:
${reasons.join("\n")}
Install the Pulumi CLI ${ENGINE_VERSION} or newer and put it on PATH, or install Go.`,
  );
}

/** Where the vendor's launcher and Automation API keep a download of the same version. */
function vendorCache(env: NodeJS.ProcessEnv): string {
  const home = env.PULUMI_HOME || path.join(env.HOME || homedir(), ".pulumi");
  return path.join(home, "versions", ENGINE_VERSION, "bin", "pulumi");
}

async function check(command: string, source: string): Promise<void> {
  const result = await run(command, ["version"]);
  if (result.code !== 0) throw new SetupError(`${source} gave no working engine: ${tail(result)}`);
}
