import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type PlaceReport, runPlaceCommand } from "../../cli/placecommand.ts";
import { captured } from "./captured.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-place-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HOSTS = `hosts:
  - name: a # the old one
    uri: qemu+ssh://root@a/system
    recorded: { source: configured, date: 2026-05-03 }
    cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: 32 GiB }]
    reserved: { cpus: "3,7", memoryPerCell: 1 GiB }
    pools: [{ name: fast, class: ssd, path: /fast, capacity: 1 TB }]
  - name: b
    uri: qemu+ssh://root@b/system
    recorded: { source: configured, date: 2026-05-03 }
    cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: 32 GiB }]
    reserved: { cpus: "3,7", memoryPerCell: 1 GiB }
    pools: [{ name: fast, class: ssd, path: /fast, capacity: 1 TB }]
`;
const VMS = `vms:
  # the database
  - { name: db, vcpus: 2, memory: 8 GiB, disks: [{ name: os, class: ssd, size: 40 GB }] }
  - { name: web, vcpus: 2, memory: 4 GiB, cpuPolicy: shared }
`;

let files = 0;
const fileOf = (text: string, ending = "yaml") => {
  const path = join(folder, `fleet-${files++}.${ending}`);
  writeFileSync(path, text);
  return path;
};
const place = (...args: string[]) => captured((streams) => runPlaceCommand(args, streams));
const report = (text: string) => JSON.parse(text) as PlaceReport;
const cells = (line: string) => line.split(/ {2,}/);

describe("fleet place", () => {
  test("shows where each VM goes, and what would be recorded", async () => {
    const file = fileOf(HOSTS + VMS);
    const { code, out, err } = await place("--fleet", file);
    expect(code).toBe(0);
    const [head, db, web] = out.split("\n");
    expect(cells(head ?? "")).toEqual(["VM", "host", "cells", "CPUs", "emulator", "pools"]);
    expect(cells(db ?? "")).toEqual(["db", "a", "0", "0,4", "3,7", "os: fast", "placed now"]);
    expect(cells(web ?? "")).toEqual(["web", "b", "any", "shared", "placed now"]);
    expect(out.match(/^\+.*$/gm)?.slice(1)).toEqual([
      "+placements:",
      '+  - { vm: db, host: a, cells: "0", pins: [ "0", "4" ], emulator: "3,7", pools: { os: fast } }',
      "+  - { vm: web, host: b }",
    ]);
    expect(err).toBe("Not recorded: nothing is written without --write.\n");
    expect(readFileSync(file, "utf8")).toBe(HOSTS + VMS);
  });

  test("records them, keeps comments, and has nothing to do then", async () => {
    const file = fileOf(HOSTS + VMS);
    expect(await place("--fleet", file, "--write")).toMatchObject({ code: 0, err: "Recorded.\n" });
    const written = readFileSync(file, "utf8");
    expect(written.startsWith(HOSTS + VMS.trimEnd())).toBe(true);
    const again = await place("--fleet", file, "--write");
    expect(again).toMatchObject({ code: 0, err: "The file holds all of it already.\n" });
    expect(again.out.split("\n").map((line) => cells(line).at(-1))).toEqual(["pools", "kept", "kept", ""]);
    expect(readFileSync(file, "utf8")).toBe(written);
  });

  test("adds those that came since, and moves none", async () => {
    const file = fileOf(HOSTS + VMS);
    await place("--fleet", file, "--write");
    const grown = readFileSync(file, "utf8").replace(
      "vms:\n",
      "vms:\n  - { name: big, vcpus: 4, memory: 20 GiB }\n",
    );
    writeFileSync(file, grown);
    const { out } = await place("--fleet", file, "--write");
    expect(out.match(/^\+.*$/gm)?.slice(1)).toEqual([
      '+  - { vm: big, host: b, cells: "0", pins: [ "0", "4", "1", "5" ], emulator: "3,7" }',
    ]);
    expect(out).not.toMatch(/^-[^-]/m);
  });

  test("places one anew where that is asked for, and shows it as a move", async () => {
    const file = fileOf(HOSTS + VMS);
    await place("--fleet", file, "--write");
    writeFileSync(file, readFileSync(file, "utf8").replace("name: a #", "name: a\n    cordoned: true #"));
    const kept = await place("--fleet", file);
    expect(kept.code).toBe(0);
    expect(kept.err).toContain("VM db stays on host a, which is cordoned: a recorded placement is kept.");
    const moved = await place("--fleet", file, "--again", "db", "--write");
    expect(moved.code).toBe(0);
    expect(moved.out).toContain("placed anew, was on a");
    const entry = (host: string) =>
      `  - { vm: db, host: ${host}, cells: "0", pins: [ "0", "4" ], emulator: "3,7", pools: { os: fast } }`;
    expect(moved.out.match(/^[-+] .*$/gm)).toEqual([`-${entry("a")}`, `+${entry("b")}`]);
  });

  test("keeps what the stack remembers", async () => {
    const file = fileOf(HOSTS + VMS);
    const outputs = fileOf(
      JSON.stringify({
        placements: [{ vm: "db", host: "b", cells: "0", pins: ["1", "5"], emulator: "3,7" }],
      }),
      "json",
    );
    const { out } = await place("--fleet", file, "--outputs", outputs, "--json");
    expect(report(out).placements[0]).toMatchObject({
      vm: "db",
      host: "b",
      pins: ["1", "5"],
      how: "kept, pools chosen now",
    });
  });

  test("keeps off what is under pressure, by the state of fleet watch", async () => {
    const now = new Date().toISOString();
    const calm = { total: 100, available: 50, count: 0, since: null };
    const watched = (name: string, memory: object) => ({
      name,
      sampledAt: now,
      unreachable: null,
      samples: 3,
      failures: 0,
      memory,
      systemDisk: calm,
      scanFailure: null,
      scannedAt: null,
      pools: [],
    });
    const state = fileOf(
      JSON.stringify({
        kind: "numafleet/pressure",
        version: 1,
        intervals: { hosts: 30, pools: 900 },
        clockJumps: 0,
        hosts: [watched("a", { ...calm, available: 5, count: 3, since: now }), watched("b", calm)],
      }),
      "json",
    );
    const file = fileOf(HOSTS + VMS);
    const { code, out } = await place("--fleet", file, "--pressure", state, "--json");
    expect(code).toBe(0);
    expect(report(out).placements.map((p) => p.host)).toEqual(["b", "b"]);
    const none = await place("--fleet", file, "--pressure", join(folder, "none.json"));
    expect(none.code).toBe(2);
    expect(none.err).toContain("there is no such file");
  });

  test("refuses a VM without a place, with what each host lacks, and writes nothing", async () => {
    const text = HOSTS + VMS.replace("memory: 8 GiB", "memory: 40 GiB");
    const file = fileOf(text);
    const { code, err } = await place("--fleet", file, "--write");
    expect(code).toBe(1);
    expect(err).toContain("REFUSED placement/no-eligible-host: No host has a place for VM db: a ");
    expect(err).toContain("Nothing is written.");
    expect(readFileSync(file, "utf8")).toBe(text);
    const json = report((await place("--fleet", file, "--json")).out);
    expect(json.verdict).toBe("refused");
    expect(json.refusals).toMatchObject([
      {
        reason: "no_eligible_nodes",
        vm: "db",
        details: { node_utilization: [{ node: "a", mem_total_mib: 32768 }, { node: "b" }] },
      },
    ]);
  });

  test.each<[string, string[], string]>([
    ["an unknown VM", ["--again", "dbb"], 'error: "dbb" names no VM of the fleet; did you mean db?'],
    ["no file to write", ["--write"], "error: --write wants a fleet file of YAML or JSON: --fleet FILE."],
    ["outputs that are none", ["--outputs", "/nowhere"], "error: `/nowhere` cannot be read as stack outputs"],
  ])("refuses %s", async (_, args, message) => {
    const file = fileOf(HOSTS + VMS);
    const fleet = args[0] === "--write" ? [] : ["--fleet", file];
    const { code, err } = await place(...fleet, ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test("refuses to place a VM anew that names its host itself", async () => {
    const file = fileOf(`${HOSTS}vms: [{ name: db, host: a, vcpus: 1, memory: 1 GiB, pins: ["0"] }]\n`);
    const { code, err } = await place("--fleet", file, "--again", "db");
    expect(code).toBe(2);
    expect(err).toContain("VM db names its host a itself: there is nothing to place.");
  });

  test("has nothing to place in a fleet whose VMs name their hosts", async () => {
    const { code, out } = await place();
    expect(code).toBe(0);
    expect(out).toBe("No VM is placed: each names its host.\n");
  });
});
