import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ensureEmbeddedStack } from "../../tools/engine/embeddedStack.ts";
import { stubMachine } from "./stub.ts";

const STATE_FILE = ".numafleet/state/.pulumi/stacks/numafleet/dev.json";

/** A checkout with an engine that does what the test says when asked to create a stack. */
async function checkout(engine: string) {
  const machine = await stubMachine();
  const command = await machine.command("pulumi", `echo "$*" >> "$(dirname "$0")/../asked"\n${engine}`);
  const backend = `file://${machine.directory}/.numafleet/state`;
  const env = {
    ...machine.env,
    PULUMI_HOME: path.join(machine.directory, "home"),
    PULUMI_BACKEND_URL: backend,
  };
  const project = createHash("sha1").update(path.join(machine.directory, "Pulumi.yaml")).digest("hex");
  return {
    machine,
    ensure: (extra: NodeJS.ProcessEnv = {}) =>
      ensureEmbeddedStack({ command, source: "PATH", env: {} }, { ...env, ...extra }, machine.directory),
    select: (url: string) =>
      machine.file(
        `home/workspaces/numafleet-${project}-workspace.json`,
        JSON.stringify({ stacks: { [url]: "organization/numafleet/lab" } }),
      ),
    backend,
    asked: () => readFile(path.join(machine.directory, "asked"), "utf8").catch(() => ""),
  };
}

describe("ensureEmbeddedStack", () => {
  test("creates the stack once, and names it as long as none is selected", async () => {
    const { machine, ensure, asked } = await checkout("true");
    expect(await ensure()).toEqual({ PULUMI_STACK: "dev" });
    await machine.file(STATE_FILE, "{}");
    expect(await ensure()).toEqual({ PULUMI_STACK: "dev" });
    expect(await asked()).toBe("stack init dev --no-select --non-interactive\n");
  });

  test("leaves a selected stack of this state alone, but not one of another", async () => {
    const { ensure, select, backend, asked } = await checkout("true");
    await select(backend);
    expect(await ensure()).toEqual({});
    expect(await asked()).toBe("");
    await select("s3://elsewhere");
    expect(await ensure()).toEqual({ PULUMI_STACK: "dev" });
  });

  test("leaves the user's PULUMI_STACK alone", async () => {
    const { ensure } = await checkout("exit 1");
    expect(await ensure({ PULUMI_STACK: "lab" })).toEqual({});
    expect(await ensure({ PULUMI_STACK: "organization/numafleet/lab" })).toEqual({});
  });

  test("creates the default where it is named and has gone", async () => {
    const { ensure, asked } = await checkout("true");
    expect(await ensure({ PULUMI_STACK: "dev" })).toEqual({});
    expect(await asked()).toContain("stack init dev");
  });

  test("says what the engine said when the stack cannot be created", async () => {
    const { machine, ensure } = await checkout('echo "error: incorrect passphrase" >&2; exit 255');
    await expect(ensure()).rejects.toThrow(
      `the stack dev cannot be created in ${machine.directory}/.numafleet/state: error: incorrect passphrase`,
    );
  });
});
