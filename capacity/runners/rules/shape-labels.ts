import { type Finding, finding } from "../../../model/finding.ts";
import type { Survey } from "../survey.ts";

/** Shorter owner and repository names count only as whole words of a label: `nix` may be a capability too. */
const SHORT_NAME = 4;

/**
 * Workflow-facing labels name a capability: they have the policy's shape, and no owner's or repository's
 * name of this fleet is inside. Those belong to the private registration.
 */
export function shapeLabels({ sets, fleet }: Survey): Finding[] {
  const { labelPattern } = fleet.policy;
  const pattern = new RegExp(`^(?:${labelPattern})$`, "u");
  const names = [...new Set(sets.flatMap(({ set }) => set.scope.toLowerCase().split("/")))];
  const verdicts = new Map<string, { shaped: boolean; name: string | undefined }>();
  return sets.flatMap(({ set, path }) =>
    set.labels.flatMap((label, i) => {
      let verdict = verdicts.get(label);
      if (!verdict) {
        verdict = { shaped: pattern.test(label), name: names.find((name) => holds(label, name)) };
        verdicts.set(label, verdict);
      }
      const common = { path: `${path}.labels[${i}]`, subject: `scale set ${set.name}` };
      const findings: Finding[] = [];
      if (!verdict.shaped) {
        findings.push(
          finding({
            ...common,
            rule: "runners/label-shape",
            message: `Scale set ${set.name} advertises ${JSON.stringify(label)}, which has not the shape of a capability label (${labelPattern}).`,
            remedy: "Advertise the capability's label, or change policy.labelPattern.",
          }),
        );
      }
      if (verdict.name !== undefined) {
        findings.push(
          finding({
            ...common,
            rule: "runners/label-names-owner",
            message: `Scale set ${set.name} advertises ${JSON.stringify(label)}, which holds ${JSON.stringify(verdict.name)}, the name of an owner or repository.`,
            remedy: "Name the capability in the label; keep owners and repositories in scope and name.",
          }),
        );
      }
      return findings;
    }),
  );
}

function holds(label: string, name: string): boolean {
  const text = label.toLowerCase();
  return name.length < SHORT_NAME ? text.split(/[^a-z0-9]+/).includes(name) : text.includes(name);
}
