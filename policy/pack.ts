import { PolicyPack } from "@pulumi/policy";
import { createPolicies } from "./policies.ts";
import { Session } from "./session.ts";

/** Milliseconds after which the engine has asked what it asks of a pack, and starts the program. */
const HANDSHAKE_MS = 60;

const session = new Session();

/** The policy pack, as the engine starts it. Everything it decides is in `rules/`. */
new PolicyPack("numafleet", {
  displayName: "numafleet capacity",
  description: "Refuses what the recorded capacity cannot hold, before it is created.",
  enforcementLevel: "mandatory",
  policies: [...createPolicies(session)],
});

setTimeout(() => session.warmUp(), HANDSHAKE_MS).unref();
