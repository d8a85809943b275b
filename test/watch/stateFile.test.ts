import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { unwatched } from "../../capacity/pressure/watched.ts";
import { replaceFile } from "../../cli/replaceFile.ts";
import { FleetError } from "../../model/finding.ts";
import type { WatchState } from "../../model/watchState.ts";
import { readWatchState, StateFile } from "../../watch/stateFile.ts";
import { StateKeeper } from "../../watch/stateKeeper.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-watch-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const fresh = () => join(folder, `state-${made++}.json`);

const state = (samples: number): WatchState => ({
  kind: "numafleet/pressure",
  version: 1,
  intervals: { hosts: 30, pools: 900 },
  clockJumps: 0,
  hosts: [{ ...unwatched("numa"), samples }],
});

async function complaint(path: string): Promise<string> {
  const error = await StateFile.open(path, replaceFile).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(FleetError);
  const [finding] = (error as FleetError).findings;
  expect(finding?.rule).toBe("watch/unreadable-state");
  return `${finding?.message} ${finding?.remedy}`.replaceAll(path, "FILE");
}

describe("the state file", () => {
  test("is made, replaced, and read back as it was", async () => {
    const path = fresh();
    const file = await StateFile.open(path, replaceFile);
    expect(file.found).toBeUndefined();
    expect(await file.save(state(1))).toEqual({ kind: "saved" });
    expect(await file.save(state(2))).toEqual({ kind: "saved" });
    expect(await readWatchState(path)).toEqual(state(2));
    expect((await StateFile.open(path, replaceFile)).found).toEqual(state(2));
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("keeps its mode", async () => {
    const path = fresh();
    const file = await StateFile.open(path, replaceFile);
    await file.save(state(1));
    chmodSync(path, 0o600);
    await file.save(state(2));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("that is taken away is made anew", async () => {
    const path = fresh();
    const file = await StateFile.open(path, replaceFile);
    await file.save(state(1));
    rmSync(path);
    expect(await file.save(state(2))).toEqual({ kind: "saved" });
    expect(await readWatchState(path)).toEqual(state(2));
  });

  test("that somebody else wrote is left alone", async () => {
    const path = fresh();
    const file = await StateFile.open(path, replaceFile);
    await file.save(state(1));
    writeFileSync(path, "mine");
    expect(await file.save(state(2))).toEqual({ kind: "foreign", why: "it was changed meanwhile" });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("that somebody else made is left alone", async () => {
    const path = fresh();
    const file = await StateFile.open(path, replaceFile);
    writeFileSync(path, "mine");
    expect(await file.save(state(2))).toEqual({ kind: "foreign", why: "it was made meanwhile" });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("in a folder that is not there fails, and makes none", async () => {
    const path = join(folder, "none", "state.json");
    const file = await StateFile.open(path, replaceFile);
    expect(await file.save(state(1))).toEqual({ kind: "failed", why: "ENOENT" });
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  const BEGIN_ANEW = "Name another file, or move this one away to begin anew. It was left as it is.";
  const whole = JSON.stringify(state(1));
  const changed = (
    change: (state: Record<string, unknown> & { hosts: Record<string, unknown>[] }) => void,
  ) => {
    const copy = JSON.parse(whole) as Record<string, unknown> & { hosts: Record<string, unknown>[] };
    change(copy);
    return JSON.stringify(copy);
  };
  test.each([
    ["empty", "", "it is no JSON: torn, or not written by fleet watch"],
    ["torn", whole.slice(0, -20), "it is no JSON: torn, or not written by fleet watch"],
    ["of another program", '{"a":1}', 'it is not of the kind "numafleet/pressure"'],
    ["a list", "[]", 'it is not of the kind "numafleet/pressure"'],
    ["null", "null", 'it is not of the kind "numafleet/pressure"'],
    [
      "of a later version",
      changed((s) => (s.version = 2)),
      "its version is 2, and version 1 is what can be read here",
    ],
    [
      "without a version",
      changed((s) => delete s.version),
      "its version is none, and version 1 is what can be read here",
    ],
    [
      "with a counter below zero",
      changed((s) => ((s.hosts[0] as { samples: number }).samples = -1)),
      "`hosts[0].samples` is none that fleet watch writes",
    ],
    [
      "with a total of nothing",
      changed((s) => {
        (s.hosts[0] as unknown as { memory: { total: number } }).memory.total = 0;
      }),
      "`hosts[0].memory.total` is none that fleet watch writes",
    ],
    [
      "with a time that is none",
      changed((s) => ((s.hosts[0] as { sampledAt: string }).sampledAt = "yesterday")),
      "`hosts[0].sampledAt` is none that fleet watch writes",
    ],
    [
      "with a host twice",
      changed((s) => s.hosts.push({ ...(s.hosts[0] as object) })),
      "`hosts` is none that fleet watch writes",
    ],
  ])("%s is told, and left as it is", async (_, text, why) => {
    const path = fresh();
    writeFileSync(path, text);
    expect(await complaint(path)).toBe(
      `\`FILE\` cannot be read as a state of fleet watch: ${why}. ${BEGIN_ANEW}`,
    );
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("a folder is told as what it is", async () => {
    expect(await complaint(folder)).toBe(
      "`FILE` cannot be read as a state of fleet watch: EISDIR. Let it be read, or name another file.",
    );
  });

  test("that is not there is told to who only reads it", async () => {
    const path = fresh();
    await expect(readWatchState(path)).rejects.toThrow(
      `\`${path}\` cannot be read as a state of fleet watch: there is no such file. Start fleet watch with --state.`,
    );
  });
});

describe("the keeper", () => {
  /** Writes take no time. */
  const AT_ONCE = { steadyMs: () => 0, sleep: () => Promise.resolve() };

  function keeping(
    answers: (string | undefined)[],
    clock: ConstructorParameters<typeof StateKeeper>[2] = AT_ONCE,
  ) {
    const told: string[] = [];
    const written: number[] = [];
    let samples = 0;
    const path = fresh();
    writeFileSync(path, JSON.stringify(state(0)));
    const replace = async (_: string, __: string, after: string) => {
      const answer = answers.shift();
      await new Promise((resolve) => setImmediate(resolve));
      if (answer === undefined) written.push((JSON.parse(after) as WatchState).hosts[0]?.samples ?? -1);
      return answer;
    };
    const opened = StateFile.open(path, replace).then(
      (file) =>
        new StateKeeper(file, () => state(samples), clock, {
          onTrouble: (why) => told.push(`trouble ${why}`),
          onRelief: () => told.push("relief"),
          onForeign: (why) => told.push(`foreign ${why}`),
        }),
    );
    return { opened, told, written, next: () => (samples += 1) };
  }

  test("writes one state at a time, and the last one always", async () => {
    const { opened, written, next } = keeping([]);
    const keeper = await opened;
    for (let i = 0; i < 10; i++) {
      next();
      keeper.note();
    }
    await keeper.flush();
    expect(written).toEqual([1, 10]);
    next();
    keeper.note();
    await keeper.flush();
    expect(written).toEqual([1, 10, 11]);
  });

  test("rests four times as long as a write took, and not when all is to be written", async () => {
    let now = 0;
    const rests: number[] = [];
    const { opened, written, next } = keeping([], {
      steadyMs: () => (now += 10),
      sleep: (ms, signal) => {
        rests.push(ms);
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      },
    });
    const keeper = await opened;
    next();
    keeper.note();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    next();
    keeper.note();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    expect({ rests, written }).toEqual({ rests: [40], written: [1] });
    void keeper.flush();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(written).toEqual([1, 2]);
  });

  test("a full disk is told once, tried again with each change, and its end is told", async () => {
    const { opened, told, written, next } = keeping(["ENOSPC", "ENOSPC", undefined]);
    const keeper = await opened;
    for (let i = 0; i < 3; i++) {
      next();
      keeper.note();
      await keeper.flush();
    }
    expect(told).toEqual(["trouble ENOSPC", "relief"]);
    expect(written).toEqual([3]);
  });

  test("writes no more once somebody else has", async () => {
    const { opened, told, written, next } = keeping(["it was changed meanwhile"]);
    const keeper = await opened;
    for (let i = 0; i < 3; i++) {
      next();
      keeper.note();
      await keeper.flush();
    }
    expect(told).toEqual(["foreign it was changed meanwhile"]);
    expect(written).toEqual([]);
  });
});
