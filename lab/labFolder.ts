import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
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
  const folder = labFolder(host);
  const text = await readFile(path.join(folder, RECORD), "utf8").catch(() => undefined);
  if (text === undefined) {
    return (await labHosts()).includes(host) ? { kind: "remains", record: undefined } : { kind: "none" };
  }
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

/**
 * Makes the folder with its note, whole or not at all: of two commands that start the same lab one gets it.
 * @returns whether this one did
 */
export async function claimFolder(record: LabRecord): Promise<boolean> {
  const folder = labFolder(record.host);
  await removeAbandoned(record.host);
  const draft = path.join(labsFolder(), `.${record.host}.${process.pid}`);
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

/** Takes a lab's folder away. It is put aside first: half of it would pass for the remains of another. */
export async function removeFolder(host: string): Promise<void> {
  const aside = path.join(labsFolder(), `.${host}.${process.pid}.gone`);
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
    const pid = name.startsWith(prefix) && Number(name.slice(prefix.length).split(".", 1)[0]);
    if (pid && identify(pid) === undefined)
      await rm(path.join(labsFolder(), name), { recursive: true, force: true });
  }
}
