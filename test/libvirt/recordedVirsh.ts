import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findOnPath } from "../../tools/setup/command.mjs";

/** A `virsh` for the front of PATH that hands everything through and writes down what it is told. */
export interface RecordedVirsh {
  /** Folder with the executable. */
  readonly folder: string;
  /** Commands so far, such as `vcpupin`, in order; those of the protocol (`echo`) are left out. */
  commands(): string[];
  /** Forgets what was told so far. */
  clear(): void;
}

/** Bash, as its process substitution leaves virsh the process that was started: signals reach it and nothing else. */
const SCRIPT = (virsh: string, log: string) => `#!/bin/bash
exec '${virsh}' "$@" < <(exec tee -a '${log}' 2>/dev/null)
`;

export function recordVirsh(folder: string): RecordedVirsh {
  const virsh = findOnPath("virsh", process.env.PATH);
  if (virsh === undefined) throw new Error("there is no virsh on PATH");
  mkdirSync(folder);
  const log = join(folder, "log");
  writeFileSync(join(folder, "virsh"), SCRIPT(virsh, log));
  chmodSync(join(folder, "virsh"), 0o755);
  return {
    folder,
    commands: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").flatMap(commandOf) : []),
    clear: () => writeFileSync(log, ""),
  };
}

/** A line is marks by `echo` and at most one command between them, as virsh/session.ts writes it. */
function commandOf(line: string): string[] {
  const words = line.replace(/^(?:echo (?:--err )?'[^']*'(?:'[^']*')?(?:; |$))+/, "");
  const command = /^['"]?([a-z][a-z0-9-]*)/.exec(words)?.[1];
  return command === undefined ? [] : [command];
}
