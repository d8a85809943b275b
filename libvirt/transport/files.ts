/** Reading many small files, such as the kernel's, in one go. */

export interface ReadFiles {
  /** Content by path, in the order of the patterns and, within one, of the names. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that are there and cannot be read. */
  readonly unreadable: readonly string[];
}

/** Prints, after a mark, each file's path, its content, and whether it could be read. */
export const READ_FILES = `
field count
IFS=
while [ "$count" -gt 0 ]; do
  field pattern
  count=$((count - 1))
  for file in $pattern; do
    [ -f "$file" ] || continue
    printf '%s path %s\\n' "$mark" "$file"
    if cat -- "$file" 2>/dev/null; then state=read; elif [ -f "$file" ]; then state=unreadable; else state=gone; fi
    printf '\\n%s %s\\n' "$mark" "$state"
  done
done
printf '%s' "$mark"
`;

const PATTERN = /^\/[A-Za-z0-9_.,:/*?[\]@+-]+$/;

/** @throws Error for a pattern that is no path, or none that a shell takes as it is */
export function requirePatterns(patterns: readonly string[]): void {
  for (const pattern of patterns) {
    if (!PATTERN.test(pattern) || pattern.split("/").includes("..")) {
      throw new Error(`${JSON.stringify(pattern)} is no pattern of paths`);
    }
  }
}

/** What the script has printed, by file. */
export function readFilesAnswer(output: string): ReadFiles {
  const mark = /[0-9a-f]+$/.exec(output)?.[0] ?? "";
  const files = new Map<string, string>();
  const unreadable: string[] = [];
  for (const entry of output.split(`${mark} path `).slice(1)) {
    const path = entry.slice(0, entry.indexOf("\n"));
    const end = entry.lastIndexOf(`\n${mark} `);
    const state = entry.slice(end + mark.length + 2).split("\n", 1)[0];
    if (state === "read") files.set(path, entry.slice(path.length + 1, end));
    if (state === "unreadable") unreadable.push(path);
  }
  return { files, unreadable };
}
