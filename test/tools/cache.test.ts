import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { installOnce, withLock } from "../../tools/setup/cache.mjs";
import { stubMachine } from "./stub.ts";

/** Above any process id that Linux or macOS gives. */
const NOBODY = 2 ** 30;

async function lockOf(holder: string, ageInSeconds: number) {
  const { directory } = await stubMachine();
  const file = path.join(directory, "set-up.lock");
  await writeFile(file, holder);
  const written = Date.now() / 1000 - ageInSeconds;
  await utimes(file, written, written);
  return { directory, file };
}

describe("a lock that was left behind", () => {
  test.each([
    { whose: "a process that has died", holder: `${NOBODY} ${os.hostname()}`, age: 0 },
    // In a container set-up often gets the process id that it had in the last one.
    { whose: "this process's id, long ago", holder: `${process.pid} ${os.hostname()}`, age: 60 },
    { whose: "another machine, long ago", holder: `${process.pid} elsewhere`, age: 60 },
    { whose: "nobody yet, long ago", holder: "", age: 60 },
  ])("by $whose is taken over", async ({ holder, age }) => {
    const { directory, file } = await lockOf(holder, age);
    expect(await withLock(file, async () => readFile(file, "utf8"))).toBe(`${process.pid} ${os.hostname()}`);
    expect(await readdir(directory)).toEqual(["bin"]);
  });

  test("by many at once is taken by one after the other", async () => {
    const { file } = await lockOf(`${NOBODY} ${os.hostname()}`, 0);
    let inside = 0;
    const work = async () => {
      expect(++inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(file, work)));
  });
});

test("a live holder in another container keeps its lock, though its process id means nothing here", async () => {
  const { file } = await lockOf(`${NOBODY} another-container`, 0);
  let taken = false;
  const waiting = withLock(file, async () => {
    taken = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(taken).toBe(false);
  const past = Date.now() / 1000 - 60;
  await utimes(file, past, past);
  await waiting;
  expect(taken).toBe(true);
});

test("a cache that cannot be written is told in one line, with the way out", async () => {
  const machine = await stubMachine();
  await machine.file("cache", "a file, not a folder");
  const target = path.join(machine.directory, "cache", "numafleet", "node");
  await expect(installOnce(target, async () => {})).rejects.toThrow(
    /^cannot write to .*\/cache\/numafleet \(ENOTDIR\): .* XDG_CACHE_HOME moves the cache$/,
  );
});

test("what a broken-off run has left beside a folder goes with the next", async () => {
  const { directory } = await stubMachine();
  await mkdir(path.join(directory, "cache", "node.part-abc"), { recursive: true });
  await installOnce(path.join(directory, "cache", "node"), async () => {});
  expect(await readdir(path.join(directory, "cache"))).toEqual(["node"]);
});

test("what is needed meanwhile is beside the folder, and goes with success and with failure", async () => {
  const { directory } = await stubMachine();
  const target = path.join(directory, "cache", "node");
  const fill = async (folder: string, work: string) => {
    expect(await readdir(work)).toEqual([]);
    await writeFile(path.join(work, "download"), "large");
    await writeFile(path.join(folder, "result"), "small");
  };
  await expect(
    installOnce(target, async (folder, work) => {
      await fill(folder, work);
      throw new Error("no luck");
    }),
  ).rejects.toThrow("no luck");
  expect(await readdir(path.dirname(target))).toEqual([]);
  expect(await installOnce(target, fill)).toBe(true);
  expect(await readdir(path.dirname(target))).toEqual(["node"]);
  expect(await readdir(target)).toEqual(["result"]);
});
