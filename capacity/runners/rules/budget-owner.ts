import { type Finding, finding } from "../../../model/finding.ts";
import type { LargestMaximum } from "../../capacity.ts";
import { lowerMaximum } from "../maxima.ts";
import type { Survey } from "../survey.ts";

/** A scale set stays within the maximum budgeted for it, or within the default for new owners. */
export function budgetOwner(survey: Survey, maxima: readonly LargestMaximum[]): Finding[] {
  const { ownerBudgets, newOwnerMaximum } = survey.fleet.policy;
  const budgets = new Map(ownerBudgets.map((b) => [b.scaleSet, b.maximum]));
  return survey.sets.flatMap(({ set, path }, s) => {
    const own = budgets.get(set.name);
    const limit = own ?? newOwnerMaximum;
    if (set.maxRunners <= limit) return [];
    const rule = own === undefined ? "the default of a scale set without a budget of its own" : "its budget";
    return [
      finding({
        rule: "runners/new-owner-maximum",
        path: `${path}.maxRunners`,
        subject: `scale set ${set.name}`,
        have: set.maxRunners,
        need: set.maxRunners,
        limit,
        unit: "runners",
        message: `Scale set ${set.name} has a maximum of ${set.maxRunners} runners, ${rule} is ${limit}: short by ${set.maxRunners - limit}.`,
        remedy: lowerMaximum(survey, maxima, [s], "Lower it, or record a budget in policy.ownerBudgets."),
      }),
    ];
  });
}
