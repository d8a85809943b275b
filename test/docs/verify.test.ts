import { describe, expect, test } from "vitest";
import { CHECKS, type Check } from "../../verify/checks.ts";
import { read } from "../architecture/files.ts";

const page = read("docs/verify.md");
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("| "));
const checks = Object.entries(CHECKS) as [string, Check][];

describe("docs/verify.md", () => {
  test("tells every check once: what is compared, how it is asked, when it differs", () => {
    const told = rows(section("The checks")).flatMap((line) => /^\| `([a-z-]+)` \|/.exec(line)?.[1] ?? []);
    expect(told.toSorted()).toEqual(checks.map(([id]) => id).toSorted());
    for (const line of rows(section("The checks"))) expect(line.split(" | ")).toHaveLength(5);
  });

  test("gives every check of the VM specification its row, as the program does", () => {
    const table = rows(section("The VM specification's checks and their rows")).slice(2);
    const bare = (text: string) => text.replaceAll("`", "");
    for (const [id, { specification }] of checks) {
      for (const asked of specification?.split("; ") ?? []) {
        const line = table.find((row) => bare(row).startsWith(`| ${bare(asked)}`));
        expect(line, `${id}: ${asked}`).toContain(`\`${id}\``);
      }
    }
    for (const line of table) {
      const ids = [...(line.split(" | ").at(-1) ?? "").matchAll(/`([a-z-]+)`/g)].map(([, id]) => id);
      expect(ids.length, line).toBeGreaterThan(0);
      for (const id of ids) expect(Object.keys(CHECKS)).toContain(id);
    }
  });
});
