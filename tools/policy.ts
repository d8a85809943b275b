/** `npm run policy`: the pack's rules on a fleet file or an exported stack, without the engine. */
await import("../cli/policy.ts");
