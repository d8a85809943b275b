#!/usr/bin/env node
// @ts-check
// Entry of every npm script: plain JavaScript that Node.js 20 runs, with nothing installed. It finds a Node.js
// that loads TypeScript, installs the npm packages, then becomes the tool of the given name under that Node.js.
import { spawn } from "node:child_process";
import module from "node:module";
import path from "node:path";
import { findNode } from "./node/findNode.mjs";
import { cacheDirectory } from "./setup/cache.mjs";
import { installDependencies } from "./setup/dependencies.mjs";
import { SetupError } from "./setup/failure.mjs";
import { say } from "./setup/progress.mjs";

const root = path.dirname(import.meta.dirname);

/** The tool of each command with its first arguments, in the order of the usage line. */
const TOOLS = /** @type {Record<string, [string, ...string[]]>} */ ({
  preview: ["tools/pulumi.ts", "preview"],
  up: ["tools/pulumi.ts", "up"],
  destroy: ["tools/pulumi.ts", "destroy"],
  pulumi: ["tools/pulumi.ts"],
  test: ["tools/test.ts"],
  policy: ["tools/policy.ts"],
  bench: ["tools/bench.ts"],
  docs: ["tools/docs/generate.ts"],
});

/**
 * @param {string} command
 * @param {string[]} args
 */
async function main(command, args) {
  const [file, ...first] = TOOLS[command] ?? [];
  if (file === undefined) {
    const known = Object.keys(TOOLS).join("|");
    throw new SetupError(
      `usage: node tools/bootstrap.mjs ${known} [argument…]\ngot: ${command || "(nothing)"}`,
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
    await import(tool);
    return;
  }
  const child = spawn(node.path, [tool, ...first, ...args], { stdio: "inherit", env });
  // The terminal's Ctrl-C reaches the child by itself; this process only waits for what the child makes of it.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  }
  child.on("error", (error) => fail(new SetupError(`cannot start ${node.path}: ${error.message}`)));
  child.on("close", (code) => process.exit(code ?? 1));
}

/** @param {unknown} error */
function fail(error) {
  say(error instanceof SetupError ? error.message : `set-up failed: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

main(process.argv[2] ?? "", process.argv.slice(3)).catch(fail);
