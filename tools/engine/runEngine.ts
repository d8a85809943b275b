import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { SetupError } from "../setup/failure.mjs";
import { say } from "../setup/progress.mjs";
import { ensureEmbeddedStack } from "./embeddedStack.ts";
import { ROOT } from "./engine.ts";
import { chooseBackend } from "./environment.ts";
import { findEngine } from "./findEngine.ts";
import { kubernetesPluginEnvironment } from "./kubernetesPlugin.ts";

/** Commands that judge the program's resources, and so run with the policy pack. */
const JUDGING = new Set(["preview", "pre", "up", "update"]);
/** Commands that start provider plugins. */
const PROVIDING = new Set([...JUDGING, "destroy", "down", "refresh", "import", "watch"]);

/** Commands that need no stack to be there. */
const STACKLESS = new Set(["", "version", "about", "plugin", "help"]);
/** What `pulumi stack` does on the choice of stacks itself: the default must not come in between. */
const CHOOSING = new Set(["init", "new", "create", "select", "ls", "rm"]);

/** This tool's own flag: leaves the policy pack out. The engine does not know it. */
const NO_POLICY_PACK = "--no-policy-pack";

/**
 * Runs one command of the engine in this checkout, with the embedded default unless the user has a backend, and
 * passes its output through.
 *
 * @returns the engine's exit code; 1 when a signal ended it.
 * @throws SetupError when something that the engine needs cannot be set up.
 */
export async function runEngine(args: string[]): Promise<number> {
  const [command = "", subcommand = ""] = args.filter((argument) => !argument.startsWith("-"));
  const engine = await findEngine();
  const backend = chooseBackend();
  const env = { ...backend.env, ...engine.env };
  say(`Pulumi engine: ${engine.source}; ${backend.description}`);
  if (PROVIDING.has(command)) Object.assign(env, await kubernetesPluginEnvironment(engine, env));
  const stackless = STACKLESS.has(command) || (command === "stack" && CHOOSING.has(subcommand));
  if (backend.embedded && !stackless) Object.assign(env, await ensureEmbeddedStack(engine, env));
  return passThrough(engine.command, withPolicyPack(command, args), env);
}

/** The engine's arguments with the policy pack added, where there is one and nothing forbids it. */
export function withPolicyPack(command: string, args: readonly string[], root: string = ROOT): string[] {
  const own = args.filter((argument) => argument !== NO_POLICY_PACK);
  const pack = path.join(root, "policy");
  const wanted = JUDGING.has(command) && own.length === args.length;
  return wanted && existsSync(path.join(pack, "PulumiPolicy.yaml")) ? [...own, "--policy-pack", pack] : own;
}

function passThrough(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: "inherit" });
    // Ctrl-C reaches the engine too, and the engine decides: once ends the update in order, twice at once.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", (error) => reject(new SetupError(`cannot start ${command}: ${error.message}`)));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
