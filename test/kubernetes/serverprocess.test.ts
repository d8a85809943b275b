import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ServerProcess } from "../../tools/kube/process.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "numafleet-process-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server that writes its own id down, and goes on for ever. */
const SERVER = ["-c", 'echo $$ > "$0.part"; mv "$0.part" "$0"; exec sleep 1000'];

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(20);
  }
}

function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function isGone(pid: number): true | undefined {
  try {
    process.kill(pid, 0);
    return undefined;
  } catch {
    return true;
  }
}

describe("a server process", () => {
  it("ends when it is stopped", async () => {
    const file = path.join(folder, "pid");
    const server = new ServerProcess("sleeper", "sh", [...SERVER, file], path.join(folder, "log"));
    await server.waitUntil(async () => pidIn(file) !== undefined);
    const pid = pidIn(file) ?? 0;
    expect(isGone(pid)).toBeUndefined();
    await server.stop();
    expect(await until(() => isGone(pid))).toBe(true);
    await server.stop();
  });

  it("ends when the process that started it is killed", async () => {
    const file = path.join(folder, "pid");
    const script = path.join(folder, "parent.ts");
    const module = path.resolve(import.meta.dirname, "../../tools/kube/process.ts");
    const args = JSON.stringify([...SERVER, file]);
    const body = `import { ServerProcess } from ${JSON.stringify(module)};
      new ServerProcess("sleeper", "sh", ${args}, ${JSON.stringify(path.join(folder, "log"))});
      setInterval(() => {}, 1000);`;
    writeFileSync(script, body);
    const parent = spawn(process.execPath, [script], { stdio: "inherit" });
    const pid = await until(() => pidIn(file));
    parent.kill("SIGKILL");
    await once(parent, "exit");
    expect(await until(() => isGone(pid))).toBe(true);
  });

  it("that does not end when it is asked to is killed", async () => {
    const file = path.join(folder, "pid");
    const deaf = ["-c", 'trap "" TERM; echo $$ > "$0.part"; mv "$0.part" "$0"; exec sleep 1000', file];
    const server = new ServerProcess("deaf", "sh", deaf, path.join(folder, "log"), 0.2);
    const pid = await until(() => pidIn(file));
    await server.stop();
    expect(await until(() => isGone(pid))).toBe(true);
  });

  it("that ends by itself has its last words told", async () => {
    const server = new ServerProcess(
      "kube-x",
      "sh",
      ["-c", "echo no such flag >&2; exit 3"],
      path.join(folder, "log"),
    );
    await expect(server.waitUntil(async () => false)).rejects.toThrow(
      "kube-x ended with code 3:\nno such flag",
    );
  });

  it("that is not there is told by name", async () => {
    const server = new ServerProcess("etcd", "/nowhere/etcd", [], path.join(folder, "log"));
    await expect(server.waitUntil(async () => false)).rejects.toThrow(
      /^etcd ended with code 127:\n.*\/nowhere\/etcd/,
    );
  });
});
