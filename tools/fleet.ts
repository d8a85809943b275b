/** `npm run fleet -- COMMAND …`: commands on a declared fleet, without the engine. */
await import("../cli/fleet.ts");
