import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
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
