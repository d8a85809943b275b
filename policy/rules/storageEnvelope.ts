import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kindOf } from "../resource.ts";
import type { Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

/** Judges each Volume, whoever declares it, in the running total. */
export function storageEnvelope(session: Session): ResourceValidationPolicy {
  return {
    name: "storage-envelope",
    description: "Every libvirt Volume fits its pool together with those before it.",
    enforcementLevel: "mandatory",
    validateResource: async (args, report) => {
      if (kindOf(args.type) !== "volume") return;
      reportRefusals(await session.judge(args), report);
    },
  };
}
