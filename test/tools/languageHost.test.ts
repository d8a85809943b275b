import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { installedVersions, requiredPackages } from "../../tools/language-host/packages.ts";
import {
  optionsEnvironment,
  parseRuntimeOptions,
  splitArguments,
} from "../../tools/language-host/runtimeOptions.ts";
import { stubMachine } from "./stub.ts";

describe("runtime options", () => {
  test("default as in the vendor's host: ts-node, no arguments", () => {
    const options = parseRuntimeOptions({});
    expect(options).toEqual({ typescript: true, tsconfig: undefined, nodeargs: [] });
    expect(optionsEnvironment(options)).toEqual({ PULUMI_NODEJS_TYPESCRIPT: "true" });
  });

  test("reach the program by its environment", () => {
    const options = parseRuntimeOptions({ typescript: false, tsconfig: "tsconfig.pulumi.json" });
    expect(optionsEnvironment(options)).toEqual({ PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.pulumi.json" });
  });

  test.each([
    [{ typescript: "false" }, 'runtime option typescript: takes true or false, got "false"'],
    [{ tsconfig: 1 }, "runtime option tsconfig: takes a path, got 1"],
    [{ nodeargs: ["--x"] }, 'runtime option nodeargs: takes one string of arguments, got ["--x"]'],
    [{ nodeargs: "--title 'x" }, "runtime option nodeargs: ' is not closed in --title 'x"],
  ])("%j is refused: %s", (options, message) => {
    expect(() => parseRuntimeOptions(options)).toThrow(message);
  });

  test.each([
    ["", []],
    ["  --inspect   --title=a ", ["--inspect", "--title=a"]],
    [`--title "two words" 'it''s'`, ["--title", "two words", "its"]],
    [`a\\ b "c\\"d" 'e\\f' ""`, ["a b", 'c"d', "e\\f", ""]],
  ])("nodeargs %j are split as a shell would", (text, expected) => {
    expect(splitArguments(text)).toEqual(expected);
  });

  test("any arguments survive quoting and splitting", () => {
    const quote = (argument: string) => `'${argument.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (args) => {
        expect(splitArguments(args.map(quote).join(" "))).toEqual(args);
      }),
    );
  });
});

describe("packages of a program", () => {
  const manifest = (fields: object) => JSON.stringify(fields);

  test("that bring providers are reported with name, version and server, nested ones too", async () => {
    const machine = await stubMachine();
    await machine.file("package.json", manifest({ name: "program" }));
    await machine.file(
      "node_modules/@pulumi/kubernetes/package.json",
      manifest({ name: "@pulumi/kubernetes", version: "4.0.0", pulumi: { resource: true } }),
    );
    await machine.file(
      "node_modules/@acme/rack/package.json",
      manifest({
        name: "@acme/rack",
        version: "9.9.9",
        pulumi: { resource: true, name: "rack", version: "v1.2.3", server: "file:///plugins" },
      }),
    );
    await machine.file(
      "node_modules/@acme/rack/node_modules/@pulumi/kubernetes/package.json",
      manifest({ name: "@pulumi/kubernetes", version: "3.0.0", pulumi: { resource: true } }),
    );
    await machine.file("node_modules/plain/package.json", manifest({ name: "plain", version: "1.0.0" }));
    await machine.file("node_modules/broken/package.json", '{ "pulumi": ');
    await machine.file("node_modules/.bin/tool", "");

    expect(requiredPackages(machine.directory)).toEqual([
      { name: "kubernetes", version: "v3.0.0", server: "" },
      { name: "kubernetes", version: "v4.0.0", server: "" },
      { name: "rack", version: "v1.2.3", server: "file:///plugins" },
    ]);
  });

  test("are listed with their installed version: the program's own, or all", async () => {
    const machine = await stubMachine();
    await machine.file(
      "package.json",
      manifest({ dependencies: { a: "^1.0.0" }, devDependencies: { c: "*" } }),
    );
    await machine.file("node_modules/a/package.json", manifest({ name: "a", version: "1.4.0" }));
    await machine.file(
      "node_modules/a/node_modules/b/package.json",
      manifest({ name: "b", version: "2.0.0" }),
    );
    expect(installedVersions(machine.directory, false)).toEqual([["a", "1.4.0"]]);
    expect(installedVersions(machine.directory, true)).toEqual([
      ["a", "1.4.0"],
      ["b", "2.0.0"],
    ]);
  });

  test("of a program without node_modules are none", async () => {
    const machine = await stubMachine();
    expect(requiredPackages(machine.directory)).toEqual([]);
  });
});

test("the executable that the engine looks for listens on loopback, says where, and ends when told to", async () => {
  const host = spawn(path.join(ROOT, "tools", "language-host", "pulumi-language-nodejs"), ["127.0.0.1:1"], {
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [firstLine] = (await once(host.stdout, "data")) as [Buffer];
  expect(firstLine.toString()).toMatch(/^\d+\n$/);

  const connection = connect(Number(firstLine), "127.0.0.1");
  await once(connection, "connect");
  connection.destroy();

  host.kill("SIGTERM");
  expect(await once(host, "close")).toEqual([0, null]);
});
