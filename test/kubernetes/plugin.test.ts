import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const FOLDER = path.resolve(import.meta.dirname, "../../tools/kubernetes-standin");
const PLUGIN = path.join(FOLDER, "pulumi-resource-kubernetes");

let home: string;
let child: ChildProcess;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "numafleet-home-"));
});

afterEach(async () => {
  child.kill("SIGKILL");
  await rm(home, { recursive: true, force: true });
});

/** The plugin as the engine starts it, on a PATH of its own folder, Node and what is given. */
function start(...folders: string[]): { text: () => string; errors: () => string } {
  const PATH = [FOLDER, path.dirname(process.execPath), ...folders].join(path.delimiter);
  child = spawn(process.execPath, [PLUGIN, "127.0.0.1:1"], { env: { PATH, PULUMI_HOME: home, HOME: home } });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  return { text: () => Buffer.concat(out).toString(), errors: () => Buffer.concat(err).toString() };
}

async function putPlugin(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "pulumi-resource-kubernetes");
  await writeFile(file, "#!/bin/sh\n");
  await chmod(file, 0o755);
}

describe("the plugin process", () => {
  it("prints its port and nothing else, and ends when it is interrupted", async () => {
    const said = start();
    await once(child.stdout as NodeJS.ReadableStream, "data");
    expect(said.text()).toMatch(/^\d+\n$/);
    expect(said.errors()).toBe("");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.each([
    ["the same", "4.34.2", 1],
    ["a newer", "5.0.0", 1],
    ["an older", "4.34.1", undefined],
  ])("beside %s version of the vendor's in the engine's cache", async (_what, version, code) => {
    const cached = path.join(home, "plugins", `resource-kubernetes-v${version}`);
    await putPlugin(cached);
    const said = start();
    if (code === undefined) {
      await once(child.stdout as NodeJS.ReadableStream, "data");
      expect(said.text()).toMatch(/^\d+\n$/);
      return;
    }
    expect((await once(child, "close"))[0]).toBe(code);
    expect(said.text()).toBe("");
    expect(said.errors()).toBe(
      `kubernetes: the vendor's plugin is at ${cached}/pulumi-resource-kubernetes; this stand-in refuses to take its place. Take ${PLUGIN} off PATH.\n`,
    );
  });

  it("refuses beside the vendor's on PATH, and not beside one whose installation was never finished", async () => {
    const other = path.join(home, "bin");
    await putPlugin(other);
    const said = start(other);
    expect((await once(child, "close"))[0]).toBe(1);
    expect(said.errors()).toContain(`the vendor's plugin is at ${other}/pulumi-resource-kubernetes`);

    await putPlugin(path.join(home, "plugins", "resource-kubernetes-v4.34.2"));
    await writeFile(path.join(home, "plugins", "resource-kubernetes-v4.34.2.partial"), "");
    const again = start();
    await once(child.stdout as NodeJS.ReadableStream, "data");
    expect(again.text()).toMatch(/^\d+\n$/);
  });
});
