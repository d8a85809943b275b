import { describe, expect, test } from "vitest";
import { read } from "../architecture/files.ts";
import { runStep, sandbox, stepsOf } from "./console.ts";

const page = read("docs/runners.md");
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

/** What an engine or a cluster is needed for, by the system test that runs it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm run preview": "test/system/arc.test.ts",
  "npm run up": "test/system/arc.test.ts",
};

describe.each(["Ask before you change", "Raise a maximum", "Admit an overflow node", "Roll it back"])(
  "docs/runners.md: %s",
  (title) => {
    test("every command prints what the page says", async () => {
      const folder = sandbox();
      const steps = stepsOf(section(title));
      expect(steps.length).toBeGreaterThan(3);
      for (const { command, shown } of steps) {
        if (Object.hasOwn(ELSEWHERE, command)) {
          expect(read(ELSEWHERE[command] as string)).toContain("stack.up(");
          continue;
        }
        expect(`$ ${command}\n${await runStep(command, folder)}`).toBe(`$ ${command}\n${shown}`);
      }
    });
  },
);
