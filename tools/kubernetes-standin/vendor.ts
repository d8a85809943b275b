/** Whether the vendor's own plugin is on this machine: then the stand-in has no business here. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const PLUGIN = "pulumi-resource-kubernetes";

/**
 * @param sdkVersion of `@pulumi/kubernetes`: a plugin of this version or a newer one serves it, so an older one in
 *   the engine's folder does not count.
 * @param ownPath this program's own path, which is on PATH too.
 * @returns where it is, or `undefined`.
 */
export function findVendorPlugin(
  environment: NodeJS.ProcessEnv,
  sdkVersion: string,
  ownPath: string,
): string | undefined {
  // The embedded default has a home of its own, but what the user has installed is on this machine all the same.
  const usual = join(environment.HOME || homedir(), ".pulumi");
  const homes = new Set([environment.PULUMI_HOME || usual, usual]);
  const cached = [...homes].flatMap((home) => cachedPlugins(join(home, "plugins"), sdkVersion));
  const onPath = (environment.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, PLUGIN));
  const own = existsSync(ownPath) ? realpathSync(ownPath) : undefined;
  return [...cached, ...onPath].find((path) => existsSync(path) && realpathSync(path) !== own);
}

/** Those that the engine has installed in a folder, in versions that will do. */
function cachedPlugins(folder: string, sdkVersion: string): string[] {
  return (
    (existsSync(folder) ? readdirSync(folder) : [])
      // The engine leaves a mark of this name beside a plugin whose installation is not finished.
      .filter((name) => !existsSync(join(folder, `${name}.partial`)))
      .filter((name) => isRecentEnough(/^resource-kubernetes-v(\d+\.\d+\.\d+)$/.exec(name)?.[1], sdkVersion))
      .sort()
      .map((name) => join(folder, name, PLUGIN))
  );
}

function isRecentEnough(version: string | undefined, least: string): boolean {
  if (version === undefined) return false;
  const [found, wanted] = [version, least].map((text) => text.split(".").map(Number));
  for (const [index, number] of (wanted ?? []).entries()) {
    const difference = (found?.[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
