/** Which cluster, and who we are there. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "./apierror.ts";
import type { Settings } from "./settings.ts";

/** Content is told from a path by what a path never has: a line break, or JSON's opening brace. */
export function isKubeconfigContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

/** The user's home for a leading `~`, which no shell has replaced in a configuration value. */
export function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** @throws UserError when there is none, or when it cannot be read, or does not have what the settings name. */
export async function loadKubeConfig(settings: Settings): Promise<KubeConfig> {
  if (settings.isUnknown) {
    throw new UserError("the provider's kubeconfig is not known yet; another resource is still to make it");
  }
  const { KubeConfig } = await import("@kubernetes/client-node");
  const kubeConfig = new KubeConfig();
  const { source, load } = locate(settings, kubeConfig);
  try {
    load();
  } catch (error) {
    throw new UserError(`${source} cannot be read: ${firstLine(error)}`);
  }
  if (settings.context !== undefined) {
    if (kubeConfig.getContextObject(settings.context) === null) {
      throw new UserError(missing(source, "context", settings.context, kubeConfig.getContexts()));
    }
    kubeConfig.setCurrentContext(settings.context);
  }
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  if (context === null) {
    const choices =
      kubeConfig
        .getContexts()
        .map((each) => each.name)
        .join(", ") || "none";
    throw new UserError(
      `${source} has no current context; name one in the provider's "context" (there: ${choices})`,
    );
  }
  const cluster = settings.cluster ?? context.cluster;
  if (kubeConfig.getCluster(cluster) === null) {
    throw new UserError(missing(source, "cluster", cluster, kubeConfig.getClusters()));
  }
  if (cluster === context.cluster) return kubeConfig;
  const redirected = new KubeConfig();
  redirected.loadFromOptions({
    clusters: kubeConfig.getClusters(),
    users: kubeConfig.getUsers(),
    contexts: [{ ...context, cluster }],
    currentContext: context.name,
  });
  return redirected;
}

function locate(settings: Settings, kubeConfig: KubeConfig): { source: string; load: () => void } {
  const given = settings.kubeconfig;
  if (given !== undefined && isKubeconfigContent(given)) {
    return { source: "the provider's kubeconfig", load: () => kubeConfig.loadFromString(given) };
  }
  const named = given ?? process.env.KUBECONFIG ?? "";
  const files = named
    .split(delimiter)
    .filter((path) => path !== "")
    .map(expandHome);
  const paths = files.length > 0 ? files : [join(homedir(), ".kube", "config")];
  if (files.length === 0 && !paths.every((path) => existsSync(path))) {
    throw new UserError(
      `no kubeconfig: the provider names none, $KUBECONFIG is not set and ${paths[0]} is not there; set one of them`,
    );
  }
  // As kubectl has it: of several files those that are not there are passed over, and the first to name
  // something is right.
  const there = paths.filter((path) => existsSync(path));
  const load = () => {
    const parts = (there.length > 0 ? there : paths).map((path) => loadFile(path, kubeConfig));
    kubeConfig.loadFromOptions({
      clusters: firstOfEachName(parts.flatMap((part) => part.getClusters())),
      users: firstOfEachName(parts.flatMap((part) => part.getUsers())),
      contexts: firstOfEachName(parts.flatMap((part) => part.getContexts())),
      currentContext: parts.map((part) => part.getCurrentContext()).find((name) => name) ?? "",
    });
  };
  return { source: `kubeconfig ${paths.join(delimiter)}`, load };
}

function loadFile(path: string, sibling: KubeConfig): KubeConfig {
  const part = new (sibling.constructor as new () => KubeConfig)();
  part.loadFromFile(path);
  return part;
}

function firstOfEachName<Named extends { name: string }>(all: readonly Named[]): Named[] {
  return all.filter((each, index) => all.findIndex(({ name }) => name === each.name) === index);
}

function missing(source: string, what: string, name: string, there: readonly { name: string }[]): string {
  return `${source} has no ${what} "${name}" (there: ${there.map((each) => each.name).join(", ") || "none"})`;
}

function firstLine(error: unknown): string {
  return ((error as Error).message ?? String(error)).split("\n")[0] ?? "";
}
