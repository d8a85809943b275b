import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { run } from "../../tools/setup/command.mjs";
import { installSystemPackages } from "../../tools/setup/systemPackages.ts";
import { readReport } from "../../tools/setup/vitestReport.ts";
import { stubMachine } from "./stub.ts";

describe("readReport", () => {
  test("counts what passed, failed and was skipped, with the names of the latter, and a file that could not be loaded as a failure", async () => {
    const machine = await stubMachine();
    const report = await machine.file(
      "report.json",
      JSON.stringify({
        numPassedTests: 7,
        numFailedTests: 1,
        numPendingTests: 2,
        numTodoTests: 1,
        testResults: [
          {
            status: "passed",
            assertionResults: [
              { status: "passed", fullName: "a" },
              { status: "pending", fullName: "b (skipped: no host)" },
            ],
          },
          {
            status: "failed",
            assertionResults: [
              { status: "failed", fullName: "c" },
              { status: "todo", fullName: "d" },
            ],
          },
          { status: "failed", assertionResults: [] },
        ],
      }),
    );
    expect(await readReport(report)).toEqual({
      passed: 7,
      failed: 2,
      skipped: 3,
      skippedTests: ["b (skipped: no host)", "d"],
    });
  });

  test("a report that was never written is a failure", async () => {
    expect(await readReport("/nonexistent/report.json")).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      skippedTests: [],
    });
  });
});

describe("installSystemPackages", () => {
  const commands = ["libvirtd", "virsh", "qemu-system-x86_64", "qemu-img", "ip", "etcd", "dropbear"];

  /** A Debian that lacks xorriso alone; its apt-get does what the test says. */
  async function debian(aptGet: string) {
    const machine = await stubMachine();
    for (const command of commands) await machine.command(command, "true");
    await machine.command("apt-get", `echo "$*" >> "$(dirname "$0")/../apt"\n${aptGet}`);
    const log = () => readFile(path.join(machine.directory, "apt"), "utf8").catch(() => "");
    const install = (isRoot: boolean) => installSystemPackages(machine.env, { isRoot, systemFolders: "" });
    return { machine, log, install };
  }

  test("asks apt-get for what is missing alone", async () => {
    const { install, log } = await debian("true");
    expect(await install(true)).toBe(true);
    expect(await log()).toBe("install -y xorriso\n");
  });

  test("updates the package lists when the first try fails", async () => {
    const { install, log } = await debian(`mark=$(dirname "$0")/../updated
[ "$1" = update ] && : > "$mark"; [ -e "$mark" ]`);
    expect(await install(true)).toBe(true);
    expect(await log()).toBe("install -y xorriso\nupdate\ninstall -y xorriso\n");
  });

  test("says what apt-get said when it cannot", async () => {
    const { install } = await debian('echo "E: Unable to locate package" >&2; exit 100');
    await expect(install(true)).rejects.toThrow(
      "apt-get install failed: E: Unable to locate package\nInstall by hand: xorriso",
    );
  });

  test("leaves the machine alone when not root, or when nothing is missing", async () => {
    const { machine, install, log } = await debian("true");
    expect(await install(false)).toBe(true);
    await machine.command("xorriso", "true");
    expect(await install(true)).toBe(true);
    expect(await log()).toBe("");
  });
});

describe("bootstrap", () => {
  const bootstrap = path.join(ROOT, "tools", "bootstrap.mjs");

  test.each([[[]], [["previw"]]])(
    "with %j gives its usage and a non-zero exit code, no stack trace",
    async (args) => {
      const result = await run(process.execPath, [bootstrap, ...args]);
      expect(result).toMatchObject({ code: 1, stdout: "" });
      const [usage, got, end] = result.stderr.split("\n");
      expect(usage).toMatch(/^usage: node tools\/bootstrap\.mjs preview\|[a-z|]+ \[argument…\]$/);
      expect([got, end]).toEqual([`got: ${args[0] ?? "(nothing)"}`, ""]);
    },
  );

  test("uses nothing before it has found a newer Node.js that Node.js 20.0 lacks", async () => {
    const early = ["", "node", "setup"].map((folder) => path.join(ROOT, "tools", folder));
    for (const folder of early) {
      const files = (await readdir(folder)).filter((name) => name.endsWith(".mjs"));
      expect(files).not.toEqual([]);
      for (const file of files) {
        // Since 20.11; fileURLToPath(import.meta.url) says the same everywhere.
        expect(await readFile(path.join(folder, file), "utf8")).not.toMatch(
          /^(?!\s*\/\/).*import\.meta\.dirname/m,
        );
      }
    }
  });

  test("passes arguments, output and exit code of the engine through", async () => {
    const machine = await stubMachine();
    await machine.command("pulumi", 'echo "$PULUMI_BACKEND_URL $*"; exit 3');
    const env = {
      ...machine.env,
      PATH: `${machine.env.PATH}:${process.env.PATH}`,
      PULUMI_BACKEND_URL: "file:///s",
    };
    const result = await run(process.execPath, [bootstrap, "pulumi", "stack", "ls"], { env });
    expect(result.code).toBe(3);
    expect(result.stdout).toBe("file:///s stack ls\n");
    expect(result.stderr).toBe("Pulumi engine: of unknown version from PATH; your PULUMI_BACKEND_URL\n");
  });
});
