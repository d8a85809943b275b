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
    const onPath = await machine.command("pulumi", "echo v3.300.1");
    await machine.file(`cache/numafleet/engine-${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    const engine = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(engine).toMatchObject({ command: onPath, source: "3.300.1 from PATH" });
  });

  test("takes the cached one before installing", async () => {
    const machine = await stubMachine();
    const cached = await machine.file(`cache/numafleet/engine-${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    const engine = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(engine).toMatchObject({ command: cached, source: "3.259.0 from the cache" });
  });

  test("takes what the vendor's launcher has downloaded for others", async () => {
    const machine = await stubMachine();
    const theirs = await machine.file(`.pulumi/versions/${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    const engine = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(engine).toMatchObject({ command: theirs, source: "3.259.0 from the vendor launcher's cache" });
  });

  test("installs by the first way that works, and caches it", async () => {
    const machine = await stubMachine();
    const ways = [
      { source: "the vendor's download", install: refuses("fetch failed") },
      { source: "a build", install: installs },
    ];
    const first = await findEngine(machine.env, ways);
    expect(first.source).toBe("3.259.0 from a build");
    expect(existsSync(first.command)).toBe(true);
    const second = await findEngine(machine.env, [{ source: "never", install: mustNotRun }]);
    expect(second).toMatchObject({ command: first.command, source: "3.259.0 from the cache" });
  });

  test("names every reason and a way out when nothing works, and caches nothing", async () => {
    const machine = await stubMachine();
    const ways = [
      { source: "the vendor's download", install: refuses("fetch failed") },
      { source: "a build", install: refuses("Go is not installed: install Go 1.26 or newer") },
    ];
    await expect(findEngine(machine.env, ways)).rejects.toThrow(
      new SetupError(`No Pulumi engine: none that works is on PATH or in ${machine.cache}/engine-${ENGINE_VERSION}, \
and none could be installed:
- the vendor's download: fetch failed
- a build: Go is not installed: install Go 1.26 or newer
Install the Pulumi CLI ${ENGINE_VERSION} or newer and put it on PATH, or install Go.`),
    );
    expect(await readdir(machine.cache)).toEqual([]);
  });

  test.each([
    { what: "does not run", script: "echo 'no such libc' >&2; exit 127", reason: "no such libc" },
    { what: "crashes", script: "kill -SEGV $$", reason: "pulumi was ended by SIGSEGV" },
    { what: "is of another major", script: "echo v2.25.2", reason: "it is Pulumi 2.25.2, and 3 is needed" },
  ])("passes over a pulumi on PATH that $what, and says why where nothing else works", async (given) => {
    const machine = await stubMachine();
    const onPath = await machine.command("pulumi", given.script);
    await expect(findEngine(machine.env, [])).rejects.toThrow(`\n- ${onPath}: ${given.reason}\n`);
    const cached = await machine.file(`cache/numafleet/engine-${ENGINE_VERSION}/bin/pulumi`, WORKING, 0o755);
    expect(await findEngine(machine.env, [])).toMatchObject({ command: cached });
  });

  test.each(["exit 1", "echo dev"])(
    "takes a pulumi on PATH that does not tell its version: %s",
    async (script) => {
      const machine = await stubMachine();
      const onPath = await machine.command("pulumi", script);
      const engine = await findEngine(machine.env, []);
      expect(engine).toMatchObject({ command: onPath, source: "of unknown version from PATH" });
    },
  );

  test("installs anew over a cached engine that is damaged", async () => {
    const machine = await stubMachine();
    await machine.file(`cache/numafleet/engine-${ENGINE_VERSION}/bin/pulumi`, "\x7fELF", 0o755);
    const engine = await findEngine(machine.env, [{ source: "a build", install: installs }]);
    expect(engine.source).toBe("3.259.0 from a build");
    expect(await readFile(engine.command, "utf8")).toBe(WORKING);
  });

  test("asks a binary for its version once, until the file changes; a script each time", async () => {
    const machine = await stubMachine();
    const asked = async () =>
      (await readFile(path.join(machine.directory, "asked"), "utf8")).split("\n").length - 1;
    const script = `echo x >> "$(dirname "$0")/../asked"; echo v3.259.0; exit\n`;
    await machine.command("pulumi", script);
    await findEngine(machine.env, []);
    await findEngine(machine.env, []);
    expect(await asked()).toBe(2);

    await machine.command("pulumi", script + "#".repeat(1024 * 1024));
    await findEngine(machine.env, []);
    await findEngine(machine.env, []);
    expect(await asked()).toBe(3);
    await machine.command("pulumi", script.replace("259", "300") + "#".repeat(1024 * 1024 + 1));
    expect((await findEngine(machine.env, [])).source).toBe("3.300.0 from PATH");
  });

  test("does not take an installed engine that does not run", async () => {
    const machine = await stubMachine();
    const broken: EngineInstaller = async (directory) => {
      await mkdir(path.join(directory, "bin"));
      await writeFile(
        path.join(directory, "bin", "pulumi"),
        '#!/bin/sh\necho "no such libc" >&2\nexit 127\n',
        {
          mode: 0o755,
        },
      );
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
    await machine.command("pulumi", "echo v3.259.0");
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
    await machine.command("pulumi", "echo v3.259.0");
    const { env } = await findEngine(machine.env);
    expect(env.PATH).toBe(`${host}:${machine.env.PATH}`);
    expect(await readFile(path.join(host, "pulumi-language-nodejs"), "utf8")).toMatch(
      /^#!\/usr\/bin\/env node\n/,
    );
  });
});
