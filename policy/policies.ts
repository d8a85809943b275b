import type { ResourceValidationPolicy } from "@pulumi/policy";
import { capacityBudget } from "./rules/capacityBudget.ts";
import { capacityPlan } from "./rules/capacityPlan.ts";
import { configuredBudget } from "./rules/configuredBudget.ts";
import { hostEnvelope } from "./rules/hostEnvelope.ts";
import { runnerEnvelope } from "./rules/runnerEnvelope.ts";
import { storageEnvelope } from "./rules/storageEnvelope.ts";
import { Session } from "./session.ts";

/** The pack's policies over one session. Their order matters: the budget's config must be known first, a plan be judged before it is spoken of. */
export function createPolicies(session: Session = new Session()): readonly ResourceValidationPolicy[] {
  return [
    capacityBudget(session),
    capacityPlan(session),
    configuredBudget(session),
    hostEnvelope(session),
    storageEnvelope(session),
    runnerEnvelope(session),
  ];
}
