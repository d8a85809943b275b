import { type Finding, finding } from "../../../model/finding.ts";
import { listNames } from "../../host/names.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * What a node offers and what runs there is known of every node that runners may land on. A node whose
 * record lacks a figure is never counted as capacity.
 */
export function knowNodeBudget({ sets, nodes }: Survey): Finding[] {
  const landing = new Map<number, SurveyedSet[]>();
  for (const surveyed of sets) {
    if (!surveyed.active) continue;
    for (const n of surveyed.eligible) {
      const node = nodes[n];
      const stored = (surveyed.envelope.requests.ephemeralStorage ?? 0) > 0;
      const lacking = stored && node?.node.allocatable.ephemeralStorage === undefined;
      if (!lacking && (node?.missing.length ?? 0) === 0) continue;
      const list = landing.get(n);
      if (list) list.push(surveyed);
      else landing.set(n, [surveyed]);
    }
  }
  return nodes.flatMap(({ node, path, missing }, n) => {
    const there = landing.get(n);
    if (!there) return [];
    const storage =
      node.allocatable.ephemeralStorage === undefined &&
      there.some((s) => (s.envelope.requests.ephemeralStorage ?? 0) > 0);
    const lacks = [...missing, ...(storage ? ["allocatable ephemeral storage"] : [])];
    return [
      finding({
        rule: "runners/unknown-node-budget",
        path:
          missing.length === 1 && missing[0] === "running pods" ? `${path}.running` : `${path}.allocatable`,
        subject: `node ${node.name}`,
        message: `The record of node ${node.name} lacks ${listNames(lacks)}: cannot prove that ${listNames(there.map((s) => s.set.name))} fit${there.length === 1 ? "s" : ""} there.`,
        remedy: "Audit the node and record the figures, or keep runners off it.",
      }),
    ];
  });
}
