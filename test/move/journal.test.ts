import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MoveEvent, MoveJournal, type MovePlan, plansBeside, recordOf } from "../../move/journal.ts";

const volume = {
  kind: "disk",
  device: "vda",
  from: { pool: "a", vol: "web-os.qcow2", path: "/a/web-os.qcow2" },
  to: { pool: "b", vol: "web-os.qcow2" },
  bytes: 100,
  allocation: 100,
  written: "1.0",
  isThere: false,
} as const;

const plan: MovePlan = {
  version: 1,
  id: "0123456789abcdef",
  vm: "web",
  uuid: "8e4b2b5c-6a1f-4e0e-9d0b-3b2f8a5c7d11",
  from: "left",
  to: "right",
  autostart: true,
  isRehearsal: false,
  segmentBytes: 64,
  args: {},
  original: "<domain/>",
  definition: "<domain/>",
  volumes: [volume, { ...volume, device: "vdb" }],
};

const lines = (events: readonly MoveEvent[]) => events.map((event) => JSON.stringify(event)).join("\n");

describe("a journal", () => {
  test("adds up to the stage and to what was copied", () => {
    const events: MoveEvent[] = [
      { event: "planned", plan },
      { event: "held" },
      { event: "begun", volume: 0 },
      { event: "segment", volume: 0, sha256: "aa" },
      { event: "segment", volume: 0, sha256: "bb" },
      { event: "verified", volume: 0, sha256: "cc" },
      { event: "begun", volume: 1 },
      { event: "segment", volume: 1, sha256: "dd" },
    ];
    expect(recordOf(lines(events))).toEqual({
      plan,
      stage: "held",
      volumes: [
        { isBegun: true, segments: ["aa", "bb"], sha256: "cc" },
        { isBegun: true, segments: ["dd"], sha256: undefined },
      ],
    });
    const again = [...events, { event: "begun", volume: 0 } as const];
    expect(recordOf(lines(again))?.volumes[0]).toEqual({ isBegun: true, segments: [], sha256: undefined });
    expect(recordOf(lines([...events, { event: "released" }]))?.stage).toBe("released");
    expect(recordOf(lines([...events, { event: "released" }, { event: "withdrawn" }]))?.stage).toBe(
      "defined",
    );
  });

  test("that was cut off anywhere tells what its whole lines tell", () => {
    const events: MoveEvent[] = [
      { event: "planned", plan },
      { event: "held" },
      { event: "begun", volume: 0 },
      { event: "segment", volume: 0, sha256: "a".repeat(64) },
      { event: "verified", volume: 0, sha256: "b".repeat(64) },
      { event: "copied" },
    ];
    const text = `${lines(events)}\n`;
    fc.assert(
      fc.property(fc.nat(text.length), (at) => {
        const whole = text.slice(0, at).split("\n").slice(0, -1).length;
        // The line that the cut is in counts where all of it but its end is there.
        const isWhole = text[at] === "\n" && text[at - 1] !== "\n";
        expect(recordOf(text.slice(0, at))).toEqual(
          recordOf(lines(events.slice(0, whole + Number(isWhole)))),
        );
      }),
    );
  });

  describe("as a file", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "numafleet-journal-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    test("is its owner's alone, and goes on behind a line that was cut off", async () => {
      const journal = new MoveJournal(join(folder, "moves"), "web");
      await journal.alone(async () => {
        await journal.begin(plan);
        await appendFile(journal.file, '{"event":"hel');
        await journal.note({ event: "held" });
      });
      expect((await journal.read())?.stage).toBe("held");
      await journal.end(plan);
      expect(await journal.read()).toMatchObject({
        stage: "removed",
        plan: { ...plan, original: "", definition: "" },
      });
      await journal.begin(plan);
      expect((await stat(journal.file)).mode & 0o777).toBe(0o600);
      expect((await stat(join(folder, "moves"))).mode & 0o777).toBe(0o700);
      expect(await readFile(journal.file, "utf8")).toContain('"planned"');
    });

    test("of other VMs is read as long as their moves have left something", async () => {
      const [own, held, planned, over] = ["web", "db", "log", "old"].map((vm) => new MoveJournal(folder, vm));
      for (const [journal, vm] of [
        [own, "web"],
        [held, "db"],
        [planned, "log"],
        [over, "old"],
      ] as const) {
        await journal?.begin({ ...plan, vm });
        if (journal !== planned) await journal?.note({ event: "held" });
      }
      await over?.end({ ...plan, vm: "old" });
      await writeFile(join(folder, "broken.jsonl"), "{");
      expect((await plansBeside(folder, "web")).map(({ vm }) => vm)).toEqual(["db"]);
      expect(await plansBeside(join(folder, "none"), "web")).toEqual([]);
    });

    test("is one process's at a time, and free again once that was killed", async () => {
      const journal = new MoveJournal(folder, "web");
      const other = new MoveJournal(folder, "web");
      await journal.alone(async () => {
        expect(await other.alone(async () => "in")).toBeUndefined();
      });
      expect(await other.alone(async () => "in")).toBe("in");
      await journal.alone(async () => {
        // As of a process of this machine that is no more: no process has this number.
        const own = await readFile(`${journal.file}.lock`, "utf8");
        await writeFile(`${journal.file}.lock`, own.replace(/-\d+-$/, "-4194999-"));
        expect(await other.alone(async () => "in")).toBe("in");
      });
    });
  });
});
