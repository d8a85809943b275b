import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { FleetError } from "../../model/finding.ts";
import { parseFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { builtInStack, loadFleet, MAX_FILE_BYTES } from "../../stacks/load.ts";
import { change, soundFleet } from "../model/fleets.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "numafleet-load-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const file = async (name: string, text: string | Uint8Array) => {
  await writeFile(join(dir, name), text);
  return name;
};

/** The findings of the error that loading ends in. */
async function refusal(path: string) {
  const error: unknown = await loadFleet(path, dir).then(
    () => "loaded",
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(FleetError);
  return (error as FleetError).findings.map((f) => `${f.rule}: ${f.message} ${f.remedy}`);
}

describe("loadFleet", () => {
  test("without a path is the default stack", async () => {
    expect(await loadFleet()).toBe(defaultStack);
  });

  test("reads every format to the same value, from a path relative to the base", async () => {
    const fleet = soundFleet();
    const text = JSON.stringify(fleet);
    const names = [
      await file("fleet.yaml", stringify(fleet)),
      await file("fleet.yml", stringify(fleet)),
      await file("fleet.json", text),
      await file("fleet.ts", `const fleet: object = ${text};\nexport default fleet;\n`),
      await file("fleet.mts", `export default Promise.resolve(${text});\n`),
    ];
    for (const name of names) expect(await loadFleet(name, dir), name).toEqual(fleet);
    expect(await loadFleet(join(dir, "fleet.yaml"), "/nowhere")).toEqual(fleet);
  });

  test.each(["marked.yaml", "marked.json"])("%s may begin with a byte order mark", async (name) => {
    await file(name, '\ufeff{"vms": []}');
    expect(await loadFleet(name, dir)).toEqual({ vms: [] });
  });

  test("gives the same errors for a fleet in TypeScript, YAML and JSON", async () => {
    const fleet: unknown = soundFleet();
    for (const [path, value] of [
      ["vms[0].memory", "2 gib"],
      ["vms[1].taints[0].effect", undefined],
      ["nodes", null],
      ["scaleSets[0].maxRunner", 3],
      ["policy.overflow", {}],
    ] as const) {
      change(fleet, path, value);
    }
    const { findings } = parseFleet(fleet);
    expect(findings).toHaveLength(5);
    for (const name of [
      await file("bad.yaml", stringify(fleet)),
      await file("bad.json", JSON.stringify(fleet)),
      await file("bad.ts", `export default ${JSON.stringify(fleet)};`),
    ]) {
      expect(parseFleet(await loadFleet(name, dir)).findings, name).toEqual(findings);
    }
  });
});

describe("loadFleet refuses with one finding that tells", () => {
  const unreadable = (name: string, why: string, remedy: string) => [
    `model/unreadable-file: \`${name}\` cannot be read as a fleet: ${why}. ${remedy}`,
  ];
  const READABLE = "Name a fleet file that can be read.";

  test("a file that does not exist, with the place that was looked at", async () => {
    const why = `there is no such file (${join(dir, "no.yaml")})`;
    expect(await refusal("no.yaml")).toEqual(unreadable("no.yaml", why, READABLE));
  });

  test("a directory", async () => {
    await mkdir(join(dir, "sub.yaml"));
    expect(await refusal("sub.yaml")).toEqual(
      unreadable("sub.yaml", `it is a directory (${join(dir, "sub.yaml")})`, READABLE),
    );
  });

  test("a device", async () => {
    await symlink("/dev/zero", join(dir, "zero.json"));
    expect(await refusal("zero.json")).toEqual(
      unreadable("zero.json", `it is no regular file (${join(dir, "zero.json")})`, READABLE),
    );
  });

  test("a file beyond the limit, without reading it", async () => {
    await file("big.json", " ".repeat(MAX_FILE_BYTES + 1));
    const why = `it has ${MAX_FILE_BYTES + 1} bytes, and the limit is ${MAX_FILE_BYTES} (${join(dir, "big.json")})`;
    expect(await refusal("big.json")).toEqual(unreadable("big.json", why, READABLE));
  });

  test.each(["fleet.toml", "fleet", ""])("a form that is not known: %j", async (name) => {
    expect(await refusal(name)).toEqual(
      unreadable(name, "it ends in none of .yaml, .yml, .json, .ts, .mts", "Name a fleet file."),
    );
  });

  test.each([
    ["latin1.yaml", Buffer.from("vms: [] # caf\xe9", "latin1")],
    ["utf16.json", Buffer.from('\ufeff{"vms": []}', "utf16le")],
  ])("bytes that are not UTF-8: %s", async (name, bytes) => {
    await file(name, bytes);
    expect(await refusal(name)).toEqual(unreadable(name, "it is not UTF-8", "Save it as UTF-8."));
  });

  test("text that is no YAML, by line and column, all errors at once", async () => {
    await file("twice.yaml", "vms: []\nvms: []\nhosts: @\n");
    expect(await refusal("twice.yaml")).toEqual([
      "model/syntax-error: twice.yaml:2:1: Map keys must be unique. Correct the text at that place.",
      "model/syntax-error: twice.yaml:3:8: Plain value cannot start with reserved character @. Correct the text at that place.",
    ]);
  });

  test("a program without default export", async () => {
    await file("none.ts", "export const fleet = {};");
    expect(await refusal("none.ts")).toEqual(
      unreadable("none.ts", "it has no default export", "Write `export default defineFleet({ … })`."),
    );
  });

  test.each([
    ["throws.ts", "throw new Error('boom\\nsecond line');", "Error: boom"],
    ["rejects.ts", "export default Promise.reject(new Error('later'));", "Error: later"],
    ["text.ts", "throw 'a text';", "a text"],
  ])("a program that fails: %s", async (name, text, why) => {
    await file(name, text);
    expect(await refusal(name)).toEqual(
      unreadable(name, `running it failed: ${why}`, "Correct the program."),
    );
  });
});

describe("builtInStack", () => {
  test.each(["default", "numa", "runners"])("%s is a sound fleet", (name) => {
    expect(parseFleet(builtInStack(name)).findings).toEqual([]);
  });

  test.each(["production", "", "toString", "__proto__"])(
    "%j is none, and the known ones are named",
    (name) => {
      expect(() => builtInStack(name)).toThrow(FleetError);
      expect(() => builtInStack(name)).toThrow(
        `${JSON.stringify(name)} names no built-in stack; expected one of default, numa, runners. Name one of them, or a fleet file by its path.`,
      );
    },
  );
});
