import { describe, expect, test } from "vitest";
import { fileFaults, files, MAX_LINES, read, registryNames, sources } from "./files.ts";
import { trespasses } from "./rings.ts";

describe("the repository", () => {
  test("has sources in every inner ring", () => {
    for (const folder of ["model/", "capacity/", "report/", "components/", "policy/", "libvirt/"]) {
      expect(
        sources().some((f) => f.startsWith(folder)),
        folder,
      ).toBe(true);
    }
  });

  test("imports inwards only, and its inner rings touch neither clock nor chance nor files", () => {
    expect(sources().flatMap((f) => trespasses(f, read(f)))).toEqual([]);
  });

  test("has no file that is too long or named for nothing", () => {
    expect(sources().flatMap((f) => fileFaults(f, read(f)))).toEqual([]);
  });

  test("names no package registry", () => {
    expect(files().flatMap((f) => registryNames(f, read(f)))).toEqual([]);
  });
});

describe("a planted violation is seen", () => {
  test.each([
    [
      "model/x.ts",
      'import { judge } from "../capacity/judge.ts";',
      "model/x.ts: imports capacity (../capacity/judge.ts)",
    ],
    [
      "capacity/x.ts",
      'export * from "../policy/pack.ts";',
      "capacity/x.ts: imports policy (../policy/pack.ts)",
    ],
    [
      "capacity/host/x.ts",
      'import type { A } from "../../report/table.ts";',
      "capacity/host/x.ts: imports report (../../report/table.ts)",
    ],
    ["components/x.ts", 'await import("../test/a.ts");', "components/x.ts: imports test (../test/a.ts)"],
    ["index.ts", 'import "./tools/bench.ts";', "index.ts: imports tools (./tools/bench.ts)"],
    ["capacity/x.ts", 'import { readFileSync } from "node:fs";', "capacity/x.ts: imports node:fs"],
    ["capacity/x.ts", 'import { spawn } from "child_process";', "capacity/x.ts: imports child_process"],
    [
      "capacity/x.ts",
      'import * as pulumi from "@pulumi/pulumi/log";',
      "capacity/x.ts: imports @pulumi/pulumi/log",
    ],
    ["model/x.ts", 'import * as z from "zod/mini"; import "zodiac";', "model/x.ts: imports zodiac"],
    ["model/x.ts", "export const now = () => Date.now();", "model/x.ts:1: uses the clock"],
    ["model/x.ts", "\nconst d = new Date();", "model/x.ts:2: uses the clock"],
    ["capacity/x.ts", "const D = Date;", "capacity/x.ts:1: uses the clock"],
    ["capacity/x.ts", "Math.random();", "capacity/x.ts:1: uses Math.random"],
    ["capacity/x.ts", "const r = process.env.X;", "capacity/x.ts:1: uses process"],
    ["report/x.ts", "console.log(1);", "report/x.ts:1: uses console"],
    [
      "capacity/x.ts",
      'names.sort((a, b) => a.localeCompare(b, "de"));',
      "capacity/x.ts:1: uses localeCompare",
    ],
    ["capacity/x.ts", 'fetch("x");', "capacity/x.ts:1: uses fetch"],
    ["novel/x.ts", "", "novel/x.ts: the folder novel belongs to no ring of test/architecture/rings.ts"],
  ])("%s: %s", (file, text, expected) => expect(trespasses(file, text)).toEqual([expected]));

  test.each([
    ["capacity/x.ts", 'const day = Date.parse("2026-05-03"); const d = new Date(day); Date.UTC(2026, 1);'],
    [
      "capacity/x.ts",
      "interface A { process: string } const a = { console: 1 }; a.console; // Math.random()",
    ],
    ["capacity/host/x.ts", 'import { vm } from "../../model/vm.ts"; import "./y.ts"; import "../y.ts";'],
    ["model/x.ts", 'import { z } from "zod"; import { parseDocument } from "yaml";'],
    ["stacks/x.ts", 'import "node:fs/promises"; Date.now();'],
  ])("and what is allowed is not: %s: %s", (file, text) => expect(trespasses(file, text)).toEqual([]));

  test("in a file", () => {
    const lines = (n: number) => "x\n".repeat(n);
    expect(fileFaults("model/a.ts", lines(MAX_LINES))).toEqual([]);
    expect(fileFaults("model/a.ts", lines(MAX_LINES + 1))).toEqual([
      "model/a.ts: has 501 lines, and the limit is 500",
    ]);
    expect(fileFaults("cli/utils.ts", "")).toEqual(["cli/utils.ts: is named for nothing in particular"]);
    const host = ["registry", "npmjs", "org"].join(".");
    expect(registryNames("a.md", `see https://${host}/x`)).toEqual([`a.md: names ${host}`]);
  });
});
