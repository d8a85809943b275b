import { describe, expect, test } from "vitest";
import { createStack } from "./engine.ts";

describe("programs through the real engine and its Node.js language host", () => {
  test("an empty program previews its stack and nothing else", async () => {
    const stack = await createStack({ files: { "index.ts": "export {};\n" } });
    const result = await stack.preview();
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toContain("+ 1 to create");
  });
});
