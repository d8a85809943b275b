/**
 * Notes of unfinished work, in files of the provider's private folder. libvirt keeps no marks on pools, networks and
 * volumes, so a note is what tells a thing that an interrupted update left behind from one that is somebody else's.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Note {
  /** The resource that is being made. */
  readonly urn: string;
  /** The UUID it is given; volumes have none. */
  readonly uuid?: string;
  /** Whether it was made to the end. Until then nobody else can have used it. */
  readonly phase: "begun" | "made";
  /** A mark of the content that a volume was made with. */
  readonly content?: string;
  /** Where a seed's image is. */
  readonly path?: string;
}

export class Journal {
  readonly #folder: string;
  readonly #uri: string;

  constructor(stateDir: string, uri: string) {
    this.#folder = join(stateDir, "unfinished");
    this.#uri = uri;
  }

  #file(kind: string, name: string): string {
    const key = createHash("sha256").update([this.#uri, kind, name].join("\0")).digest("hex").slice(0, 32);
    return join(this.#folder, `${key}.json`);
  }

  async read(kind: string, name: string): Promise<Note | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(kind, name), "utf8")) as Note;
    } catch {
      // No note, or one that was cut off while it was written: nothing is known.
      return undefined;
    }
  }

  async write(kind: string, name: string, note: Note): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#file(kind, name);
    const draft = `${file}.${randomBytes(4).toString("hex")}`;
    await writeFile(draft, JSON.stringify(note), { mode: 0o600, flag: "wx" });
    await rename(draft, file);
  }

  async remove(kind: string, name: string): Promise<void> {
    await rm(this.#file(kind, name), { force: true });
  }
}
