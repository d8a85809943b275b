import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../tools/engine/engine.ts";
import { findEngine } from "../tools/engine/findEngine.ts";
import { kubernetesPluginEnvironment } from "../tools/engine/kubernetesPlugin.ts";
import { withPolicyPack } from "../tools/engine/runEngine.ts";
import { type Figure, median } from "./figure.ts";
import { alternate, type TimedCommand, time } from "./process.ts";
import { EMPTY_PROGRAM, measuredEngine, STACK, stackInit, writeProgram } from "./stack.ts";

/**
 * The preview of the default stack with the policy pack, against the preview of an empty program, both on new
 * stacks in a state folder of their own, by the same engine in the same environment as `npm run preview`.
 */
export async function benchPreview(pairs: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "numafleet-bench-"));
  try {
    const { command, env } = await measuredEngine(folder);
    Object.assign(env, await kubernetesPluginEnvironment(await findEngine(), env));
    const empty = join(folder, "empty");
    await writeProgram(empty, EMPTY_PROGRAM);
    const preview = (name: string, cwd: string, pack: boolean, own: NodeJS.ProcessEnv = {}): TimedCommand => {
      const args = ["preview", "--stack", STACK, "--non-interactive"];
      const all = pack ? withPolicyPack("preview", args) : args;
      return { name, command, args: all, cwd, env: { ...env, ...own } };
    };
    for (const cwd of [empty, ROOT]) await time(stackInit(command, cwd, env));
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

const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(2)} s`;
