import { describe, expect, test } from "vitest";
import { MAX_ALIASES, parseDocument } from "../../model/document.ts";

const told = (text: string, format: "yaml" | "json" = "yaml") =>
  parseDocument(text, `fleet.${format}`, format).findings.map((f) => f.message);

describe("YAML", () => {
  test("is read as YAML 1.2: a date and a `no` stay texts, whatever directive stands above", () => {
    const text = "recorded: 2026-05-03\nflag: no\nn: 4\nq: 1.5\nbool: true\nempty:\n";
    const value = { recorded: "2026-05-03", flag: "no", n: 4, q: 1.5, bool: true, empty: null };
    expect(parseDocument(text, "f", "yaml")).toEqual({ value, findings: [] });
    expect(parseDocument(`%YAML 1.1\n---\n${text}`, "f", "yaml").value).toEqual(value);
  });

  test("an anchor saves writing an envelope twice", () => {
    expect(parseDocument("a: &e {cpu: 2}\nb: *e", "f", "yaml").value).toEqual({
      a: { cpu: 2 },
      b: { cpu: 2 },
    });
  });

  test.each([
    ["a repeated key", "vms: []\nhosts: []\nvms: []", ["fleet.yaml:3:1: Map keys must be unique."]],
    [
      "every error at once",
      "a: 1\na: 2\nb: @",
      [
        "fleet.yaml:2:1: Map keys must be unique.",
        "fleet.yaml:3:4: Plain value cannot start with reserved character @.",
      ],
    ],
    ["a tab", "a:\n\t- b", ["fleet.yaml:2:1: Tabs are not allowed as indentation."]],
    [
      "a second document",
      "a: 1\n---\nb: 2",
      ["fleet.yaml:2:1: a second document begins; a fleet file holds one."],
    ],
    [
      "a tag of another language",
      "a: !!js/function x",
      ["fleet.yaml:1:4: Unresolved tag: tag:yaml.org,2002:js/function."],
    ],
    [
      "an alias without anchor",
      "a: *x",
      ["fleet.yaml: Unresolved alias (the anchor must be set before the alias): x."],
    ],
    ["a key that is a list", "? [x]\n: y", ["fleet.yaml:1:3: With stringKeys, all keys must be strings."]],
    ["an empty file", "", ["fleet.yaml: the file is empty."]],
    ["only comments", "# nothing\n", ["fleet.yaml: the file is empty."]],
  ])("refuses %s by line and column", (_, text, expected) => expect(told(text)).toEqual(expected));

  test("refuses a tower of aliases before it is built", () => {
    let text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (let i = 1; i < 12; i++)
      text += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(",")}]\n`;
    expect(told(text)).toEqual(["fleet.yaml: Excessive alias count indicates a resource exhaustion attack."]);
  });

  test("an audit that thousands of nodes share is no attack", () => {
    const uses = Array.from({ length: MAX_ALIASES }, (_, i) => `k${i}: *r`).join("\n");
    expect(told(`r: &r {date: x}\n${uses}`)).toEqual([]);
    expect(told(`r: &r {date: x}\n${uses}\none: *r`)).toHaveLength(1);
  });

  test("nesting without end is refused, not overrun", () => {
    for (const message of told("[".repeat(50_000))) {
      expect(message).toMatch(/nested too deeply|Flow sequence/);
    }
    expect(told("[".repeat(50_000)).length).toBeGreaterThan(0);
  });

  test("a merge key takes over what an anchor holds, and the entry's own properties count", () => {
    const text = "a: &a {cpu: 2, memory: 3}\nb: {<<: *a, memory: 4}\n";
    const value = { a: { cpu: 2, memory: 3 }, b: { cpu: 2, memory: 4 } };
    expect(parseDocument(text, "f", "yaml").value).toEqual(value);
    expect(parseDocument(`%YAML 1.1\n---\n${text}`, "f", "yaml").value).toEqual(value);
    expect(told("a: {<<: 3}")).toEqual(["fleet.yaml: Merge sources must be maps or map aliases."]);
  });
});

describe("JSON", () => {
  test("is read whatever it is indented by", () => {
    expect(parseDocument('{\n\t"a": [\n\t\t1,\n\t\t"x"\n\t]\n}\n', "f", "json").value).toEqual({
      a: [1, "x"],
    });
  });

  test.each([
    ["a comma too many", '{"a": 1,\n}', ["fleet.json:2:1: Expected double-quoted property name."]],
    ["YAML", "a: 1", ["fleet.json: Unexpected token 'a', \"a: 1\" is not valid JSON."]],
    [
      "a comma before the end of a list",
      '{"policy": {},\n "vms": [1,\n 2,]}',
      ['fleet.json:3:4: Unexpected token \']\', ..."": [1, 2,]}" is not valid JSON.'],
    ],
    [
      "a word of another language near the start",
      '{"vms": True, "policy": {}, "nodes": []}',
      ['fleet.json:1:9: Unexpected token \'T\', "{"vms": True, "pol"... is not valid JSON.'],
    ],
    ["a text that ends within a list", '{"vms": [\n', ["fleet.json:2:1: the text ends too early."]],
    ["a comment", "{\n  // x\n}", ["fleet.json:2:3: Expected property name or '}'."]],
    ["a truncated file", '{"a": [1,\n2', ["fleet.json:2:2: Expected ',' or ']' after array element."]],
    ["an empty file", "", ["fleet.json: the file is empty."]],
    ["a repeated key", '{"a": 1, "b": {"c": 1, "c": 2}}', ["fleet.json:1:24: Map keys must be unique."]],
  ])("refuses %s by line and column", (_, text, expected) => expect(told(text, "json")).toEqual(expected));
});

test("a key named __proto__ is data like any other", () => {
  for (const format of ["yaml", "json"] as const) {
    const { value } = parseDocument('{"__proto__": {"vms": []}}', "f", format);
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  }
});
