import { existsSync } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findNode, isRecentEnough, PINNED_NODE } from "../../tools/node/findNode.mjs";
import { stubMachine } from "./stub.ts";

const OLD = { path: "/usr/bin/node", version: "20.20.2" };
const INSTALLED = "node_modules/node/bin";
const NPM = `mkdir -p ${INSTALLED}; printf '#!/bin/sh\\necho v${PINNED_NODE}\\n' > ${INSTALLED}/node
chmod +x ${INSTALLED}/node; echo "$*" > "$(dirname "$0")/../npm-arguments"`;

describe("findNode", () => {
  test("takes the one running when it is recent enough, before any other", async () => {
    const machine = await stubMachine();
    await machine.command("node", "echo v25.0.0");
    const running = { path: "/opt/node", version: "24.0.0" };
    expect(await findNode({ running, env: machine.env })).toMatchObject(running);
  });

  test("takes the one on PATH when the one running is too old", async () => {
    const machine = await stubMachine();
    const onPath = await machine.command("node", "echo v25.1.0");
    expect(await findNode({ running: OLD, env: machine.env })).toEqual({
      path: onPath,
      version: "25.1.0",
      source: "PATH",
    });
  });

  test("fetches npm's node package when there is none, then takes that from the cache", async () => {
    const machine = await stubMachine();
    await machine.command("node", "echo v20.20.2");
    await machine.command("npm", NPM);
    const first = await findNode({ running: OLD, env: machine.env });
    expect(first).toMatchObject({ version: PINNED_NODE, source: "npm's node package" });
    expect(existsSync(first.path)).toBe(true);

    await machine.command("npm", "exit 1");
    const second = await findNode({ running: OLD, env: machine.env });
    expect(second).toEqual({ ...first, source: "the cache" });
  });

  test("an install that is broken off is never taken for a whole one", async () => {
    const machine = await stubMachine();
    await machine.command("npm", `mkdir -p ${INSTALLED}; echo "npm error network timeout" >&2; exit 1`);
    await expect(findNode({ running: OLD, env: machine.env })).rejects.toThrow(
      `Node.js 24 or newer is needed, this is 20.20.2, and npm could not install one:
network timeout
Install Node.js 24 and put it first on PATH.`,
    );
    expect(await readdir(machine.cache)).toEqual([]);
  });

  test("fetches again what is damaged in the cache", async () => {
    const machine = await stubMachine();
    await machine.command("npm", NPM);
    await machine.file(`cache/numafleet/node-${PINNED_NODE}/${INSTALLED}/node`, "\x7fELF", 0o755);
    const found = await findNode({ running: OLD, env: machine.env });
    expect(found.source).toBe("npm's node package");
  });

  test("says so where npm is missing too", async () => {
    const machine = await stubMachine();
    await expect(findNode({ running: OLD, env: machine.env })).rejects.toThrow(
      "there is no npm on PATH: install it, it comes with Node.js",
    );
  });

  test("two runs at once install once, and both get it", async () => {
    const machine = await stubMachine();
    await machine.command("npm", `echo run >> "$(dirname "$0")/../npm-runs"; sleep 0.3\n${NPM}`);
    const both = await Promise.all([
      findNode({ running: OLD, env: machine.env }),
      findNode({ running: OLD, env: machine.env }),
    ]);
    expect(await realpath(both[0].path)).toBe(await realpath(both[1].path));
    expect(await readdir(machine.cache)).toEqual([`node-${PINNED_NODE}`]);
  });
});

test.each([
  ["24.0.0", true],
  ["26.10.0", true],
  ["23.11.1", false],
  ["20.20.2", false],
  ["", false],
])("Node.js %s is recent enough: %s", (version, expected) => {
  expect(isRecentEnough(version)).toBe(expected);
});

test("the pinned release is the one in the lockfile", async () => {
  const lock = path.join(import.meta.dirname, "../../tools/node/package-lock.json");
  const { default: locked } = await import(lock, { with: { type: "json" } });
  expect(locked.packages["node_modules/node"].version).toBe(PINNED_NODE);
});
