import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { PLUGIN, startPlugin } from "./pluginClient.ts";

it("is executable, and says what it needs to a Node that is too old", () => {
  accessSync(PLUGIN, constants.X_OK);
  const said: string[] = [];
  const old = {
    versions: { node: "20.11.1" },
    version: "v20.11.1",
    execPath: "/usr/bin/node",
    exit: (code: number) => {
      throw new Error(`exit code ${code}`);
    },
  };
  const script = readFileSync(PLUGIN, "utf8").replace(/^#!.*\n/, "");
  const run = () =>
    runInNewContext(script, { process: old, console: { error: (text: string) => said.push(text) } });
  expect(run).toThrow("exit code 1");
  expect(said).toEqual([
    "pulumi-resource-libvirt needs Node.js 24 or later; the node on PATH is v20.11.1 (/usr/bin/node). Put a newer one first on PATH; npm run preview finds or installs one.",
  ]);
});

it("loads neither the Pulumi SDK nor zod before it serves", () => {
  const folder = PLUGIN.replace("plugin/pulumi-resource-libvirt", "provider");
  const heavy = (module: string): string => {
    const probe = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import(${JSON.stringify(folder)} + ${JSON.stringify(`/${module}`)});
      const names = [["sdk", /@pulumi\\/pulumi\\/(index|output|runtime)/], ["zod", /\\/zod\\//], ["xml", /fast-xml/]];
      console.log(names.filter(([, pattern]) => loaded.some((url) => pattern.test(url))).map(([name]) => name).join());
    `;
    return execFileSync(process.execPath, ["--input-type=module", "-e", probe], { encoding: "utf8" }).trim();
  };
  expect(heavy("service.ts")).toBe("");
  // Checks need zod; the XML library waits for a host.
  expect(heavy("catalogue.ts")).toBe("zod");
});

it("ends when it is told to", async () => {
  const plugin = await startPlugin();
  await plugin.close();
  expect(() => process.kill(plugin.pid, 0)).toThrow();
});

it("ends when the engine that started it was killed", async () => {
  const parent = `
    const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(PLUGIN)}], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => console.log(child.pid));
  `;
  const engine = spawn(process.execPath, ["-e", parent], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((resolve) =>
    engine.stdout.once("data", (chunk) => resolve(Number(chunk))),
  );
  expect(process.kill(pid, 0)).toBe(true);
  engine.kill("SIGKILL");
  // Polled, not timed: the test's own time limit is what ends a plugin that stays.
  while (isAlive(pid)) await sleep(50);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
