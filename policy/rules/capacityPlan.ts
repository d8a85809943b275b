import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofType } from "../ofType.ts";
import { PLAN } from "../resource.ts";
import type { Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

/** Judges a plan's fleet anew, under the pack's figures; the verdict that it carries is not believed. */
export function capacityPlan(session: Session): ResourceValidationPolicy {
  return {
    name: "capacity-plan",
    description: "The fleet that a CapacityPlan carries fits the pack's budget.",
    enforcementLevel: "mandatory",
    validateResource: ofType(PLAN, async (args, report) => {
      reportRefusals(await session.judge(args), report);
    }),
  };
}
