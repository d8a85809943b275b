import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kindOf } from "../resource.ts";
import type { Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

/** Judges a plan's fleet anew, under the pack's figures; the verdict that it carries is not believed. */
export function capacityPlan(session: Session): ResourceValidationPolicy {
  return {
    name: "capacity-plan",
    description: "The fleet that a CapacityPlan carries fits the pack's budget.",
    enforcementLevel: "mandatory",
    validateResource: async (args, report) => {
      if (kindOf(args.type) !== "plan") return;
      reportRefusals(await session.judge(args), report);
    },
  };
}
