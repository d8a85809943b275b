import { mkdtemp, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { buildWithGo } from "../../tools/engine/buildWithGo.ts";
import { downloadFromVendor } from "../../tools/engine/downloadFromVendor.ts";
import { ENGINE_VERSION, ROOT } from "../../tools/engine/engine.ts";
import { run } from "../../tools/setup/command.mjs";
import { type StubMachine, stubMachine } from "./stub.ts";

/** The folder that an installer is to fill. */
const target = (machine: StubMachine) => mkdtemp(path.join(machine.directory, "engine-"));

/** A stub of Go that writes down how it was called and "builds" what `-o` names. */
const GO = (version: string, build: string) => `
if [ "$1" = env ]; then echo ${version}; exit 0; fi
here=$(dirname "$0")
for argument in "$@"; do echo "$argument" >> "$here/../go-arguments"; done
${build}`;
const BUILDS = 'while [ "$1" != -o ]; do shift; done; echo "#!/bin/sh" > "$2"; chmod +x "$2"';

describe("buildWithGo", () => {
  test("builds the pinned command, stamped with its version, and puts a host's launcher beside it", async () => {
    const machine = await stubMachine();
    await machine.command("go", GO("go1.26.8", BUILDS));
    const directory = await target(machine);
    await buildWithGo(directory, machine.env);

    expect(await readdir(path.join(directory, "bin"))).toEqual(["pulumi", "pulumi-language-nodejs"]);
    const used = (await readFile(path.join(machine.directory, "go-arguments"), "utf8")).split("\n");
    expect(used).toContain("-trimpath");
    expect(used).toContain("-mod=readonly");
    expect(used).toContain(
      `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`,
    );
    expect(used).toContain(path.join(ROOT, "tools", "engine", "go"));
  });

  test("the launcher starts the host that the checkout names, and says how when none is named", async () => {
    const machine = await stubMachine();
    await machine.command("go", GO("go1.26.8", BUILDS));
    await machine.command("node", 'echo "node $*"');
    const directory = await target(machine);
    await buildWithGo(directory, machine.env);
    const launcher = path.join(directory, "bin", "pulumi-language-nodejs");
    expect((await stat(launcher)).mode & 0o111).toBe(0o111);

    const named = { ...machine.env, NUMAFLEET_LANGUAGE_HOST: "/checkout/main.ts" };
    expect((await run(launcher, ["127.0.0.1:1"], { env: named })).stdout).toBe(
      "node /checkout/main.ts 127.0.0.1:1\n",
    );
    const unnamed = await run(launcher, [], { env: machine.env });
    expect(unnamed.code).toBe(1);
    expect(unnamed.stderr).toContain("run this engine by npm run pulumi");
  });

  test.each([
    { found: "go1.25.11", message: "go1.25.11 is too old: install Go 1.26 or newer" },
    { found: "go1.3", message: "go1.3 is too old: install Go 1.26 or newer" },
  ])("refuses $found", async ({ found, message }) => {
    const machine = await stubMachine();
    await machine.command("go", GO(found, "exit 9"));
    await expect(buildWithGo(await target(machine), machine.env)).rejects.toThrow(message);
  });

  test.each(["go1.26", "go1.27rc1", "go2.0"])("takes %s", async (found) => {
    const machine = await stubMachine();
    await machine.command("go", GO(found, BUILDS));
    await expect(buildWithGo(await target(machine), machine.env)).resolves.toBeUndefined();
  });

  test("says what to install where there is no Go", async () => {
    const machine = await stubMachine();
    await expect(buildWithGo(await target(machine), machine.env)).rejects.toThrow(
      "Go is not installed: install Go 1.26 or newer",
    );
  });

  test("gives the compiler's reason when the build fails", async () => {
    const machine = await stubMachine();
    await machine.command("go", GO("go1.26.8", 'echo "dial tcp: no route to host" >&2; exit 1'));
    await expect(buildWithGo(await target(machine), machine.env)).rejects.toThrow(
      "go build failed: dial tcp: no route to host\nCheck that Go can fetch modules (go env GOPROXY).",
    );
  });
});

/** A stub of npm that installs a launcher; the launcher does what the test says. */
const npmWith = (launcher: string) => `
mkdir -p node_modules/pulumi
cat > node_modules/pulumi/run.js <<'END'
const { mkdirSync, writeFileSync } = require("node:fs");
${launcher}
END`;

describe("downloadFromVendor", () => {
  test("keeps the CLI and its language hosts, and nothing else", async () => {
    const machine = await stubMachine();
    await machine.command(
      "npm",
      npmWith(`
const bin = process.env.PULUMI_HOME + "/versions/" + process.env.PULUMI_VERSION + "/bin";
mkdirSync(bin, { recursive: true });
for (const name of ["pulumi", "pulumi-language-nodejs"]) writeFileSync(bin + "/" + name, "");`),
    );
    const directory = await target(machine);
    await downloadFromVendor(directory, machine.env);
    expect(await readdir(directory)).toEqual(["bin"]);
    expect(await readdir(path.join(directory, "bin"))).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(await readdir(machine.directory)).not.toContain(".pulumi");
  });

  test("gives the launcher's reason when the download is refused", async () => {
    const machine = await stubMachine();
    await machine.command("npm", npmWith('console.error("pulumi: fetch failed"); process.exit(1);'));
    await expect(downloadFromVendor(await target(machine), machine.env)).rejects.toThrow(
      /^pulumi: fetch failed$/,
    );
  });

  test("gives npm's reason when the launcher cannot be installed", async () => {
    const machine = await stubMachine();
    await machine.command("npm", 'echo "npm error code ENOTFOUND" >&2; echo "npm error" >&2; exit 1');
    await expect(downloadFromVendor(await target(machine), machine.env)).rejects.toThrow(
      "npm could not install the launcher: code ENOTFOUND",
    );
  });
});
