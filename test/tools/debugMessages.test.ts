import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { debugMessagesEnvironment } from "../../tools/engine/debugMessages.ts";
import { ROOT } from "../../tools/engine/engine.ts";

const LEFT_OUT = { NUMAFLEET_NO_DEBUG_MESSAGES: "1" };

describe("debug messages of @pulumi/pulumi", () => {
  it.each([
    [["preview"]],
    [["up", "--yes", "--stack", "dev"]],
    [["preview", "--diff", "--json"]],
    [["stack", "export", "--show-secrets"]],
  ])("are left out of %j", (args) => {
    expect(debugMessagesEnvironment(args)).toEqual(LEFT_OUT);
  });

  it.each([
    [["preview", "--debug"]],
    [["preview", "--debug=true"]],
    [["preview", "-d"]],
    [["up", "-yd"]],
    [["up", "-v=9"]],
    [["up", "-v9"]],
    [["--verbose", "3", "up"]],
    [["--logtostderr", "up"]],
    [["up", "--logflow"]],
  ])("stay in %j", (args) => {
    expect(debugMessagesEnvironment(args)).toEqual({});
  });

  it.each([
    [LEFT_OUT, "info: [runtime] told\n"],
    [{}, "debug: [runtime] whispered\ninfo: [runtime] told\n"],
  ])("are what %j decides about, and nothing else is", (env, printed) => {
    const program = `
      const { log } = require("@pulumi/pulumi");
      require("@pulumi/pulumi/runtime/settings").excessiveDebugOutput = true;
      log.debug("whispered").then(() => log.info("told"));`;
    const prelude = path.join(ROOT, "tools", "language-host", "leanSdk.cjs");
    const { NUMAFLEET_NO_DEBUG_MESSAGES: _, ...outer } = process.env;
    const output = execFileSync(process.execPath, ["--require", prelude, "-e", program], {
      cwd: ROOT,
      env: { ...outer, ...env },
      encoding: "utf8",
    });
    expect(output).toBe(printed);
  });
});
