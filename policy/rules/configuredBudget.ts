import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofType } from "../ofType.ts";
import { PLAN } from "../resource.ts";
import type { Session } from "../session.ts";
import { violationText } from "../violation.ts";

/** Says where a stack is judged by figures of its own, since the pack's config names no budget for its site. */
export function configuredBudget(session: Session): ResourceValidationPolicy {
  return {
    name: "configured-budget",
    description: "The budget that a plan is judged by is named in the pack's config.",
    enforcementLevel: "advisory",
    validateResource: ofType(PLAN, async (_args, report) => {
      const notice = await session.notice();
      if (notice) report(violationText(notice));
    }),
  };
}
