import { run } from "../tools/setup/command.mjs";

/** A benchmark that could not be run, which is no missed target but a failure. */
export class BenchmarkError extends Error {
  override readonly name = "BenchmarkError";
}

/** One command that is timed from its start to its end. */
export interface TimedCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Milliseconds that the command took. @throws BenchmarkError if its exit code is not 0 */
export async function time({ name, command, args, cwd, env }: TimedCommand): Promise<number> {
  const started = performance.now();
  const { code, stdout, stderr } = await run(command, [...args], { cwd, ...(env ? { env } : {}) });
  const elapsed = performance.now() - started;
  if (code === 0) return elapsed;
  const last = `${stdout}\n${stderr}`.trim().split("\n").slice(-15).join("\n");
  throw new BenchmarkError(`${name} ended with exit code ${code}:\n${last}`);
}

/** The times of two commands, pair by pair. */
export interface Pairs {
  readonly base: readonly number[];
  readonly subject: readonly number[];
  /** subject / base of each pair: what the machine does to both at the same time cancels out. */
  readonly ratios: readonly number[];
}

/**
 * Runs the two commands in turns, `count` times each, after one run of each that is not counted (it fills
 * compile caches and the system's page cache, as any earlier preview of a user has).
 */
export async function alternate(base: TimedCommand, subject: TimedCommand, count: number): Promise<Pairs> {
  await time(base);
  await time(subject);
  const pairs: { base: number; subject: number }[] = [];
  for (let i = 0; i < count; i++) pairs.push({ base: await time(base), subject: await time(subject) });
  return {
    base: pairs.map((p) => p.base),
    subject: pairs.map((p) => p.subject),
    ratios: pairs.map((p) => p.subject / p.base),
  };
}
