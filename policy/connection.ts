import { finding } from "../model/finding.ts";
import type { Budget } from "./budget.ts";
import type { Facts } from "./facts.ts";
import type { PlainObject } from "./plain.ts";
import type { Settings } from "./settings.ts";

/**
 * The budget's host that a resource is created on, by its provider's URI; empty, with a finding, if there is
 * none. What follows a `?` says how to connect, not where to, and is left aside.
 */
export function hostOf(
  facts: Facts,
  provider: PlainObject,
  { hosts }: Budget,
  { uris }: Pick<Settings, "uris">,
): string {
  const uri = facts.text(provider, "uri", "provider.uri");
  if (uri === undefined) {
    if (hosts.length !== 1) facts.required(undefined, "provider.uri", STATE_URI);
    return hosts[0]?.name ?? "";
  }
  const mapped = Object.hasOwn(uris, uri) ? uris[uri] : undefined;
  const host =
    mapped === undefined
      ? (hosts.find((h) => h.uri === uri) ?? hosts.find((h) => address(h.uri) === address(uri)))
      : hosts.find((h) => h.name === mapped);
  if (host === undefined) {
    const known = hosts.map((h) => `${h.name} at ${h.uri}`);
    refuse(facts, "provider.uri", `host at ${uri}`, known, `the URI to one of its hosts in \`uris\``);
  }
  return host?.name ?? "";
}

/** The budget's cluster that a resource is created in, by its provider's context; empty if there is none. */
export function clusterOf(
  facts: Facts,
  provider: PlainObject,
  { nodes }: Budget,
  { contexts }: Pick<Settings, "contexts">,
): string {
  const clusters = [...new Set(nodes.map((n) => n.cluster))];
  const context = facts.text(provider, "context", "provider.context");
  if (context === undefined) {
    if (clusters.length !== 1) facts.required(undefined, "provider.context", STATE_CONTEXT);
    return clusters[0] ?? "";
  }
  const mapped = Object.hasOwn(contexts, context) ? contexts[context] : context;
  const cluster = clusters.find((c) => c === mapped);
  if (cluster === undefined) {
    const way = "the context to one of its clusters in `contexts`";
    refuse(facts, "provider.context", `cluster of context ${context}`, clusters, way);
  }
  return cluster ?? "";
}

const STATE_URI = "Give the resource a libvirt provider with a `uri` of the budget.";
const STATE_CONTEXT = "Give the resource a Kubernetes provider with a `context`.";

function address(uri: string): string {
  return uri.replace(/\?.*$/, "");
}

function refuse(facts: Facts, path: string, what: string, known: readonly string[], way: string): void {
  const list =
    known.length === 0
      ? "it knows none"
      : `it knows ${known.slice(0, 5).join(", ")}${known.length > 5 ? `, and ${known.length - 5} more` : ""}`;
  facts.findings.push(
    finding({
      rule: "budget/unknown-place",
      path,
      subject: facts.subject,
      message: `The policy pack's budget has no ${what} (${list}): it cannot be proven that ${facts.subject} fits.`,
      remedy: `Map ${way} of the pack's config, add it to the budget, or use what it knows.`,
    }),
  );
}
