import { describe, expect, test } from "vitest";
import { read } from "../architecture/files.ts";
import { runStep, sandbox, stepsOf } from "./console.ts";

const page = read("docs/runners.md");
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

/** The system test that types in whole chapters, with what needs an engine and a cluster. */
const TYPED = "test/system/runners-page.test.ts";
const ELSEWHERE = new Set([
  "npm run pulumi -- config set fleet fleet.yaml",
  "npm run preview -- --policy-pack-config budget.json",
  "npm run up -- --policy-pack-config budget.json",
]);

describe.each(["Ask before you change", "Raise a maximum", "Admit an overflow node", "Roll it back"])(
  "docs/runners.md: %s",
  (title) => {
    test("every command prints what the page says", async () => {
      const folder = sandbox();
      const steps = stepsOf(section(title));
      expect(steps.length).toBeGreaterThan(3);
      for (const { command, shown } of steps) {
        if (ELSEWHERE.has(command)) {
          expect(read(TYPED)).toContain(`type("${title}")`);
          continue;
        }
        expect(`$ ${command}\n${await runStep(command, folder)}`).toBe(`$ ${command}\n${shown}`);
      }
    });
  },
);
