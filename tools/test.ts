/**
 * `npm test [-- FILTER…]`: sets up what the tests need, then type check, lint and tests, the fast ones first.
 * Filters are vitest's own (part of a test file's path) and leave type check and lint out.
 *
 * The last line is `N passed, N failed, N skipped`; the exit code is 0 only if everything passed.
 */
import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ROOT } from "./engine/engine.ts";
import { findEngine } from "./engine/findEngine.ts";
import { debianImage } from "./guest/debianImage.ts";
import { testGuest } from "./guest/testGuest.ts";
import { cacheDirectory, makeFolder } from "./setup/cache.mjs";
import { passThrough } from "./setup/command.mjs";
import { SetupError } from "./setup/failure.mjs";
import { elapsed, say } from "./setup/progress.mjs";
import { installSystemPackages } from "./setup/systemPackages.ts";
import { type Count, readReport } from "./setup/vitestReport.ts";

const filters = process.argv.slice(2);
const summary: string[] = [];
let failed = false;

/** Runs one step, whose failure fails the whole but does not keep the next from running. */
async function step(name: string, work: () => Promise<boolean>): Promise<void> {
  const started = Date.now();
  say(`\n== ${name}`);
  const passed = await work().catch((error: unknown) => {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return false;
  });
  summary.push(`${passed ? "ok  " : "FAIL"} ${name}, ${elapsed(started)}`);
  failed ||= !passed;
}

/** Runs a package's executable with its output passed through. */
async function tool(name: string, ...args: string[]): Promise<boolean> {
  return (await passThrough(process.execPath, [binary(name), ...args], { cwd: ROOT })) === 0;
}

function binary(name: string): string {
  return path.join(ROOT, "node_modules", ".bin", name);
}

/** Checks types. What the compiler found out about files is kept, so that it looks only at what has changed since. */
async function types(): Promise<boolean> {
  // It names files by their way from itself, so it is used and written in the same place of every checkout.
  const found = path.join(ROOT, "node_modules", ".types.tsbuildinfo");
  const kept = path.join(cacheDirectory(), "types.tsbuildinfo");
  await copyFile(kept, found).catch(() => undefined);
  const passed = await tool("tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", found);
  await makeFolder(path.dirname(kept));
  await copyFile(found, `${kept}.${process.pid}`)
    .then(() => rename(`${kept}.${process.pid}`, kept))
    .catch(() => undefined);
  return passed;
}

const reports = await mkdtemp(path.join(os.tmpdir(), "numafleet-test-"));
const total: Count = { passed: 0, failed: 0, skipped: 0 };
const skipped: string[] = [];

async function tests(...projects: string[]): Promise<boolean> {
  const report = path.join(reports, `${projects.join("-")}.json`);
  const args = [
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  const passed = await tool(
    "vitest",
    ...args,
    ...(filters.length > 0 ? ["--passWithNoTests", ...filters] : []),
  );
  const count = await readReport(report);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  skipped.push(...count.skippedTests);
  return passed;
}

await step("system packages", installSystemPackages);
await step("test guests", async () => {
  const guest = await testGuest();
  say("skip" in guest ? `Skipped, ${guest.skip}; tests that boot one say so and skip` : "There");
  const debian = await debianImage();
  say(
    "skip" in debian
      ? `No Debian image, ${debian.skip}; the test that boots it says so`
      : "A Debian image too",
  );
  return true;
});
await step("Pulumi engine", async () => {
  const engine = await findEngine();
  say(`Pulumi engine: ${engine.source}`);
  return true;
});
if (filters.length === 0) {
  await step("types (tsc)", types);
  await step("lint and format (biome)", () => tool("biome", "check"));
}
await step("unit tests", () => tests("unit"));
await step("system tests and the lab", () => tests("system", "lab", "alone"));
await rm(reports, { recursive: true, force: true });

if (filters.length > 0 && total.passed + total.failed + total.skipped === 0) {
  say(`\nNo test's path matches ${filters.join(" ")}`);
  failed = true;
}
if (skipped.length > 0) say(`\nSkipped:\n${skipped.map((name) => `  ${name}`).join("\n")}`);
say(`\n${summary.join("\n")}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = failed ? 1 : 0;
