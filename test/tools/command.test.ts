import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { run } from "../../tools/setup/command.mjs";
import { stubMachine } from "./stub.ts";

/** Whether a process of this id is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("run", () => {
  test("ends a command that hangs with all that it started, though its output stays open", async () => {
    const machine = await stubMachine();
    const hangs = await machine.command("hangs", "sleep 600 & echo $!; wait");
    const result = await run(hangs, [], { timeoutMs: 300 });
    expect(result).toMatchObject({ code: null, stderr: "hangs took longer than 0.3 s\n" });
    await untilGone(Number(result.stdout));
  });

  test("tells a command that is not there from one that fails", async () => {
    expect(await run("no-such-command", [])).toMatchObject({ code: null, missing: true });
    expect(await run("false", [])).toEqual({ code: 1, stdout: "", stderr: "" });
  });
});

// The program is one of ours in the middle of a set-up step: a folder half filled by a command. One of the things to be
// undone cannot be, which keeps none of the others.
const PROGRAM = `
import { installOnce } from ${JSON.stringify(path.join(ROOT, "tools/setup/cache.mjs"))};
import { run } from ${JSON.stringify(path.join(ROOT, "tools/setup/command.mjs"))};
import { onInterruption } from ${JSON.stringify(path.join(ROOT, "tools/setup/interruption.mjs"))};
const script = "echo $$; exec sleep 600";
await installOnce(process.argv[1] + "/cache/engine", () => {
  onInterruption(() => { throw new Error("it cannot be undone"); });
  return run("sh", ["-c", script], { onLine: (line) => console.log(line) });
});
`;

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s in the middle of a step leaves no process, no half folder and no lock",
  async (signal) => {
    const { directory } = await stubMachine();
    const args = ["--input-type=module", "-e", PROGRAM, directory];
    const program = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [started] = (await once(program.stdout, "data")) as [Buffer];
    program.kill(signal);
    expect(await once(program, "close")).toEqual([null, signal]);
    await untilGone(Number(started.toString()));
    expect(await readdir(path.join(directory, "cache"))).toEqual([]);
  },
);
