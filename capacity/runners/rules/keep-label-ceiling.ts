import { type Finding, finding } from "../../../model/finding.ts";
import type { LargestMaximum } from "../../capacity.ts";
import { listNames } from "../../host/names.ts";
import { labelSums, lowerMaximum } from "../maxima.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * The maxima of all scale sets that advertise a label sum up to its ceiling at most: ARC caps each set by
 * itself, so nothing else holds the sum.
 */
export function keepLabelCeiling(survey: Survey, maxima: readonly LargestMaximum[]): Finding[] {
  const sums = labelSums(survey);
  return survey.fleet.policy.labels.flatMap(({ label, ceiling, evidence }, i) => {
    const sum = sums.get(label) ?? 0;
    if (sum <= ceiling) return [];
    const sets = [...survey.sets.keys()].filter((s) => {
      const { set, active } = survey.sets[s] as SurveyedSet;
      return active && set.labels.includes(label);
    });
    const parts = sets.map((s) => {
      const { name, maxRunners } = (survey.sets[s] as SurveyedSet).set;
      return `${name} ${maxRunners}`;
    });
    return [
      finding({
        rule: "runners/label-ceiling",
        path: `policy.labels[${i}].ceiling`,
        subject: `label ${label}`,
        have: sum,
        need: sum,
        limit: ceiling,
        unit: "runners",
        message: `Label ${label}: the maxima sum up to ${sum} runners (${listNames(parts)}), above the ceiling of ${ceiling} by ${sum - ceiling} (${trimmed(evidence)}).`,
        remedy: lowerMaximum(
          survey,
          maxima,
          sets,
          "Lower several maxima, or raise the ceiling with a fresh audit.",
        ),
      }),
    ];
  });
}

/** Evidence is a sentence of its own; inside of ours its full stop goes. */
function trimmed(evidence: string): string {
  return evidence.replace(/\.$/, "");
}
