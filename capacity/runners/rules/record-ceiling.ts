import { type Finding, finding } from "../../../model/finding.ts";
import { listNames } from "../../host/names.ts";
import type { Survey, SurveyedNode } from "../survey.ts";

/**
 * A scale set that may land on a KVM node advertises at least one label with a recorded ceiling; otherwise
 * nothing bounds what it adds there.
 */
export function recordCeiling({ sets, nodes, fleet }: Survey): Finding[] {
  const { labels, kvm } = fleet.policy;
  const recorded = new Set(labels.map((l) => l.label));
  return sets.flatMap(({ set, path, active, eligible }) => {
    if (!active || set.labels.some((label) => recorded.has(label))) return [];
    const there = eligible.filter((n) => (nodes[n] as SurveyedNode).kvm);
    if (there.length === 0 && set.selector[kvm.key] !== kvm.value) return [];
    const where =
      there.length === 0
        ? `selects ${kvm.key}=${kvm.value}`
        : `may run on the KVM node${there.length === 1 ? "" : "s"} ${listNames(there.map((n) => (nodes[n] as SurveyedNode).node.name))}`;
    return [
      finding({
        rule: "runners/no-ceiling",
        path: `${path}.labels`,
        subject: `scale set ${set.name}`,
        need: set.maxRunners,
        unit: "runners",
        message: `Scale set ${set.name} ${where}, but no ceiling is recorded for ${listNames(set.labels)}: cannot prove that the aggregate is bounded.`,
        remedy: "Record a ceiling with its audit in policy.labels, or select other nodes.",
      }),
    ];
  });
}
