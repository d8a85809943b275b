/** Whether the vendor's own plugin is on this machine: then the stand-in has no business here. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const PLUGIN = "pulumi-resource-kubernetes";

/**
 * @param sdkVersion of `@pulumi/kubernetes`: the engine takes a plugin of this version or a newer one, so an
 *   older one in the cache does not count.
 * @param ownPath this program's own path, which is on PATH too.
 * @returns where it is, or `undefined`.
 */
export function findVendorPlugin(
  environment: NodeJS.ProcessEnv,
  sdkVersion: string,
  ownPath: string,
): string | undefined {
  const plugins = join(environment.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  const cached = (existsSync(plugins) ? readdirSync(plugins) : [])
    // The engine leaves a mark of this name beside a plugin whose installation is not finished.
    .filter((name) => !existsSync(join(plugins, `${name}.partial`)))
    .filter((name) => isRecentEnough(/^resource-kubernetes-v(\d+\.\d+\.\d+)$/.exec(name)?.[1], sdkVersion))
    .sort()
    .map((name) => join(plugins, name, PLUGIN));
  const onPath = (environment.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, PLUGIN));
  const own = realpathSync(ownPath);
  return [...cached, ...onPath].find((path) => existsSync(path) && realpathSync(path) !== own);
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
