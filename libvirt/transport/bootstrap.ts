/**
 * What starts a script on a host. Script and data come on standard input, so nothing of them is seen in a process
 * list, parsed by a login shell of whatever kind, or kept in a log of sudo's.
 */

/** Reads a mark and a script and runs it between marks, as login shells and ssh print things of their own. */
const READER = [
  "LC_ALL=C; PATH=$PATH:/usr/sbin:/sbin; export LC_ALL PATH",
  'IFS= read -r m && IFS= read -r s && s=$(printf %s "$s" | base64 -d) || exit 1',
  'printf "%s\\n" "$m"; printf "%s\\n" "$m" >&2',
  '(eval "$s"); printf "\\n%s %s\\n" "$m" "$?"',
].join("; ");

/** Runs the reader (the second argument) as who is asked for (the first). */
const STARTER =
  'if [ "$1" = own ] || [ "$(id -u)" = 0 ]; then exec sh -c "$2"; else exec sudo -n -- sh -c "$2"; fi';

/** As whom a script runs: root, by sudo without a password if need be, or whoever the connection logs in as. */
export type Privilege = "root" | "own";

/** The arguments of `sh` that start a script on this machine. */
export function localArguments(privilege: Privilege): string[] {
  return ["-c", STARTER, "sh", privilege, READER];
}

/** The same as one command for a login shell of any kind: neither text holds a single quote. */
export function remoteCommand(privilege: Privilege): string {
  return `exec sh -c '${STARTER}' sh ${privilege} '${READER}'`;
}

/**
 * What every script may use. `field NAME` reads the next field into a variable, whatever characters it holds.
 */
const PRELUDE = `
set -eu
field() {
  IFS= read -r field_line || { echo "a field is missing" >&2; exit 1; }
  field_text=$(printf %s "$field_line" | base64 -d; printf x)
  eval "$1=\\\${field_text%x}"
}
`;

/** Standard input for a script: the mark, the script, and its fields. */
export function standardInput(mark: string, script: string, fields: readonly string[]): string {
  return [mark, encoded(`mark=${mark}\n${PRELUDE}${script}`), ...fields.map(encoded), ""].join("\n");
}

function encoded(text: string): string {
  if (text.includes("\0") || !text.isWellFormed())
    throw new Error("a shell's variable cannot hold this text");
  return Buffer.from(text, "utf8").toString("base64");
}
