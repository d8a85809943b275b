import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ENGINE_VERSION, ROOT } from "../../tools/engine/engine.ts";
import { type EngineInstaller, findEngine } from "../../tools/engine/findEngine.ts";
import { SetupError } from "../../tools/setup/failure.mjs";
import { stubMachine } from "./stub.ts";

const WORKING = '#!/bin/sh\necho "v3.259.0"\n';

/** Installs an engine that runs. */
const installs: EngineInstaller = async (directory) => {
  await mkdir(path.join(directory, "bin"));
  await writeFile(path.join(directory, "bin", "pulumi"), WORKING, { mode: 0o755 });
};
const refuses =
  (reason: string): EngineInstaller =>
  async () => {
    throw new SetupError(reason);
  };
const mustNotRun: EngineInstaller = async () => {
  throw new Error("an installer ran though an engine was there");
};

describe("findEngine", () => {
  test("takes pulumi on PATH before the cached one", async () => {
    const machine = await stubMachine();
    const onPath = await machine.command("pulumi", "echo v3.1.0");
    await machine.file(`cache/numafleet/engine-${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    const engine = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(engine).toMatchObject({ command: onPath, source: "PATH" });
  });

  test("takes the cached one before installing", async () => {
    const machine = await stubMachine();
    const cached = await machine.file(`cache/numafleet/engine-${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    const engine = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(engine).toMatchObject({ command: cached, source: "the cache" });
  });

  test("takes what the vendor's launcher has downloaded for others", async () => {
    const machine = await stubMachine();
    const theirs = await machine.file(`.pulumi/versions/${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    const engine = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(engine).toMatchObject({ command: theirs, source: "the vendor launcher's cache" });
  });

  test("installs by the first way that works, and caches it", async () => {
    const machine = await stubMachine();
    const ways = [
      { source: "the vendor's download", install: refuses("fetch failed") },
      { source: "a build", install: installs },
    ];
    const first = await findEngine(machine.env, ways);
    expect(first.source).toBe("a build");
    expect(existsSync(first.command)).toBe(true);
    const second = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(second).toMatchObject({ command: first.command, source: "the cache" });
  });

  test("names every reason and a way out when nothing works, and caches nothing", async () => {
    const machine = await stubMachine();
    const ways = [
      { source: "the vendor's download", install: refuses("fetch failed") },
      { source: "a build", install: refuses("Go is not installed: install Go 1.26 or newer") },
    ];
    await expect(findEngine(machine.env, ways)).rejects.toThrow(
      new SetupError(`No Pulumi engine: there is none on PATH, none in ${machine.cache}/engine-${ENGINE_VERSION}, \
and none could be installed:
- the vendor's download: fetch failed
- a build: Go is not installed: install Go 1.26 or newer
Install the Pulumi CLI ${ENGINE_VERSION} or newer and put it on PATH, or install Go.`),
    );
    expect(await readdir(machine.cache)).toEqual([]);
  });

  test("does not take an installed engine that does not run", async () => {
    const machine = await stubMachine();
    const broken: EngineInstaller = async (directory) => {
      await mkdir(path.join(directory, "bin"));
      await writeFile(path.join(directory, "bin", "pulumi"), '#!/bin/sh\necho "no such libc" >&2\nexit 1\n', {
        mode: 0o755,
      });
    };
    await expect(findEngine(machine.env, [{ source: "a build", install: broken }])).rejects.toThrow(
      "a build gave no working engine: no such libc",
    );
    expect(await readdir(machine.cache)).toEqual([]);
  });
});

describe("the Node.js language host", () => {
  const host = path.join(ROOT, "tools", "language-host");

  test("of the engine itself is used where it has one", async () => {
    const machine = await stubMachine();
    await machine.command("pulumi", "true");
    await machine.command("pulumi-language-nodejs", "true");
    const { env } = await findEngine(machine.env);
    expect(env.PATH).toBe(machine.env.PATH);
  });

  test("beside the engine is looked for through links", async () => {
    const machine = await stubMachine();
    const real = await machine.file("opt/pulumi/bin/pulumi", WORKING, 0o755);
    await machine.file("opt/pulumi/bin/pulumi-language-nodejs", WORKING, 0o755);
    await symlink(real, path.join(machine.directory, "bin", "pulumi"));
    const { env } = await findEngine(machine.env);
    expect(env.PATH).toBe(machine.env.PATH);
  });

  test("of ours is put on PATH for an engine without one", async () => {
    const machine = await stubMachine();
    await machine.command("pulumi", "true");
    const { env } = await findEngine(machine.env);
    expect(env.PATH).toBe(`${host}:${machine.env.PATH}`);
    expect(await readFile(path.join(host, "pulumi-language-nodejs"), "utf8")).toMatch(
      /^#!\/usr\/bin\/env node\n/,
    );
  });
});
