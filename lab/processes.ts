import { readFileSync, readlinkSync } from "node:fs";

/**
 * A process that can be told from a later one of the same number: by the time at which it started, the boot of the
 * machine, and the space that its number belongs to (containers have their own).
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the boot. */
  readonly started: string;
  readonly boot: string;
  readonly space: string;
}

/** The identity of a process that runs; undefined if there is none of that number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = startTime(pid);
  return started === undefined ? undefined : { pid, started, boot: bootId(), space: pidSpace() };
}

export function isSame(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return (
    now !== undefined &&
    now.started === identity.started &&
    now.boot === identity.boot &&
    now.space === identity.space
  );
}

/** Whether it may run where it cannot be seen from here: in another container of this machine. */
export function isOutOfSight(identity: ProcessIdentity): boolean {
  return identity.boot === bootId() && identity.space !== pidSpace();
}

/** Sends a signal if the process is still that one. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    if (isSame(identity)) process.kill(identity.pid, name);
  } catch {
    // It has ended in between.
  }
}

/** The 22nd field of /proc/PID/stat; the second is a name in brackets, which may hold blanks and brackets. */
function startTime(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // Who is dead and not yet taken leave of runs no more.
    return state === "Z" || state === "X" ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
