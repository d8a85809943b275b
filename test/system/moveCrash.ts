/** Moves that are cut off, and what happens beside them, at given entries of their journal. */
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type MoveEvent, MoveJournal } from "../../move/journal.ts";

export class Crash extends Error {}

/** Does the work, with something else done behind an entry of the journal. */
export async function noting<T>(
  behind: MoveEvent["event"],
  act: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const note = MoveJournal.prototype.note;
  MoveJournal.prototype.note = async function (this: MoveJournal, event: MoveEvent): Promise<void> {
    await note.call(this, event);
    if (event.event === behind) act();
  };
  try {
    return await work();
  } finally {
    MoveJournal.prototype.note = note;
  }
}

/** Does the work as if it were killed behind an entry of the journal. */
export async function crashing(behind: MoveEvent["event"], work: () => Promise<unknown>): Promise<void> {
  const crash = () => {
    throw new Crash(`behind ${behind}`);
  };
  await expect(noting(behind, crash, work)).rejects.toThrow(Crash);
}

/** Ends a process as soon as a journal has an entry. */
export async function killBehind(child: ChildProcess, journals: string, stage: string): Promise<void> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  const has = () =>
    existsSync(journals) &&
    readdirSync(journals).some(
      (name) =>
        name.endsWith(".jsonl") && readFileSync(join(journals, name), "utf8").includes(`"event":"${stage}"`),
    );
  while (!has() && child.exitCode === null) await sleep(5);
  expect(child.exitCode, "it ended before it could be killed").toBe(null);
  child.kill("SIGKILL");
  await ended;
}
