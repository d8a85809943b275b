import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { findVendorPlugin } from "../kubernetes-standin/vendor.ts";
import { cacheDirectory } from "../setup/cache.mjs";
import { findOnPath, isExecutable, run, tail } from "../setup/command.mjs";
import { say, withProgress } from "../setup/progress.mjs";
import { type Engine, ROOT } from "./engine.ts";

const EXECUTABLE = "pulumi-resource-kubernetes";

/** The folder of the plugin that stands in; it says so itself on every run. */
const STAND_IN = path.join(ROOT, "tools", "kubernetes-standin");

/** How long a refused download is remembered, in milliseconds: a day, so that a start is not slowed by asking. */
const REFUSAL_LASTS_MS = 24 * 3600_000;

/** A network that swallows packets rather than refusing them must not hold set-up for ever. */
const TIME_LIMIT_MS = 3 * 60_000;

/**
 * The variables by which the engine finds a Kubernetes provider: none where the vendor's plugin is installed, on
 * PATH, or can be downloaded now; a PATH with the vendor's where it is in `~/.pulumi` or newer than the SDK; else a
 * PATH with the stand-in.
 *
 * @param env the engine's environment so far; its PULUMI_HOME is where the plugin is installed.
 */
export async function kubernetesPluginEnvironment(
  engine: Engine,
  env: NodeJS.ProcessEnv,
  standIn: string = STAND_IN,
): Promise<Record<string, string>> {
  const version = pluginVersion();
  const home = env.PULUMI_HOME || path.join(env.HOME || homedir(), ".pulumi");
  if (isInstalled(path.join(home, "plugins", `resource-kubernetes-v${version}`))) return {};
  if (findOnPath(EXECUTABLE, env.PATH)) return {};
  const elsewhere = findVendorPlugin({ ...env, PULUMI_HOME: home }, version, path.join(standIn, EXECUTABLE));
  if (elsewhere !== undefined) {
    // The engine looks into its own home alone, and there for exactly the SDK's version.
    say(`Kubernetes plugin: ${elsewhere}`);
    return { PATH: `${path.dirname(elsewhere)}${path.delimiter}${env.PATH ?? ""}` };
  }

  const refusal = path.join(cacheDirectory(env), `kubernetes-plugin-${version}.refused`);
  if (!isRecent(refusal)) {
    const reason = await install(engine, version, env);
    if (reason === undefined) return {};
    say(
      `Kubernetes plugin: the vendor's ${version} cannot be downloaded (${reason}); not asked again for a day unless ${refusal} is removed`,
    );
    // In a cache that cannot be written the refusal is not remembered, no more.
    await mkdir(path.dirname(refusal), { recursive: true })
      .then(() => writeFile(refusal, `${reason}\n`))
      .catch(() => {});
  }
  if (!isExecutable(path.join(standIn, EXECUTABLE))) {
    say(`Kubernetes plugin: there is none; run pulumi plugin install resource kubernetes ${version}`);
    return {};
  }
  return {
    PATH: `${standIn}${path.delimiter}${env.PATH ?? ""}`,
    // What was refused a moment ago, or today, would only cost the engine seconds of retries.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** The version that the SDK in node_modules asks for. */
function pluginVersion(): string {
  const manifest = path.join(ROOT, "node_modules", "@pulumi", "kubernetes", "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { pulumi: { version: string } }).pulumi.version;
}

/** The engine leaves a mark of this name beside a plugin whose installation is not finished. */
function isInstalled(directory: string): boolean {
  return existsSync(directory) && !existsSync(`${directory}.partial`);
}

function isRecent(file: string): boolean {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written < REFUSAL_LASTS_MS;
}

/** Has the engine download the plugin; gives the reason when it cannot. */
async function install(engine: Engine, version: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await withProgress(`Downloading the Kubernetes plugin ${version} from the vendor`, () =>
    run(engine.command, ["plugin", "install", "resource", "kubernetes", version], {
      env: { ...env, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "" },
      timeoutMs: TIME_LIMIT_MS,
    }),
  );
  return result.code === 0 ? undefined : tail(result, 1).replace(/^error: /, "");
}
