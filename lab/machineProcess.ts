import { type ChildProcessByStdio, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isSame, type ProcessIdentity, signal } from "./processes.ts";

/** The QEMU of a lab, as a process. */

/**
 * Starts QEMU and says its number. As long as nobody has said `keep`, the end of standard input means that the command
 * which starts the lab is gone: then QEMU goes too, with the lab's folder. In a session of its own, so that Ctrl-C
 * reaches the command alone. The folder is the one that it works in: what has its name by then may be the next lab's.
 */
const SUPERVISOR = `
folder=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- >qemu.log 2>&1 & qemu=$!
echo "$qemu"
exec >/dev/null
if read -r word <&3 && [ "$word" = keep ]; then exit 0; fi
kill -KILL "$qemu" 2>/dev/null
wait "$qemu"
rm -rf ./*
rmdir "$folder"
`;

const END_MS = 10_000;
const PAUSE_MS = 50;

export interface StartedMachine {
  readonly identity: ProcessIdentity;
  /** Lets it live on when this process ends. */
  keep(): Promise<void>;
  /** Ends it at once, waiting for nothing; its folder goes too. */
  kill(): void;
  /** Ends it, and leaves the folder to another. */
  discard(): Promise<void>;
}

/** @throws Error if it cannot be started; what it said is in the folder's qemu.log */
export async function startMachine(folder: string, args: readonly string[]): Promise<StartedMachine> {
  const log = openSync(path.join(folder, "qemu.log"), "a", 0o600);
  const child = spawn("sh", ["-c", SUPERVISOR, "numafleet-lab", folder, "qemu-system-x86_64", ...args], {
    cwd: folder,
    detached: true,
    stdio: ["pipe", "pipe", log],
  }) as ChildProcessByStdio<Writable, Readable, null>;
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin.on("error", () => undefined);
  const pid = await firstLine(child);
  const keep = () => {
    child.stdin.end("keep\n");
    return ended;
  };
  const identity = identify(pid);
  if (identity === undefined) {
    // What it said is in the folder.
    await keep();
    throw new Error("QEMU has ended at once");
  }
  return {
    identity,
    keep,
    discard: () => {
      signal(identity, "SIGKILL");
      return keep();
    },
    kill: () => {
      signal(identity, "SIGKILL");
      // Nobody is to wait for the shell either.
      child.stdin.destroy();
    },
  };
}

function firstLine(child: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve(Number(text.split("\n", 1)[0]));
    });
    child.stdout.once("close", () => reject(new Error("the shell that starts QEMU has ended")));
  });
}

/** Ends a machine: asked first, then not any more. @returns whether it is gone */
export async function endMachine(identity: ProcessIdentity): Promise<boolean> {
  for (const name of ["SIGTERM", "SIGKILL"] as const) {
    signal(identity, name);
    for (const deadline = Date.now() + END_MS; isSame(identity) && Date.now() < deadline; )
      await sleep(PAUSE_MS);
    if (!isSame(identity)) return true;
  }
  return false;
}
