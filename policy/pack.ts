import { PolicyPack } from "@pulumi/policy";
import { createPolicies } from "./policies.ts";

/** The policy pack, as the engine starts it. Everything it decides is in `rules/`. */
new PolicyPack("numafleet", {
  displayName: "numafleet capacity",
  description: "Refuses what the recorded capacity cannot hold, before it is created.",
  enforcementLevel: "mandatory",
  policies: [...createPolicies()],
});
