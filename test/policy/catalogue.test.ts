import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../policy/catalogue.ts";
import { PAGE, withRules } from "../../policy/document.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const SOURCES = [
  "capacity",
  "cli",
  "components",
  "libvirt",
  "lab",
  "model",
  "move",
  "policy",
  "program",
  "report",
  "stacks",
  "watch",
];

const entries = catalogue.flatMap((area) => area.rules);
const ids = entries.map((entry) => entry.id);
const areas = catalogue.map((area) => area.name);

/** Ids in the source: `rule: "host/pin-twice"`, a ternary of two, or a template whose holes stand for a word. */
function idsInSource(): string[] {
  const id = (area: string) => `["\`](${area}/[a-z-]*(?:\\$\\{[^}]+\\}[a-z-]*)*)["\`]`;
  // An id of a known area wherever it stands, and of any area where a rule is named.
  const literals = [new RegExp(id(`(?:${areas.join("|")})`), "g"), new RegExp(`rule: ${id("[a-z]+")}`, "g")];
  const ids = new Set<string>();
  for (const folder of SOURCES) {
    for (const file of readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || `${folder}/${file}`.startsWith("policy/catalogue")) continue;
      const source = readFileSync(path.join(ROOT, folder, file), "utf8");
      const matches = literals.flatMap((literal) => [...source.matchAll(literal)]);
      for (const [, found] of matches) if (found) ids.add(found);
    }
  }
  return [...ids].sort();
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
