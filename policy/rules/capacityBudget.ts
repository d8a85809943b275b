import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kindOf } from "../resource.ts";
import { isFleetError, type Session } from "../session.ts";
import { reportRefusals } from "../violation.ts";

/** Holds the pack's config, and refuses every resource that counts while the budget cannot be read. */
export function capacityBudget(session: Session): ResourceValidationPolicy {
  return {
    name: "capacity-budget",
    description: "The pack's own budget can be read: hosts, nodes, ceilings and decisions.",
    configSchema: {
      properties: {
        budget: {
          type: ["string", "object"],
          description:
            "Fleet file (YAML, JSON or TypeScript; relative to the pack's folder), or the fleet itself, whose hosts, nodes and policy are the budget. By default those of the built-in default stack.",
        },
        today: {
          type: "string",
          description:
            "The day that records are judged by, like 2026-05-06. By default the current day (UTC).",
        },
        uris: {
          type: "object",
          description:
            "libvirt connection URI to host of the budget, where the provider's URI is another one.",
        },
        contexts: {
          type: "object",
          description: "kubeconfig context to cluster of the budget, where they differ.",
        },
      },
    },
    enforcementLevel: "mandatory",
    validateResource: async (args, report) => {
      session.configure(args.getConfig());
      if (kindOf(args.type) === undefined) return;
      await session.ledger().catch((error: unknown) => {
        if (!isFleetError(error)) throw error;
        reportRefusals(error.findings, report);
      });
    },
  };
}
