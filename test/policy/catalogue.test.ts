import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../policy/catalogue.ts";
import { PAGE, withRules } from "../../policy/document.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const SOURCES = ["capacity", "model", "stacks", "policy", "cli", "components"];

const entries = catalogue.flatMap((area) => area.rules);
const ids = entries.map((entry) => entry.id);
const areas = catalogue.map((area) => area.name);

/** Ids in the source: `rule: "host/pin-twice"`, a ternary of two, or a template whose holes stand for a word. */
function idsInSource(): string[] {
  const literal = new RegExp(`["\`]((?:${areas.join("|")})/[a-z-]*(?:\\$\\{[^}]+\\}[a-z-]*)*)["\`]`, "g");
  const found = new Set<string>();
  for (const folder of SOURCES) {
    for (const file of readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || `${folder}/${file}`.startsWith("policy/catalogue")) continue;
      const source = readFileSync(path.join(ROOT, folder, file), "utf8");
      for (const [, id] of source.matchAll(literal)) if (id) found.add(id);
    }
  }
  return [...found].sort();
}

const pattern = (id: string) => new RegExp(`^${id.replace(/\$\{[^}]+\}/g, "[a-z]+")}$`);

describe("the catalogue", () => {
  it("finds the ids that it is about", () => {
    expect(idsInSource()).toEqual(
      expect.arrayContaining([
        "host/pin-twice",
        expect.stringMatching(/^host.*kind.*-unset$/),
        "runners/limits-exceed-node",
        "layers/node-cpu",
      ]),
    );
  });

  it("lists every rule that the source can emit", () => {
    expect(idsInSource().filter((id) => !ids.some((known) => pattern(id).test(known)))).toEqual([]);
  });

  it("lists no rule that the source cannot emit", () => {
    const source = idsInSource();
    expect(ids.filter((id) => !source.some((found) => pattern(found).test(id)))).toEqual([]);
  });

  it("lists each rule once, in its area, and tells why, an example and the fix", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, rules } of catalogue) {
      for (const rule of rules) {
        expect(rule.id.split("/")[0], rule.id).toBe(name);
        expect(rule.title, rule.id).not.toMatch(/\.$/);
        for (const text of [rule.why, rule.example, rule.fix]) expect(text, rule.id).toMatch(/\.$/);
      }
    }
  });

  it("is what docs/policies.md says (else run `node policy/document.ts`)", () => {
    const page = readFileSync(PAGE, "utf8");
    expect(withRules(page)).toBe(page);
  });
});
