/** Where clusters are and who we are there, as kubectl finds it: `--kubeconfig`, `$KUBECONFIG`, `~/.kube/config`. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { isUnknown, type Unknown, unknown } from "../../facts/asked.ts";
import { printable } from "../../facts/kubeText.ts";
import { nearest } from "../../model/properties.ts";

/** The contexts of one or several kubeconfig files. */
export interface Contexts {
  /** What was read, for messages. */
  readonly source: string;
  readonly config: KubeConfig;
}

/** Never shows what stands in a kubeconfig: a parser's own words may quote a token. */
export async function loadContexts(path: string | undefined): Promise<Contexts | Unknown> {
  const named = (path === undefined ? (process.env.KUBECONFIG ?? "").split(delimiter) : [path])
    .filter((file) => file !== "")
    .map((file) => file.replace(/^~(?=\/)/, homedir()));
  const files = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const source = `kubeconfig ${files.join(delimiter)}`;
  // Of several files kubectl passes over those that are not there.
  const there = path === undefined ? files.filter((file) => existsSync(file)) : files;
  if (there.length === 0)
    return unknown(`there is no ${source}`, "Name one with --kubeconfig, or set KUBECONFIG.");
  const { KubeConfig } = await import("@kubernetes/client-node");
  const parts: KubeConfig[] = [];
  for (const file of there) {
    const part = new KubeConfig();
    const why = await load(part, file);
    if (why !== undefined) return unknown(`kubeconfig ${file} ${why}`, "Name one that can be read.");
    parts.push(part);
  }
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: firstOfEachName(parts.flatMap((part) => part.getClusters())),
    users: firstOfEachName(parts.flatMap((part) => part.getUsers())),
    contexts: firstOfEachName(parts.flatMap((part) => part.getContexts())),
    currentContext: "",
  });
  return { source, config };
}

async function load(part: KubeConfig, file: string): Promise<string | undefined> {
  try {
    await readFile(file);
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`;
  }
  try {
    // An entry that is not complete spoils its own context, and no other.
    part.loadFromFile(file, { onInvalidEntry: "filter" });
    return undefined;
  } catch {
    return "is no kubeconfig";
  }
}

function firstOfEachName<Named extends { name: string }>(all: readonly Named[]): Named[] {
  return all.filter((each, index) => all.findIndex(({ name }) => name === each.name) === index);
}

/** The kubeconfig with one context chosen, or why there is none. */
export function chooseContext(contexts: Contexts | Unknown, name: string): KubeConfig | Unknown {
  if (isUnknown(contexts)) return contexts;
  const { config, source } = contexts;
  const known = config.getContexts().map((context) => context.name);
  if (!known.includes(name)) {
    const meant = nearest(name, known);
    const others =
      known.length === 0 ? "it has none" : `it has ${known.slice(0, 5).map(printable).join(", ")}`;
    const hint = meant ? `did you mean ${printable(meant)}?` : `${others}${known.length > 5 ? ", …" : ""}`;
    return unknown(
      `${source} has no context ${JSON.stringify(name)}; ${hint}`,
      "Name a context that is there.",
    );
  }
  const chosen = new (config.constructor as new () => KubeConfig)();
  chosen.loadFromOptions({
    clusters: config.getClusters(),
    users: config.getUsers(),
    contexts: config.getContexts(),
    currentContext: name,
  });
  if (chosen.getCurrentCluster()?.server) return chosen;
  return unknown(`context ${JSON.stringify(name)} of ${source} names no API server`, "Complete the context.");
}
