import type { ResourceValidationPolicy } from "@pulumi/policy";
import { type Kind, kindOf } from "../resource.ts";
import type { Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

const KINDS: ReadonlySet<Kind> = new Set(["release", "runnerSet", "runnerSetPatch"]);

/** Judges each Helm release and custom resource of ARC, whoever declares it, in the running total. */
export function runnerEnvelope(session: Session): ResourceValidationPolicy {
  return {
    name: "runner-envelope",
    description: "Every ARC scale set fits ceilings and nodes together with those before it.",
    enforcementLevel: "mandatory",
    validateResource: async (args, report) => {
      const kind = kindOf(args.type);
      if (kind === undefined || !KINDS.has(kind)) return;
      reportRefusals(await session.judge(args), report);
    },
  };
}
