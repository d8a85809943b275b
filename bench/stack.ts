import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { debugMessagesEnvironment } from "../tools/engine/debugMessages.ts";
import { ROOT } from "../tools/engine/engine.ts";
import { chooseBackend } from "../tools/engine/environment.ts";
import { findEngine } from "../tools/engine/findEngine.ts";
import type { TimedCommand } from "./process.ts";

/** Name of the stacks that are measured. */
export const STACK = "dev";

/** What makes a folder a project of this name. */
export function projectFile(name: string): string {
  return `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`;
}

/** The least that the engine can run: what it and the language host cost without any of ours. */
export const EMPTY_PROGRAM = {
  "Pulumi.yaml": projectFile("empty"),
  "package.json": '{ "name": "empty", "type": "module", "main": "index.ts" }\n',
  "index.ts": "export {};\n",
};

/** The engine, and the environment that `npm run` gives it, with state and engine home in a folder of this run. */
export async function measuredEngine(folder: string): Promise<{ command: string; env: NodeJS.ProcessEnv }> {
  const engine = await findEngine();
  const { PULUMI_BACKEND_URL: _, ...own } = process.env;
  const state = join(folder, "state");
  await mkdir(state);
  const env = {
    ...chooseBackend({ ...own, PULUMI_HOME: join(folder, "home") }).env,
    PULUMI_BACKEND_URL: `file://${state}`,
    ...engine.env,
    ...debugMessagesEnvironment([]),
  };
  return { command: engine.command, env };
}

/** Writes a program that finds this repository's packages. */
export async function writeProgram(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
}

/** The command that makes the stack of a program. */
export function stackInit(command: string, cwd: string, env: NodeJS.ProcessEnv): TimedCommand {
  const args = ["stack", "init", STACK, "--non-interactive", "--no-select"];
  return { name: `stack init in ${cwd}`, command, args, cwd, env };
}
