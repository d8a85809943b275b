import { readFileSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { identify, isOutOfSight, isSame, type ProcessIdentity } from "./processes.ts";
import type { Accelerator } from "./twin.ts";

/** The folder of a lab, and what is noted there. One for each host and user. */

/** What is noted of a lab. */
export interface LabRecord {
  readonly version: 1;
  readonly host: string;
  /** `starting` until the command that starts it has seen it answer. */
  readonly phase: "starting" | "running";
  /** The command that starts it. */
  readonly starter: ProcessIdentity;
  /** Its QEMU; absent until that has been started. */
  readonly machine?: ProcessIdentity;
  readonly uri: string;
  readonly accelerator: Accelerator;
  readonly cpus: number;
  readonly cells: number;
  readonly memory: number;
}

/** Where a lab stands. */
export type LabState =
  | { readonly kind: "none" }
  | { readonly kind: "starting" | "running" | "elsewhere"; readonly record: LabRecord }
  /** A lab that has ended without `down`: its machine crashed or was killed, or this one was started anew. */
  | { readonly kind: "remains"; readonly record: LabRecord | undefined };

/** `$XDG_STATE_HOME/numafleet/lab`, by default in `~/.local/state`. */
export function labsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.XDG_STATE_HOME;
  // The XDG specification has relative paths ignored.
  const base =
    given && path.isAbsolute(given) ? given : path.join(env.HOME || os.homedir(), ".local", "state");
  return path.join(base, "numafleet", "lab");
}

export function labFolder(host: string): string {
  return path.join(labsFolder(), host);
}

const RECORD = "lab.json";

/** The hosts that have a folder, in the order of their names. */
export async function labHosts(): Promise<string[]> {
  const entries = await readdir(labsFolder(), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}

export async function labState(host: string): Promise<LabState> {
  // A name that is asked for may be no host's, but the way to another folder.
  const isThere = async () => (await labHosts()).includes(host);
  const file = path.join(labFolder(host), RECORD);
  const text = (await isThere()) ? await readFile(file, "utf8").catch(() => undefined) : undefined;
  if (text === undefined)
    return (await isThere()) ? { kind: "remains", record: undefined } : { kind: "none" };
  const record = parseRecord(text);
  if (record === undefined) return { kind: "remains", record };
  const { starter, machine, phase } = record;
  if (phase === "starting" && isSame(starter)) return { kind: "starting", record };
  if (machine !== undefined && isSame(machine))
    return { kind: phase === "running" ? "running" : "remains", record };
  return { kind: isOutOfSight(machine ?? starter) ? "elsewhere" : "remains", record };
}

function parseRecord(text: string): LabRecord | undefined {
  try {
    const record = JSON.parse(text) as LabRecord;
    return record.version === 1 && typeof record.starter.pid === "number" ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The name is that of no lab. */
function draftOf(host: string): string {
  return path.join(labsFolder(), `.${host}.${process.pid}`);
}

/**
 * Makes the folder with its note, whole or not at all: of two commands that start the same lab one gets it.
 * @returns whether this one did
 */
export async function claimFolder(record: LabRecord): Promise<boolean> {
  const folder = labFolder(record.host);
  await removeAbandoned(record.host);
  const draft = draftOf(record.host);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(path.join(draft, RECORD), JSON.stringify(record), { mode: 0o600 });
  try {
    await rename(draft, folder);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}

export async function writeRecord(record: LabRecord): Promise<void> {
  const file = path.join(labFolder(record.host), RECORD);
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Takes away what this command has made, waiting for nothing: the draft of a lab's folder, and the folder if it got it. */
export function abandonFolder({ host, starter }: LabRecord): void {
  const options = { recursive: true, force: true, maxRetries: 5 };
  rmSync(draftOf(host), options);
  if (isDeepStrictEqual(recordedStarter(host), starter)) rmSync(labFolder(host), options);
}

function recordedStarter(host: string): ProcessIdentity | undefined {
  try {
    return parseRecord(readFileSync(path.join(labFolder(host), RECORD), "utf8"))?.starter;
  } catch {
    return undefined;
  }
}

/** Takes a lab's folder away. It is put aside first: half of it would pass for the remains of another. */
export async function removeFolder(host: string): Promise<void> {
  await removeAbandoned(host);
  const aside = `${draftOf(host)}.gone`;
  try {
    await rename(labFolder(host), aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true, maxRetries: 5 });
}

/** Drafts and folders put aside by commands that were killed over them. */
async function removeAbandoned(host: string): Promise<void> {
  const prefix = `.${host}.`;
  for (const name of await readdir(labsFolder()).catch(() => [])) {
    // The rest is a number, or this is of a host whose name begins like this one's.
    const pid = name.startsWith(prefix) && /^(\d+)(\.gone)?$/.exec(name.slice(prefix.length))?.[1];
    if (pid && identify(Number(pid)) === undefined)
      await rm(path.join(labsFolder(), name), { recursive: true, force: true });
  }
}
