import { readFile, utimes } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../tools/engine/engine.ts";
import { kubernetesPluginEnvironment } from "../../tools/engine/kubernetesPlugin.ts";
import { type StubMachine, stubMachine } from "./stub.ts";

/** A machine with an engine whose plugin installation does what the test says, and with a stand-in. */
async function machineWith(install: string) {
  const machine = await stubMachine();
  const command = await machine.command("pulumi", `echo asked >> "$(dirname "$0")/../asked"\n${install}`);
  await machine.file("stand-in/pulumi-resource-kubernetes", "#!/bin/sh\n", 0o755);
  const engine: Engine = { command, source: "PATH", env: {} };
  const env: NodeJS.ProcessEnv = { ...machine.env, PULUMI_HOME: path.join(machine.directory, "home") };
  const standIn = path.join(machine.directory, "stand-in");
  return {
    machine,
    standIn,
    lookUp: () => kubernetesPluginEnvironment(engine, env, standIn),
    standsIn: { PATH: `${standIn}:${env.PATH}`, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" },
  };
}

async function timesAsked(machine: StubMachine): Promise<number> {
  const log = await readFile(path.join(machine.directory, "asked"), "utf8").catch(() => "");
  return log.split("\n").length - 1;
}

const REFUSED = 'echo "error: 403 HTTP error fetching plugin" >&2; exit 1';

describe("kubernetesPluginEnvironment", () => {
  test("leaves an installed plugin of the vendor alone, and asks nothing", async () => {
    const { machine, lookUp } = await machineWith(REFUSED);
    await machine.file("home/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes", "");
    expect(await lookUp()).toEqual({});
    expect(await timesAsked(machine)).toBe(0);
  });

  test("does not take a plugin whose installation was broken off", async () => {
    const { machine, lookUp, standsIn } = await machineWith(REFUSED);
    await machine.file("home/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes", "");
    await machine.file("home/plugins/resource-kubernetes-v4.34.2.partial", "");
    expect(await lookUp()).toEqual(standsIn);
  });

  test("leaves a plugin on PATH alone, and asks nothing", async () => {
    const { machine, lookUp } = await machineWith(REFUSED);
    await machine.command("pulumi-resource-kubernetes", "true");
    expect(await lookUp()).toEqual({});
    expect(await timesAsked(machine)).toBe(0);
  });

  test.each([
    ["in the user's own home of the engine", ".pulumi/plugins/resource-kubernetes-v4.34.2"],
    ["in a newer version", "home/plugins/resource-kubernetes-v4.40.0"],
  ])("takes the vendor's plugin that is there %s, and asks nothing", async (_where, folder) => {
    const { machine, lookUp } = await machineWith(REFUSED);
    await machine.file(`${folder}/pulumi-resource-kubernetes`, "#!/bin/sh\n", 0o755);
    expect(await lookUp()).toEqual({ PATH: `${machine.directory}/${folder}:${machine.env.PATH}` });
    expect(await timesAsked(machine)).toBe(0);
  });

  test.each([".pulumi/plugins/resource-kubernetes-v4.34.1", ".pulumi/plugins/resource-docker-v4.34.2"])(
    "does not take %s for it",
    async (folder) => {
      const { machine, lookUp, standsIn } = await machineWith(REFUSED);
      await machine.file(`${folder}/pulumi-resource-kubernetes`, "#!/bin/sh\n", 0o755);
      expect(await lookUp()).toEqual(standsIn);
    },
  );

  test("takes the vendor's plugin where it can be downloaded", async () => {
    const { machine, lookUp } = await machineWith('[ "$*" = "plugin install resource kubernetes 4.34.2" ]');
    expect(await lookUp()).toEqual({});
    expect(await timesAsked(machine)).toBe(1);
  });

  test("takes the stand-in where the download is refused, and asks once a day", async () => {
    const { machine, lookUp, standsIn } = await machineWith(REFUSED);
    expect(await lookUp()).toEqual(standsIn);
    expect(await lookUp()).toEqual(standsIn);
    expect(await timesAsked(machine)).toBe(1);

    const refusal = path.join(machine.cache, "kubernetes-plugin-4.34.2.refused");
    expect(await readFile(refusal, "utf8")).toBe("403 HTTP error fetching plugin\n");
    const yesterday = Date.now() / 1000 - 25 * 3600;
    await utimes(refusal, yesterday, yesterday);
    expect(await lookUp()).toEqual(standsIn);
    expect(await timesAsked(machine)).toBe(2);
  });
});
