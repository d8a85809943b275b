/** The processes that the host runs for the engine: programs, policy packs and plugins. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

/** Runs before the program; says itself what for. */
const LEAN_SDK = ["--require", path.join(import.meta.dirname, "leanSdk.cjs")];
/** `NUMAFLEET_PLAIN_SDK=1` leaves the prelude out: for comparison, and to tell whose fault something is. */
const PRELUDE = process.env.NUMAFLEET_PLAIN_SDK === "1" ? [] : LEAN_SDK;

const running = new Set<ChildProcess>();

/** How a child ended: its exit code, the signal that ended it, or why it never started. */
export type Ending = { code: number } | { signal: string } | { error: string };

/** Starts a Node process of the same Node that runs the host. `ended` resolves once its streams are closed. */
export function startNode(
  args: string[],
  options: SpawnOptions,
): { child: ChildProcess; ended: Promise<Ending> } {
  const child = spawn(process.execPath, [...PRELUDE, ...args], options);
  running.add(child);
  const ended = new Promise<Ending>((resolve) => {
    child.on("error", (error) => resolve({ error: error.message }));
    child.on("close", (code, signal) => resolve(code === null ? { signal: signal ?? "unknown" } : { code }));
  });
  void ended.then(() => running.delete(child));
  return { child, ended };
}

/** Interrupts every child that still runs. */
export function killChildren(): void {
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Finds a module as the program would find it, from the program's own folder.
 *
 * @throws Error that says how to install the SDK when it is missing there.
 */
export function resolveFrom(directory: string, module: string): string {
  try {
    return createRequire(path.join(directory, "index.js")).resolve(module);
  } catch {
    throw new Error(`${module} is not installed for ${directory}: run npm install there`);
  }
}
