import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import { ROOT } from "../architecture/files.ts";

/** Runs what a page shows: each `$ command` of a `console` block, whose output follows it. */

export interface Step {
  readonly command: string;
  /** What the page says that it prints. */
  readonly shown: string;
}

/** The steps of a section, in order. */
export function stepsOf(section: string): Step[] {
  return [...section.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = "", ...shown] = step.replaceAll("\\\n", "").split("\n");
        return { command: command.trim(), shown: shown.join("\n").trim() };
      }),
  );
}

/** A folder that looks to a command like the repository, and takes what it writes. */
export function sandbox(): string {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-console-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, "docs"), join(folder, "docs"));
  return folder;
}

const FLEET = "npm run --silent fleet -- ";

/** Runs one command in the folder: `fleet` in this process, all else in a shell. @returns what it printed */
export async function runStep(command: string, folder: string): Promise<string> {
  if (!command.startsWith(FLEET)) {
    const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
    return `${stdout}${stderr}`.trim();
  }
  const args = command
    .slice(FLEET.length)
    .split(/\s+/)
    .map((arg) => (arg.endsWith(".yaml") ? join(folder, arg) : arg));
  let printed = "";
  const write = (text: string) => {
    printed += text;
  };
  await runFleetCommand(args, { out: write, err: write });
  return printed.replaceAll(`${folder}/`, "").trim();
}
