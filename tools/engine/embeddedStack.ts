import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../setup/cache.mjs";
import { run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { say, withProgress } from "../setup/progress.mjs";
import { type Engine, ROOT } from "./engine.ts";

/** The stack of the embedded default; its settings are in Pulumi.dev.yaml. */
const STACK = "dev";

/**
 * Creates the embedded default's stack unless its state file is there (looking costs nothing, asking the engine a
 * quarter of a second), or unless another stack was chosen: then that is the one that is meant.
 *
 * @param env the engine's environment, with the embedded default's backend and home.
 * @returns the variable that names the stack, where nobody has chosen one.
 * @throws SetupError when the engine cannot create it.
 */
export async function ensureEmbeddedStack(
  engine: Engine,
  env: NodeJS.ProcessEnv,
  root: string = ROOT,
): Promise<Record<string, string>> {
  const chosen = env.PULUMI_STACK || selectedStack(env, root);
  if (chosen !== undefined && chosen.split("/").pop() !== STACK) return {};
  const state = path.join(root, ".numafleet", "state");
  const stateFile = path.join(state, ".pulumi", "stacks", "numafleet", `${STACK}.json`);
  if (!existsSync(stateFile)) {
    await makeFolder(state);
    const result = await withProgress(`Creating the stack ${STACK}`, () =>
      run(engine.command, ["stack", "init", STACK, "--no-select", "--non-interactive"], { cwd: root, env }),
    );
    // A run beside this one may have been first.
    if (result.code !== 0 && !existsSync(stateFile)) {
      throw new SetupError(`the stack ${STACK} cannot be created in ${state}: ${tail(result)}`);
    }
    say(`Created the stack ${STACK} in .numafleet/state`);
  }
  return chosen === undefined ? { PULUMI_STACK: STACK } : {};
}

/** What `pulumi stack select` or `init` has chosen in this checkout, by the engine's own record. */
function selectedStack(env: NodeJS.ProcessEnv, root: string): string | undefined {
  const project = createHash("sha1").update(path.join(root, "Pulumi.yaml")).digest("hex");
  const record = path.join(env.PULUMI_HOME ?? "", "workspaces", `numafleet-${project}-workspace.json`);
  try {
    const { stacks } = JSON.parse(readFileSync(record, "utf8")) as { stacks?: Record<string, string> };
    return stacks?.[env.PULUMI_BACKEND_URL ?? ""];
  } catch {
    return undefined; // there is no record before the first selection
  }
}
