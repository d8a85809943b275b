// @ts-check
// Runs a policy pack whose PulumiPolicy.yaml says `typescript: false`: as @pulumi/pulumi/cmd/run-policy-pack does,
// except that it registers no ts-node, which a pack that Node.js can load by itself does not need (220 ms of CPU).
//
// usage: node runPolicyPack.cjs ENGINE_ADDRESS PACK_FOLDER
const { createRequire } = require("node:module");
const path = require("node:path");

/** Exit code by which a pack says that the user was already told (same in the vendor's runner). */
const ALREADY_REPORTED = 32;

const pack = process.argv[process.argv.length - 1] ?? ".";
const { run } = createRequire(path.join(pack, "index.js"))("@pulumi/pulumi/cmd/run-policy-pack/run");

/** @type {Set<unknown>} */
const uncaught = new Set();
/** @type {Set<unknown>} */
const reported = new Set();
let running = false;

// A pack that fails must not end with code 0: the engine would take its silence for consent.
/** @param {unknown} error */
const onUncaught = (error) => {
  uncaught.add(error);
  if (!running) console.error(error instanceof Error ? (error.stack ?? error.message) : error);
};
process.on("uncaughtException", onUncaught);
process.on("unhandledRejection", onUncaught);
process.on("exit", (code) => {
  if (code !== 0 || uncaught.size === 0) return;
  process.exitCode = [...uncaught].every((error) => reported.has(error)) ? ALREADY_REPORTED : 1;
});

run({
  argv: { _: [pack] },
  programStarted: () => {
    running = true;
  },
  reportLoggedError: (/** @type {unknown} */ error) => reported.add(error),
  typeScript: false,
}).then(() => {
  running = false;
});
