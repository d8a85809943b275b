import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debugMessagesEnvironment } from "../tools/engine/debugMessages.ts";
import { ROOT } from "../tools/engine/engine.ts";
import { chooseBackend } from "../tools/engine/environment.ts";
import { findEngine } from "../tools/engine/findEngine.ts";
import { kubernetesPluginEnvironment } from "../tools/engine/kubernetesPlugin.ts";
import { withPolicyPack } from "../tools/engine/runEngine.ts";
import { type Figure, median } from "./figure.ts";
import { alternate, type TimedCommand, time } from "./process.ts";

const STACK = "dev";

/** The least that the engine can preview: what it and the language host cost without any of ours. */
const EMPTY_PROGRAM = {
  "Pulumi.yaml": "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "package.json": '{ "name": "empty", "type": "module", "main": "index.ts" }\n',
  "index.ts": "export {};\n",
};

/**
 * The preview of the default stack with the policy pack, against the preview of an empty program, both on new
 * stacks in a state folder of their own, by the same engine in the same environment as `npm run preview`.
 */
export async function benchPreview(pairs: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "numafleet-bench-"));
  try {
    const engine = await findEngine();
    const env = { ...(await environment(folder)), ...engine.env, ...debugMessagesEnvironment([]) };
    Object.assign(env, await kubernetesPluginEnvironment(engine, env));
    const empty = join(folder, "empty");
    await writeProgram(empty);
    const preview = (name: string, cwd: string, pack: boolean, own: NodeJS.ProcessEnv = {}): TimedCommand => {
      const args = ["preview", "--stack", STACK, "--non-interactive"];
      const all = pack ? withPolicyPack("preview", args) : args;
      return { name, command: engine.command, args: all, cwd, env: { ...env, ...own } };
    };
    for (const cwd of [empty, ROOT]) {
      const args = ["stack", "init", STACK, "--non-interactive", "--no-select"];
      await time({ name: `stack init in ${cwd}`, command: engine.command, args, cwd, env });
    }
    const subject = preview("preview of the default stack", ROOT, true);
    // What a Node.js program costs anywhere: the SDK loaded as it is published.
    const plain = preview("preview of an empty program", empty, false, { NUMAFLEET_PLAIN_SDK: "1" });
    // The same with the SDK as our language host loads it, which helps the empty program most of all.
    const lean = preview("preview of an empty program, lean SDK", empty, false);
    return [
      await compare("preview with policy pack / empty preview", plain, subject, pairs, 3),
      await compare("the same / empty preview by our host", lean, subject, pairs, null),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  name: string,
  base: TimedCommand,
  subject: TimedCommand,
  pairs: number,
  target: number | null,
): Promise<Figure> {
  const { ratios, ...times } = await alternate(base, subject, pairs);
  const detail = `${seconds(times.subject)} against ${seconds(times.base)}${target === null ? "" : "; aim 2×"}`;
  return { name, value: median(ratios), unit: "×", target, runs: pairs, detail };
}

/** The embedded default's environment, with state and engine home of this run. */
async function environment(folder: string): Promise<NodeJS.ProcessEnv> {
  const { PULUMI_BACKEND_URL: _, ...own } = process.env;
  const state = join(folder, "state");
  await mkdir(state);
  return {
    ...chooseBackend({ ...own, PULUMI_HOME: join(folder, "home") }).env,
    PULUMI_BACKEND_URL: `file://${state}`,
  };
}

async function writeProgram(folder: string): Promise<void> {
  await mkdir(folder);
  for (const [name, text] of Object.entries(EMPTY_PROGRAM)) await writeFile(join(folder, name), text);
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
}

const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(2)} s`;
