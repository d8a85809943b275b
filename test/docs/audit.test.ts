import { describe, expect, test } from "vitest";
import { AUDIT_CHECKS } from "../../audit/row.ts";
import { read } from "../architecture/files.ts";

const page = read("docs/audit.md");
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

describe("docs/audit.md", () => {
  test("tells every comparison once, with what it means and what to do", () => {
    const lines = section("The comparisons")
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    const told = lines.map((line) => /^\| `([a-z-]+)` \|/.exec(line)?.[1]);
    expect(told).toEqual(Object.keys(AUDIT_CHECKS));
    for (const line of lines) expect(line.split(" | ")).toHaveLength(4);
  });
});
