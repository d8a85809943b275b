import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { lockFileOf, lockState, type StateLock } from "../../watch/stateLock.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-lock-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function whyNoFlock(): string | undefined {
  try {
    execFileSync("flock", ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "flock is not installed (util-linux)";
  }
}
const why = whyNoFlock();

async function locked(path: string): Promise<StateLock> {
  const answer = await lockState(path);
  if (answer.kind !== "held") throw new Error(`not held: ${JSON.stringify(answer)}`);
  return answer.lock;
}

describe.skipIf(why !== undefined)(why ? `a state's lock (skipped: ${why})` : "a state's lock", () => {
  test("is one watcher's, and free again when that lets it go", async () => {
    const path = join(folder, "one.json");
    const lock = await locked(path);
    expect(await lockState(path)).toEqual({ kind: "in-use", holder: String(process.pid) });
    await lock.release();
    await (await locked(path)).release();
  });

  test("of a process that is killed with -9 is free again", async () => {
    const path = join(folder, "killed.json");
    const script = `
      const { lockState } = await import(${JSON.stringify(new URL("../../watch/stateLock.ts", import.meta.url).href)});
      console.log((await lockState(${JSON.stringify(path)})).kind);
      setInterval(() => undefined, 1000);`;
    const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await new Promise<string>((resolve) =>
      child.stdout?.once("data", (chunk: Buffer) => resolve(String(chunk))),
    );
    expect(said).toBe("held\n");
    expect(readFileSync(lockFileOf(path), "utf8")).toBe(`${child.pid}\n`);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    await (await locked(path)).release();
  });

  test("in a folder that is not there is told", async () => {
    const answer = await lockState(join(folder, "none", "state.json"));
    expect(answer).toEqual({
      kind: "failed",
      why: expect.stringMatching(/No such file or directory/),
      isMissing: false,
    });
  });

  test("tells where the tool is missing", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      expect(await lockState(join(folder, "x.json"))).toEqual({
        kind: "failed",
        why: "flock is not installed (util-linux)",
        isMissing: true,
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
