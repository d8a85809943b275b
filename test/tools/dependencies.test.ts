import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { installDependencies } from "../../tools/setup/dependencies.mjs";
import { type StubMachine, stubMachine } from "./stub.ts";

const LOCK = JSON.stringify({
  packages: {
    "": { name: "checkout" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b-win32": { version: "1.0.0", optional: true },
    "node_modules/workspace": { link: true },
  },
});

/** Whatever the npm around it was told: every package, and the reason of a failure. */
const NPM_CI = "ci --no-audit --no-fund --loglevel=error --include=dev";

/** A checkout with a lockfile, and an npm that counts its calls. */
async function checkout(npm: string) {
  const machine = await stubMachine();
  await machine.file("package-lock.json", LOCK);
  await machine.command("npm", `echo "$*" >> "$(dirname "$0")/../npm-runs"\n${npm}`);
  return { machine, install: () => installDependencies(machine.directory, machine.env) };
}

async function npmRuns(machine: StubMachine): Promise<string[]> {
  const log = await readFile(path.join(machine.directory, "npm-runs"), "utf8").catch(() => "");
  return log.split("\n").filter((line) => line !== "");
}

describe("installDependencies", () => {
  test("installs once for a lockfile, and again for another", async () => {
    const { machine, install } = await checkout("mkdir -p node_modules");
    expect(await install()).toBe(true);
    expect(await install()).toBe(false);
    await machine.file("package-lock.json", LOCK.replace("1.0.0", "1.0.1"));
    expect(await install()).toBe(true);
    expect(await npmRuns(machine)).toEqual([NPM_CI, NPM_CI]);
  });

  test("installs again when node_modules has gone", async () => {
    const { machine, install } = await checkout("mkdir -p node_modules");
    await install();
    await rm(path.join(machine.directory, "node_modules"), { recursive: true });
    expect(await install()).toBe(true);
  });

  test("keeps an install by hand that agrees with the lockfile", async () => {
    const { machine, install } = await checkout("exit 1");
    await machine.file(
      "node_modules/.package-lock.json",
      JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }),
    );
    expect(await install()).toBe(false);
    expect(await npmRuns(machine)).toEqual([]);
  });

  test("installs again when npm has changed what is installed since, by npm prune say", async () => {
    const { machine, install } = await checkout("mkdir -p node_modules");
    const record = (packages: object) =>
      machine.file("node_modules/.package-lock.json", JSON.stringify({ packages }));
    await record({ "node_modules/a": { version: "1.0.0" } });
    expect(await install()).toBe(false);
    await record({});
    expect(await install()).toBe(true);
  });

  test("takes a record that npm was killed in the middle of for none", async () => {
    const { machine, install } = await checkout("mkdir -p node_modules");
    await machine.file("node_modules/.package-lock.json", '{"packages": {"node_mod');
    expect(await install()).toBe(true);
  });

  test("replaces an install by hand of another version", async () => {
    const { machine, install } = await checkout("mkdir -p node_modules");
    await machine.file(
      "node_modules/.package-lock.json",
      JSON.stringify({ packages: { "node_modules/a": { version: "0.9.0" } } }),
    );
    expect(await install()).toBe(true);
  });

  test("two runs at once install once", async () => {
    const { machine, install } = await checkout("sleep 0.3; mkdir -p node_modules");
    expect((await Promise.all([install(), install()])).sort()).toEqual([false, true]);
    expect(await npmRuns(machine)).toHaveLength(1);
  });

  test("an install that fails says why, and the next run tries again", async () => {
    const { machine, install } = await checkout(`mkdir -p node_modules
echo "npm warn old" >&2; echo "npm error code E404" >&2
echo "npm error     at fetch (a.js:1:2)" >&2; echo "npm error A complete log of this run is in x" >&2; exit 1`);
    await expect(install()).rejects.toThrow(`npm ci failed in ${machine.directory}:
code E404
Check that npm can reach its registry (npm ping), or copy node_modules from a machine that can.`);
    await expect(install()).rejects.toThrow("code E404");
    expect(await npmRuns(machine)).toHaveLength(2);
  });
});

test("the lockfile has an entry for every platform's optional package, without which npm ci refuses it", async () => {
  const lock = JSON.parse(await readFile(path.join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.values(lock.packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !Object.keys(lock.packages).some((key) => key.endsWith(`node_modules/${name}`)));
  expect(missing).toEqual([]);
});
