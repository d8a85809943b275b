import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Options of ssh that take a value, which may come as a word of its own. */
const WITH_VALUE = "[bcDEeFIiJLlmOopQRSWw]";

/**
 * Writes an `ssh` into a new folder that runs the command in the namespaces of a process here, whichever host it is
 * asked for. As with a real one, the words of the command are joined by blanks and a shell reads them anew.
 */
export function writeLocalSsh(folder: string, pidFile: string): string {
  mkdirSync(folder);
  const script = `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
  --) shift; break ;;
  -${WITH_VALUE}) shift 2 ;;
  -*) shift ;;
  *) break ;;
  esac
done
shift
[ "$1" = -- ] && shift
pid=$(cat '${pidFile}') || { echo "ssh: connect to host port 22: Connection refused" >&2; exit 255; }
exec nsenter --target "$pid" --mount --net sh -c "$*"
`;
  writeFileSync(join(folder, "ssh"), script, { mode: 0o755 });
  return folder;
}
