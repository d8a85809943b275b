import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofType } from "../ofType.ts";
import { VOLUME } from "../resource.ts";
import type { Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

/** Judges each Volume, whoever declares it, in the running total. */
export function storageEnvelope(session: Session): ResourceValidationPolicy {
  return {
    name: "storage-envelope",
    description: "Every libvirt Volume fits its pool together with those before it.",
    enforcementLevel: "mandatory",
    validateResource: ofType(VOLUME, async (args, report) => {
      reportRefusals(await session.judge(args), report);
    }),
  };
}
