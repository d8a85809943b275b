// @ts-check
// Entry of the policy pack: plain JavaScript, so that any Node.js can at least say what is missing. The
// analyzer runner loads its entry with require(); the pack itself is TypeScript that Node.js strips of types.
import process from "node:process";

if (process.features.typescript) {
  // require() refuses a module with top-level await, so the import's failure is handled here.
  import("./pack.ts").catch((error) => {
    console.error(`numafleet's policy pack does not load: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  });
} else {
  console.error(
    `numafleet's policy pack is TypeScript, which Node.js ${process.versions.node} does not load. ` +
      "Put Node.js 24 or later first on PATH.",
  );
  process.exit(1);
}
