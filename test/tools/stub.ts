import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A machine to set up on: an own PATH with nothing on it but what a test puts there, and an own cache. */
export interface StubMachine {
  /** Its root; everything of it is below. */
  directory: string;
  /** The cache folder that set-up uses here. */
  cache: string;
  /** PATH, HOME and XDG_CACHE_HOME of the machine. */
  env: NodeJS.ProcessEnv;
  /** Puts an executable shell script on its PATH and returns the script's path. */
  command(name: string, script: string): Promise<string>;
  /** Puts a file anywhere below the root and returns its path. */
  file(name: string, text: string, mode?: number): Promise<string>;
}

/** Creates the machine; it goes when the test has finished. */
export async function stubMachine(): Promise<StubMachine> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "numafleet-machine-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const bin = path.join(directory, "bin");
  await mkdir(bin);
  const file = async (name: string, text: string, mode = 0o644) => {
    const target = path.join(directory, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    await chmod(target, mode);
    return target;
  };
  return {
    directory,
    cache: path.join(directory, "cache", "numafleet"),
    env: { PATH: bin, HOME: directory, XDG_CACHE_HOME: path.join(directory, "cache") },
    command: (name, script) =>
      file(path.join("bin", name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, 0o755),
    file,
  };
}
