/**
 * A `virsh` to be put first on PATH: it passes everything through to the real one, and does what a test has armed
 * when a certain command comes by. The product knows nothing of it.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Fault {
  /** Part of the connection URI by which the connection is told from others; empty: any. */
  readonly connection: string;
  /** The virsh command before which it strikes. */
  readonly command: string;
  /** Script of sh; `$1` is the provider's process, `$2` its engine's, `$3` that of the virsh before it starts. */
  readonly script: string;
}

export interface FaultyVirsh {
  /** PATH for the engine. */
  readonly path: string;
  /** Arms faults, each of which strikes once, and none before all have come to their commands. */
  arm(...faults: readonly Fault[]): void;
  /** Faults that have not struck yet. */
  armed(): Fault[];
  /** Processes that provider processes and their virsh have left behind. */
  orphans(): string[];
  remove(): void;
}

const WRAPPER = `#!/bin/sh
control=__CONTROL__
engine=$(ps -o ppid= -p "$PPID" | tr -d ' ')
echo "$PPID" >> "$control/providers"
echo "$$" >> "$control/virshs"
{
  while IFS= read -r line; do
    for when in "$control"/*.when; do
      [ -e "$when" ] || continue
      { read -r connection; read -r command; } < "$when"
      case "$*" in *"\${connection#any}"*) ;; *) continue ;; esac
      case "$line" in *"; $command "*) ;; *) continue ;; esac
      fault=\${when%.when}
      mv "$when" "$fault.struck" 2>/dev/null && sh "$fault.do" "$PPID" "$engine" "$$"
    done
    printf '%s\\n' "$line"
  done
} | {
  "__VIRSH__" "$@"
  # Whoever reads the commands would wait for another one.
  kill -TERM -$$
}
`;

export function createFaultyVirsh(): FaultyVirsh {
  const control = mkdtempSync(join(tmpdir(), "numafleet-virsh-"));
  const real = execFileSync("sh", ["-c", "command -v virsh"], { encoding: "utf8" }).trim();
  const folder = join(control, "bin");
  mkdirSync(folder);
  const wrapper = join(folder, "virsh");
  writeFileSync(wrapper, WRAPPER.replace("__CONTROL__", control).replace("__VIRSH__", real));
  chmodSync(wrapper, 0o755);
  const armed = new Map<string, Fault>();
  let count = 0;

  const pidsOf = (name: string): number[] => {
    const file = join(control, name);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    return [...new Set(text.split("\n").filter(Boolean).map(Number))];
  };

  return {
    path: `${folder}:${process.env.PATH}`,
    arm(...faults) {
      const files = faults.map((_, index) => join(control, `${count + index}`));
      count += faults.length;
      for (const [index, { connection, command, script }] of faults.entries()) {
        const file = files[index] ?? "";
        const others = files.map((name) => `[ -e '${name}.struck' ]`).join(" && ");
        writeFileSync(
          `${file}.do`,
          `n=0; until ${others} || [ $n -gt 1000 ]; do sleep 0.02; n=$((n + 1)); done\n${script}\n`,
        );
        writeFileSync(`${file}.when`, `${connection || "any"}\n${command}\n`);
        armed.set(file, faults[index] as Fault);
      }
    },
    armed: () => [...armed].filter(([file]) => !existsSync(`${file}.struck`)).map(([, fault]) => fault),
    orphans() {
      const known = new Set([...pidsOf("providers"), ...pidsOf("virshs")]);
      const table = execFileSync("ps", ["-eo", "pid=,pgid=,args="], { encoding: "utf8" });
      return table.split("\n").filter((line) => {
        const [pid = "", group = ""] = line.trim().split(/\s+/);
        // One that has ended waits for its parent to notice.
        return !line.endsWith("<defunct>") && (known.has(Number(pid)) || known.has(Number(group)));
      });
    },
    remove: () => rmSync(control, { recursive: true, force: true }),
  };
}
