import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { say, withProgress } from "../setup/progress.mjs";
import { type Engine, ROOT } from "./engine.ts";
import { EMBEDDED_STATE } from "./environment.ts";

/** The stack of the embedded default; its settings are in Pulumi.dev.yaml. */
const STACK = "dev";

/**
 * Creates and selects the embedded default's stack unless its state file is there: looking costs nothing, asking
 * the engine a quarter of a second.
 *
 * @throws SetupError when the engine cannot create it.
 */
export async function ensureEmbeddedStack(engine: Engine, env: NodeJS.ProcessEnv): Promise<void> {
  const stateFile = path.join(EMBEDDED_STATE, ".pulumi", "stacks", "numafleet", `${STACK}.json`);
  if (existsSync(stateFile)) return;
  await mkdir(EMBEDDED_STATE, { recursive: true });
  const result = await withProgress(`Creating the stack ${STACK}`, () =>
    run(engine.command, ["stack", "init", STACK, "--non-interactive"], { cwd: ROOT, env }),
  );
  // A run beside this one may have been first.
  if (result.code !== 0 && !existsSync(stateFile)) {
    throw new SetupError(`the stack ${STACK} cannot be created in ${EMBEDDED_STATE}: ${tail(result)}`);
  }
  say(`Created the stack ${STACK} in .numafleet/state`);
}
