/** Replaces a file's text in one step: whoever reads it finds the old text or the new one, and nothing else. */
import { randomBytes } from "node:crypto";
import { chmod, chown, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Why it was not replaced, as part of a sentence; undefined if it was. */
export async function replaceFile(path: string, before: string, after: string): Promise<string | undefined> {
  // A link stays one: the file that it leads to is replaced.
  const file = await realpath(path);
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    const facts = await stat(file);
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(after);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const { uid, gid } = await stat(draft);
    if (uid !== facts.uid || gid !== facts.gid) await chown(draft, facts.uid, facts.gid);
    await chmod(draft, facts.mode & 0o7777);
    if ((await readFile(file, "utf8")) !== before) return "it was changed meanwhile";
    await rename(draft, file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown error";
  } finally {
    await rm(draft, { force: true });
  }
}
