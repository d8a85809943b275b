import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runFleetCommand, SUBCOMMANDS, type Subcommand } from "../../cli/fleetcommand.ts";
import type { ExitCode } from "../../cli/streams.ts";
import { captured } from "./captured.ts";

async function fleet(args: readonly string[], subcommands: readonly Subcommand[] = SUBCOMMANDS) {
  return captured((streams) => runFleetCommand(args, streams, subcommands));
}

describe("fleet", () => {
  it("hands a command all that follows its name, and gives back its exit code", async () => {
    const seen: (readonly string[])[] = [];
    const echo: Subcommand = {
      name: "echo",
      description: "for this test",
      run: async (args): Promise<ExitCode> => {
        seen.push(args);
        return 1;
      },
    };
    const given = ["--json", "--fleet", "a b.yaml", "-x", "--", "--help", "word"];
    expect((await fleet(["echo", ...given], [echo])).code).toBe(1);
    expect((await fleet(["echo", "--help"], [echo])).code).toBe(1);
    expect((await fleet(["help", "echo"], [echo])).code).toBe(1);
    expect(seen).toEqual([given, ["--help"], ["--help"]]);
  });

  it("lists its commands", async () => {
    for (const args of [["--help"], ["help"]]) {
      const { code, out } = await fleet(args);
      expect(code).toBe(0);
      for (const { name } of SUBCOMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} +\\S`, "m"));
    }
  });

  it("without a command says which there are, with exit code 2", async () => {
    const { code, out, err } = await fleet([]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("verify");
  });

  it("says what was probably meant", async () => {
    const { code, err } = await fleet(["verfy"]);
    expect(code).toBe(2);
    expect(err).toBe("error: unknown command 'verfy'\n(Did you mean verify?)\n");
  });

  it.each(SUBCOMMANDS.map(({ name }) => name))("%s tells its options under its whole name", async (name) => {
    const { code, out } = await fleet([name, "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: fleet ${name} (COMMAND )?\\[options\\]`));
  });

  it("runs the policy command, which stays one of its own too", async () => {
    const { code, out } = await fleet(["policy", "--today", "2026-05-06"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^the default stack, judged by its own figures as of 2026-05-06:\n/);
  });

  it("is the package's bin, from any folder", () => {
    const entry = path.join(import.meta.dirname, "../../tools/fleet.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [entry, "verify", "--host", "nowhere"], {
      encoding: "utf8",
      cwd: "/",
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error: "nowhere" names no host of the fleet; expected one of numa\. /m);
  });
});
