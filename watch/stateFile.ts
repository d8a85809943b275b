/** The file of a watch: read as a whole or not at all, replaced in one step, and never written over what is not its own. */
import { randomBytes } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FleetError, finding } from "../model/finding.ts";
import { formatPath } from "../model/fleet.ts";
import { WATCH_STATE_KIND, WATCH_STATE_VERSION, type WatchState, watchState } from "../model/watchState.ts";

/** Replaces a file's text in one step, as cli/replaceFile.ts does: why not, or undefined if it has. */
export type ReplaceFile = (path: string, before: string, after: string) => Promise<string | undefined>;

export type Saved =
  | { readonly kind: "saved" }
  /** The disk is full, or the like: the file is as it was, and the next attempt may succeed. */
  | { readonly kind: "failed"; readonly why: string }
  /** Somebody else wrote it; what they wrote is left alone. */
  | { readonly kind: "foreign"; readonly why: string };

export class StateFile {
  readonly path: string;
  readonly #replace: ReplaceFile;
  /** What the file holds as far as known here; undefined: there is none yet. */
  #text: string | undefined;
  /** What was found in it; undefined if there was no file. */
  readonly found: WatchState | undefined;

  private constructor(path: string, text: string | undefined, replace: ReplaceFile) {
    this.path = path;
    this.#text = text;
    this.#replace = replace;
    this.found = text === undefined ? undefined : parseState(path, text);
  }

  /** @throws FleetError if there is a file that no watch has written */
  static async open(path: string, replace: ReplaceFile): Promise<StateFile> {
    return new StateFile(path, await textOf(path), replace);
  }

  async save(state: WatchState): Promise<Saved> {
    const text = `${JSON.stringify(state, null, 1)}\n`;
    if (text === this.#text) return { kind: "saved" };
    const before = this.#text;
    const why = await (before === undefined ? create(this.path, text) : this.#replaced(before, text));
    if (why === undefined) {
      this.#text = text;
      return { kind: "saved" };
    }
    return { kind: /meanwhile/.test(why) ? "foreign" : "failed", why };
  }

  /** A file that was taken away is made anew: nothing in it is lost, since all of it is here. */
  async #replaced(before: string, after: string): Promise<string | undefined> {
    try {
      return await this.#replace(this.path, before, after);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === "ENOENT" ? create(this.path, after) : (code ?? "unknown error");
    }
  }
}

/**
 * The state in a file.
 *
 * @throws FleetError if there is none, or it cannot be read
 */
export async function readWatchState(path: string): Promise<WatchState> {
  const text = await textOf(path);
  if (text === undefined) throw unreadable(path, "there is no such file", "Start fleet watch with --state.");
  return parseState(path, text);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT") return undefined;
    throw unreadable(path, code, "Let it be read, or name another file.");
  }
}

/** Makes a file with all of its text, or none. @returns why not */
async function create(path: string, text: string): Promise<string | undefined> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    const handle = await open(draft, "wx", 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, path);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return code === "EEXIST" ? "it was made meanwhile" : code;
  } finally {
    await rm(draft, { force: true });
  }
}

const BEGIN_ANEW = "Name another file, or move this one away to begin anew. It was left as it is.";

/** @throws FleetError for a text that is none of a watch's */
function parseState(path: string, text: string): WatchState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(path, "it is no JSON: torn, or not written by fleet watch", BEGIN_ANEW);
  }
  const { kind, version } = (typeof value === "object" && value !== null ? value : {}) as Partial<WatchState>;
  if (kind !== WATCH_STATE_KIND) {
    throw unreadable(path, `it is not of the kind ${JSON.stringify(WATCH_STATE_KIND)}`, BEGIN_ANEW);
  }
  if (version !== WATCH_STATE_VERSION) {
    const given = JSON.stringify(version) ?? "none";
    throw unreadable(
      path,
      `its version is ${given}, and version ${WATCH_STATE_VERSION} is what can be read here`,
      BEGIN_ANEW,
    );
  }
  const parsed = watchState.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = formatPath(parsed.error.issues[0]?.path ?? []);
  throw unreadable(path, `\`${where}\` is none that fleet watch writes`, BEGIN_ANEW);
}

function unreadable(path: string, why: string, remedy: string): FleetError {
  return new FleetError("The state of the watch cannot be read:", [
    finding({
      rule: "watch/unreadable-state",
      path: "",
      subject: `file ${path}`,
      message: `\`${path}\` cannot be read as a state of fleet watch: ${why}.`,
      remedy,
    }),
  ]);
}
