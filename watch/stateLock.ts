/**
 * One watcher for a state file: the kernel's own lock on a file beside it, which no crash and no kill -9 leaves behind.
 * Node.js has no call for it, so util-linux's `flock` holds it, for as long as this process lives: a pipe from here
 * ends with it.
 */
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";

export type LockAnswer =
  | { readonly kind: "held"; readonly lock: StateLock }
  /** By a process of this number, as far as the file tells. */
  | { readonly kind: "in-use"; readonly holder: string }
  /** `isMissing`: the tool itself. */
  | { readonly kind: "failed"; readonly why: string; readonly isMissing: boolean };

export interface StateLock {
  /** Resolves if the lock is lost while it is held. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/** A watcher that was killed a moment ago may have its lock for another one. */
const WAIT_SECONDS = 2;
const IN_USE = 75;
const HELD = "held\n";

/** The file that is locked for a state file; it stays there, since taking it away would give the lock twice. */
export function lockFileOf(path: string): string {
  return `${path}.lock`;
}

export async function lockState(path: string): Promise<LockAnswer> {
  const file = lockFileOf(path);
  const args = ["-w", String(WAIT_SECONDS), "-E", String(IN_USE), file, "sh", "-c", "echo held; exec cat"];
  // A session of its own: Ctrl-C is for the watcher, which then lets the lock go.
  const child = spawn("flock", args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  let words = "";
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    words += chunk;
  });
  const ended = new Promise<{ readonly code: number | null; readonly failure?: NodeJS.ErrnoException }>(
    (resolve) => {
      child.once("error", (failure: NodeJS.ErrnoException) => resolve({ code: null, failure }));
      child.once("close", (code) => resolve({ code }));
    },
  );
  const held = new Promise<"held">((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      if (said.startsWith(HELD)) resolve("held");
    });
  });
  const first = await Promise.race([held, ended]);
  if (first !== "held") {
    if (first.code === IN_USE) return { kind: "in-use", holder: await holderOf(file) };
    const isMissing = first.failure?.code === "ENOENT";
    const why = isMissing
      ? "flock is not installed (util-linux)"
      : (first.failure?.message ?? (words.trim() || `flock ended with ${first.code}`));
    return { kind: "failed", why, isMissing };
  }
  await writeFile(file, `${process.pid}\n`).catch(() => undefined);
  return {
    kind: "held",
    lock: {
      lost: ended.then(() => undefined),
      release: async () => {
        child.stdin.end();
        await ended;
      },
    },
  };
}

async function holderOf(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d+$/.exec(text.trim())?.[0] ?? "unknown";
}
