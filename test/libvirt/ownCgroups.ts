/**
 * Control groups of a private daemon's own, in which its guests are. Two daemons would else put guests of one name and
 * number into one group, and each would confine the other's threads.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What a group of CPUs and memory cells has to be told before a process may be in it. */
const CPUSET = ["cpuset.cpus", "cpuset.mems"];
/** How long a process that was killed may take to be gone: far longer than it does. */
const ATTEMPTS = 600;
const PAUSE_MS = 50;

interface Hierarchy {
  readonly mount: string;
  /** The folder of this process' group in it. */
  readonly own: string;
}

/**
 * Whether a daemon can have groups of its own. Where version 2 is the only one, a group's controllers are handed out by
 * whom the machine belongs to, mostly systemd, which also keeps a list of all guests by their names.
 */
export function canHaveOwnCgroups(): boolean {
  if (!existsSync("/sys/fs/cgroup") || existsSync("/sys/fs/cgroup/cgroup.controllers")) return false;
  try {
    for (const { own } of hierarchies()) accessSync(own, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export interface OwnCgroups {
  /**
   * Shell commands that put the shell itself into the groups and then become what its arguments are, for which these are
   * all the groups there are.
   */
  readonly enter: readonly string[];
  /** Makes the groups. */
  make(): void;
  /** Ends the processes that are in them, and removes them. */
  remove(): Promise<void>;
}

/** Groups below those of this process; none where that cannot be. */
export function ownCgroups(name: string): OwnCgroups {
  const groups = canHaveOwnCgroups()
    ? hierarchies().map(({ mount, own }) => ({ mount, folder: join(own, name) }))
    : [];
  const mounts = groups.map(({ mount, folder }) => `mount --bind ${folder} ${mount}`);
  const inside = `exec unshare --cgroup sh -ec '${mounts.join("; ")}; exec "$@"' sh "$@"`;
  return {
    enter: [
      ...groups.map(({ folder }) => `echo $$ >${folder}/cgroup.procs`),
      groups.length === 0 ? 'exec "$@"' : inside,
    ],
    make() {
      for (const { folder } of groups) make(folder);
    },
    async remove() {
      for (const { folder } of groups) await remove(folder);
    },
  };
}

/** Each hierarchy that is mounted. */
function hierarchies(): Hierarchy[] {
  const groups = readFileSync("/proc/self/cgroup", "utf8")
    .split("\n")
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .map((match) => ({ controllers: match?.[1], path: match?.[2] ?? "" }));
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, mount = "", type = "", options = ""] = line.split(" ");
      if (!/^cgroup2?$/.test(type)) return [];
      const group = groups.find(({ controllers }) =>
        type === "cgroup2"
          ? controllers === ""
          : controllers?.split(",").every((one) => options.split(",").includes(one)),
      );
      return group === undefined ? [] : [{ mount, own: join(mount, group.path) }];
    });
}

function make(folder: string): void {
  mkdirSync(folder);
  for (const file of CPUSET.filter((name) => existsSync(join(folder, name)))) {
    writeFileSync(join(folder, file), readFileSync(join(folder, "..", file)));
  }
}

/** The files of a group are the kernel's, and go with its folder. */
async function remove(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await remove(join(folder, entry.name));
  }
  for (let attempt = 1; ; attempt++) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
    for (const pid of readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean)) {
      endProcess(Number(pid));
    }
    await sleep(PAUSE_MS);
  }
}

/** Kills a process that may have ended already. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has.
  }
}
