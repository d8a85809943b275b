/**
 * The journal of a move: a file of lines that is only ever appended to, so that it tells after a kill at any point
 * what was done. A line that was cut off is none.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isAbandoned, OWNER } from "../libvirt/virsh/privateFolder.ts";
import type { PlacementRecord } from "../model/placements.ts";
import type { Item } from "./placed.ts";

/** A file in a pool of a host. */
export interface Place {
  readonly pool: string;
  readonly vol: string;
}

/** A file that goes to another host. */
export interface MovedVolume {
  /** `base`: an image that a disk is based on; it stays on the source. `nvram`: the variables of its firmware. */
  readonly kind: "disk" | "seed" | "base" | "nvram";
  /** Name of the disk in the VM, such as vda; the path for what is no disk. */
  readonly device: string;
  readonly from: Place & { readonly path: string };
  readonly to: Place;
  /** Length of the file. */
  readonly bytes: number;
  /** What it takes on the source; holes take nothing. */
  readonly allocation: number;
  /** When it was last written, by the source's clock. */
  readonly written: string;
  /** Whether the very same file is on the target already. */
  readonly isThere: boolean;
}

/** What was decided before anything was touched. */
export interface MovePlan {
  readonly version: 1;
  /** Tells this move from any other; the mark that holds the source carries it. */
  readonly id: string;
  readonly vm: string;
  readonly uuid: string;
  readonly from: string;
  readonly to: string;
  readonly autostart: boolean;
  /** Whether each host is played by a smaller machine, which decides the VM's memory too. */
  readonly isRehearsal: boolean;
  /** Definitions as libvirt takes them: on the source as it was, and on the target. */
  readonly original: string;
  readonly definition: string;
  readonly volumes: readonly MovedVolume[];
  /** Length of the parts that are copied and proven one by one. */
  readonly segmentBytes: number;
  /** What the program gives the domain on the target: what the definition was made from, and the stack is told. */
  readonly args: Item;
  /** Where placement has put it there; undefined where nothing is to be recorded. */
  readonly record?: PlacementRecord | undefined;
}

/** How far a move has come. From `released` on the VM may have run on the target. */
export const STAGES = ["planned", "held", "copied", "defined", "released", "done", "removed"] as const;
export type Stage = (typeof STAGES)[number];

export type MoveEvent =
  | { readonly event: "planned"; readonly plan: MovePlan }
  | { readonly event: Exclude<Stage, "planned"> }
  /** The start failed, so the VM has not run on the target. */
  | { readonly event: "withdrawn" }
  | { readonly event: "begun"; readonly volume: number }
  | { readonly event: "segment"; readonly volume: number; readonly sha256: string }
  | { readonly event: "verified"; readonly volume: number; readonly sha256: string };

export interface VolumeProgress {
  /** Whether there may be something of it on the target that is of this move. */
  readonly isBegun: boolean;
  /** SHA-256 of the segments that are copied, in order. */
  readonly segments: readonly string[];
  /** SHA-256 of the whole file, as it was read back from the target. */
  readonly sha256: string | undefined;
}

export interface MoveRecord {
  readonly plan: MovePlan;
  readonly stage: Stage;
  readonly volumes: readonly VolumeProgress[];
}

export const isBefore = (record: MoveRecord, stage: Stage): boolean =>
  STAGES.indexOf(record.stage) < STAGES.indexOf(stage);

const NOTHING: VolumeProgress = { isBegun: false, segments: [], sha256: undefined };

/** What the lines of a journal add up to; undefined without a whole first line. */
export function recordOf(text: string): MoveRecord | undefined {
  let record: MoveRecord | undefined;
  for (const line of text.split("\n")) {
    const event = eventOf(line);
    if (!event) continue;
    if (event.event === "planned") {
      record = { plan: event.plan, stage: "planned", volumes: event.plan.volumes.map(() => NOTHING) };
    } else if (record) record = after(record, event);
  }
  return record;
}

function eventOf(line: string): MoveEvent | undefined {
  try {
    return line === "" ? undefined : (JSON.parse(line) as MoveEvent);
  } catch {
    return undefined;
  }
}

function after(record: MoveRecord, event: Exclude<MoveEvent, { event: "planned" }>): MoveRecord {
  if (event.event === "withdrawn") return { ...record, stage: "defined" };
  if (!("volume" in event)) return { ...record, stage: event.event };
  const volumes = record.volumes.map((progress, i) =>
    i === event.volume ? next(progress, event) : progress,
  );
  return { ...record, volumes };
}

function next(progress: VolumeProgress, event: Extract<MoveEvent, { volume: number }>): VolumeProgress {
  switch (event.event) {
    case "begun":
      return { ...NOTHING, isBegun: true };
    case "segment":
      return { ...progress, segments: [...progress.segments, event.sha256] };
    case "verified":
      return { ...progress, sha256: event.sha256 };
  }
}

/** Where journals are, on the machine that moves. */
export function journalFolder(): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(state, "numafleet", "moves");
}

/** Plans of other VMs' moves that have held their source, and of which something is left there. */
export async function plansBeside(folder: string, vm: string): Promise<MovePlan[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const plans: MovePlan[] = [];
  for (const name of names.filter((each) => each.endsWith(".jsonl")).sort()) {
    const record = recordOf(await readFile(join(folder, name), "utf8").catch(() => ""));
    if (!record || record.plan.vm === vm) continue;
    if (!isBefore(record, "held") && isBefore(record, "removed")) plans.push(record.plan);
  }
  return plans;
}

export class MoveJournal {
  readonly file: string;
  readonly #lock: string;

  constructor(folder: string, vm: string) {
    // A file system may take Web and web for one name.
    const mark = createHash("sha256").update(vm).digest("hex").slice(0, 8);
    this.file = join(folder, `${vm}-${mark}.jsonl`);
    this.#lock = `${this.file}.lock`;
  }

  async read(): Promise<MoveRecord | undefined> {
    try {
      return recordOf(await readFile(this.file, "utf8"));
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw failure;
    }
  }

  /** Begins anew with a plan. A definition may hold passwords, so the file is its owner's alone. */
  async begin(plan: MovePlan): Promise<void> {
    await this.#replace([{ event: "planned", plan }]);
  }

  /** The move is over: where the VM went is kept, for the stack's state, and nothing else of it. */
  async end(plan: MovePlan): Promise<void> {
    await this.#replace([
      { event: "planned", plan: { ...plan, original: "", definition: "" } },
      { event: "removed" },
    ]);
  }

  /** Whoever is killed here has the old lines or the new ones. */
  async #replace(events: readonly MoveEvent[]): Promise<void> {
    const draft = `${this.file}.draft`;
    await rm(draft, { force: true });
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.file);
  }

  /** Adds a line, which is on the disk when this returns. */
  async note(event: MoveEvent): Promise<void> {
    const handle = await open(this.file, "a", 0o600);
    try {
      // The line before may have been cut off.
      await handle.writeFile(`\n${JSON.stringify(event)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }

  /** Does the work while no other process of this machine moves the VM; undefined: one does. */
  async alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    await mkdir(join(this.file, ".."), { recursive: true, mode: 0o700 });
    if (!(await this.#take())) return undefined;
    try {
      return await work();
    } finally {
      await rm(this.#lock, { force: true });
    }
  }

  async #take(): Promise<boolean> {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await writeFile(this.#lock, OWNER, { flag: "wx", mode: 0o600 });
        return true;
      } catch (failure) {
        if ((failure as NodeJS.ErrnoException).code !== "EEXIST") throw failure;
        const owner = await readFile(this.#lock, "utf8").catch(() => "");
        if (!isAbandoned(owner)) return false;
        // That of a process that was killed.
        await rm(this.#lock, { force: true });
      }
    }
    return false;
  }
}
