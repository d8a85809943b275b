/** Folders for definitions and seeds, which can hold passwords, on their way to a tool that takes files. */
import { readlinkSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "pulumi-libvirt-";
const SPACE = processSpace();

/** Start of a name by which others see whose a file is, and whether its maker is still there. */
export const OWNER = `${SPACE}-${process.pid}-`;

/** Hands work a folder of mode 0700, and takes it away with all that is in it. */
export async function inPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${OWNER}`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes away what a provider that was killed could not. */
export async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(PREFIX) || !isAbandoned(name.slice(PREFIX.length))) continue;
    // Another user's cannot be removed, and is none of ours.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether a name starts with an owner of this machine that is no more. */
export function isAbandoned(name: string): boolean {
  const [, space, pid] = /^(\d+)-(\d+)-/.exec(name) ?? [];
  return space === SPACE && Number(pid) > 0 && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Containers that share a /tmp have process numbers of their own. */
function processSpace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}
