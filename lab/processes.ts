import { readFileSync, readlinkSync } from "node:fs";

/**
 * A process that can be told from a later one of the same number, and from those of other machines that share a home:
 * by the time at which it started, the machine and its boot, and the space that its number belongs to (containers have
 * their own).
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the boot. */
  readonly started: string;
  readonly machine: string;
  readonly boot: string;
  readonly space: string;
}

/** The identity of a process that runs; undefined if there is none of that number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = startTime(pid);
  return started === undefined ? undefined : { pid, started, ...here() };
}

export function isSame(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return (
    now !== undefined &&
    now.started === identity.started &&
    now.machine === identity.machine &&
    now.boot === identity.boot &&
    now.space === identity.space
  );
}

/** Whether it may run where it cannot be seen from here: on another machine, or in another container of this one. */
export function isOutOfSight(identity: ProcessIdentity): boolean {
  const { machine, boot, space } = here();
  return identity.machine !== machine || (identity.boot === boot && identity.space !== space);
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

/** Where this process runs. */
function here(): Pick<ProcessIdentity, "machine" | "boot" | "space"> {
  const line = (file: string) => readFileSync(file, "utf8").trim();
  return {
    machine: orNothing(() => line("/etc/machine-id")),
    boot: orNothing(() => line("/proc/sys/kernel/random/boot_id")),
    space: orNothing(() => readlinkSync("/proc/self/ns/pid")),
  };
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
