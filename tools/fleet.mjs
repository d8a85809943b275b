#!/usr/bin/env node
// @ts-check
// The package's `bin`: `fleet COMMAND …`, set up as the npm scripts are.
process.argv.splice(2, 0, "fleet");
await import("./bootstrap.mjs");
