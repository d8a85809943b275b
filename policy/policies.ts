import type { ResourceValidationPolicy } from "@pulumi/policy";
import { capacityBudget } from "./rules/capacityBudget.ts";
import { capacityPlan } from "./rules/capacityPlan.ts";
import { hostEnvelope } from "./rules/hostEnvelope.ts";
import { runnerEnvelope } from "./rules/runnerEnvelope.ts";
import { storageEnvelope } from "./rules/storageEnvelope.ts";
import { Session } from "./session.ts";

/** The pack's policies over one session. The budget comes first: its config must be known to the others. */
export function createPolicies(session: Session = new Session()): readonly ResourceValidationPolicy[] {
  return [
    capacityBudget(session),
    capacityPlan(session),
    hostEnvelope(session),
    storageEnvelope(session),
    runnerEnvelope(session),
  ];
}
