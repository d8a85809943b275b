#!/usr/bin/env node
// @ts-check
// Entry of every npm script: plain JavaScript that Node.js 20 runs, with nothing installed. It finds a Node.js
// that loads TypeScript, installs the npm packages, then becomes the tool of the given name under that Node.js.
import module from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findNode } from "./node/findNode.mjs";
import { cacheDirectory } from "./setup/cache.mjs";
import { passThrough } from "./setup/command.mjs";
import { installDependencies } from "./setup/dependencies.mjs";
import { SetupError } from "./setup/failure.mjs";
import { say } from "./setup/progress.mjs";

/** The oldest Node.js that this file is tried with. */
const OLDEST_NODE_MAJOR = 20;

// Not import.meta.dirname, which Node.js 20 has from 20.11 on.
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The tool of each command with its first arguments, in the order of the usage line. */
const TOOLS = /** @type {Record<string, [string, ...string[]]>} */ ({
  preview: ["tools/pulumi.ts", "preview"],
  up: ["tools/pulumi.ts", "up"],
  destroy: ["tools/pulumi.ts", "destroy"],
  pulumi: ["tools/pulumi.ts"],
  test: ["tools/test.ts"],
  policy: ["tools/policy.ts"],
  fleet: ["tools/fleet.ts"],
  lab: ["tools/fleet.ts", "lab"],
  bench: ["tools/bench.ts"],
  docs: ["tools/docs/generate.ts"],
});

/**
 * @param {string} command
 * @param {string[]} args
 */
async function main(command, args) {
  const [file, ...first] = (Object.hasOwn(TOOLS, command) && TOOLS[command]) || [];
  if (file === undefined) {
    const known = Object.keys(TOOLS).join("|");
    throw new SetupError(
      `usage: node tools/bootstrap.mjs ${known} [argument…]\ngot: ${command || "(nothing)"}`,
    );
  }
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR) {
    throw new SetupError(
      `Node.js ${OLDEST_NODE_MAJOR} or newer is needed to set up, this is ${process.versions.node}: install Node.js 24 and put it first on PATH`,
    );
  }
  const tool = path.join(root, file);
  const node = await findNode();
  if (node.path !== process.execPath) {
    say(`Node.js ${node.version}: ${node.source}`);
  }
  const env = {
    ...process.env,
    PATH: `${path.dirname(node.path)}${path.delimiter}${process.env.PATH ?? ""}`,
    // Saves parsing the same megabytes of JavaScript in each of the processes that a preview starts.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(cacheDirectory(), "compile-cache"),
  };
  await installDependencies(root, env);

  if (node.path === process.execPath) {
    Object.assign(process.env, env);
    module.enableCompileCache(env.NODE_COMPILE_CACHE);
    process.argv.splice(1, 2, tool, ...first);
    await import(pathToFileURL(tool).href); // a path may have what means something else in a URL
    return;
  }
  process.exitCode = await passThrough(node.path, [tool, ...first, ...args], { env });
}

/** @param {unknown} error */
function fail(error) {
  say(error instanceof SetupError ? error.message : `set-up failed: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

main(process.argv[2] ?? "", process.argv.slice(3)).catch(fail);
