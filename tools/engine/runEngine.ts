import { existsSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../setup/cache.mjs";
import { passThrough } from "../setup/command.mjs";
import { say } from "../setup/progress.mjs";
import { debugMessagesEnvironment } from "./debugMessages.ts";
import { ensureEmbeddedStack } from "./embeddedStack.ts";
import { ROOT } from "./engine.ts";
import { chooseBackend, EMBEDDED_STATE } from "./environment.ts";
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
 * @returns the engine's exit code; 128 and the signal's number when a signal ended it.
 * @throws SetupError when something that the engine needs cannot be set up.
 */
export async function runEngine(args: string[]): Promise<number> {
  const [command = "", subcommand = ""] = commandWords(args);
  const engine = await findEngine();
  const backend = chooseBackend();
  const env = { ...backend.env, ...engine.env, ...debugMessagesEnvironment(args) };
  say(`Pulumi engine: ${engine.source}; ${backend.description}`);
  if (PROVIDING.has(command)) Object.assign(env, await kubernetesPluginEnvironment(engine, env));
  const stackless = STACKLESS.has(command) || (command === "stack" && CHOOSING.has(subcommand));
  // The engine makes no folder for state itself, and `stack init` may be the first command of all.
  if (backend.embedded) await makeFolder(EMBEDDED_STATE);
  if (backend.embedded && !stackless) Object.assign(env, await ensureEmbeddedStack(engine, env));
  return passThrough(engine.command, withPolicyPack(command, args), { cwd: ROOT, env });
}

/** The engine's flags that take no value and may stand before the command. */
const SWITCHES = new Set([
  "--disable-integrity-checking",
  "--emoji",
  "--fully-qualify-stack-names",
  "--help",
  "--logflow",
  "--logtostderr",
  "--non-interactive",
  "--version",
  "-e",
  "-h",
  "-Q",
]);

/**
 * The command and what follows it, without flags: `up` of `--stack dev up --yes`. As the engine reads them, a flag
 * before the command takes the next argument as its value unless it has one (`--stack=dev`) or is a switch.
 */
export function commandWords(args: readonly string[]): string[] {
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] as string;
    if (!argument.startsWith("-")) words.push(argument);
    else if (words.length === 0 && takesNext(argument)) index++;
  }
  return words;
}

function takesNext(flag: string): boolean {
  const canTake = flag.startsWith("--") || flag.length === 2; // `-v3` has its value with it
  return canTake && !flag.includes("=") && !SWITCHES.has(flag) && flag !== NO_POLICY_PACK;
}

/** The engine's arguments with the policy pack added, where there is one and nothing forbids it. */
export function withPolicyPack(command: string, args: readonly string[], root: string = ROOT): string[] {
  const own = args.filter((argument) => argument !== NO_POLICY_PACK);
  const pack = path.join(root, "policy");
  const wanted = JUDGING.has(command) && own.length === args.length;
  return wanted && existsSync(path.join(pack, "PulumiPolicy.yaml"))
    ? [...own, "--policy-pack", listElement(pack)]
    : own;
}

/** The flag takes a list in the form of a CSV line: a path with a comma or a quote has to be quoted. */
function listElement(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
