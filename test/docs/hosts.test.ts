import { describe, expect, test } from "vitest";
import { read } from "../architecture/files.ts";

const page = read("docs/hosts.md");
const table = page.split("\n## Every behaviour and its test\n")[1]?.split("\n## ")[0] ?? "";
const rows = table
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.slice(2, -2).split(" | "));

/** A title may stand in the file with quotes escaped. */
const bare = (text: string) => text.replaceAll("\\", "");

describe("docs/hosts.md", () => {
  test("has a row of three columns for each behaviour", () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect(row, row.join(" | ")).toHaveLength(3);
  });

  test.each(rows.map(([document, behaviour, proof = ""]) => [`${document}: ${behaviour}`, proof]))(
    "%s",
    (_, proof) => {
      const [, file = "", title = ""] =
        /^(test\/[\w./-]+\.test\.ts): (.+)$/.exec(proof.replaceAll("`", "")) ?? [];
      expect(file, proof).not.toBe("");
      expect(bare(read(file)), proof).toContain(title);
    },
  );
});
