/** Writes the state after each change, one write at a time: changes that come during a write go into the next one. */
import type { WatchState } from "../model/watchState.ts";
import type { StateFile } from "./stateFile.ts";

export interface KeeperTalk {
  /** It could not be written, and is tried again; told once until it can be. */
  onTrouble(why: string): void;
  /** It can be written again. */
  onRelief(): void;
  /** Somebody else wrote the file: nothing is written any more. */
  onForeign(why: string): void;
}

export class StateKeeper {
  readonly #file: StateFile;
  readonly #state: () => WatchState;
  readonly #talk: KeeperTalk;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isDirty = false;
  #isInTrouble = false;
  #isForeign = false;

  constructor(file: StateFile, state: () => WatchState, talk: KeeperTalk) {
    this.#file = file;
    this.#state = state;
    this.#talk = talk;
  }

  /** There is something new. */
  note(): void {
    this.#isDirty = true;
    if (!this.#isWriting) this.#writing = this.#write();
  }

  /** Ends when all that was noted is written, or could not be. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#isDirty && !this.#isForeign) {
      this.#isDirty = false;
      const saved = await this.#file.save(this.#state());
      if (saved.kind === "foreign") {
        this.#isForeign = true;
        this.#talk.onForeign(saved.why);
      } else if (saved.kind === "failed") {
        if (!this.#isInTrouble) this.#talk.onTrouble(saved.why);
        this.#isInTrouble = true;
      } else if (this.#isInTrouble) {
        this.#isInTrouble = false;
        this.#talk.onRelief();
      }
    }
    this.#isWriting = false;
  }
}
