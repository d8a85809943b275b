import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofType } from "../ofType.ts";
import { DOMAIN } from "../resource.ts";
import type { Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

/** Judges each Domain, whoever declares it, in the running total. */
export function hostEnvelope(session: Session): ResourceValidationPolicy {
  return {
    name: "host-envelope",
    description: "Every libvirt Domain fits its host together with those before it.",
    enforcementLevel: "mandatory",
    validateResource: ofType(DOMAIN, async (args, report) => {
      reportRefusals(await session.judge(args), report);
    }),
  };
}
