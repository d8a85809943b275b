/**
 * Writes the state after each change, one write at a time: changes that come during a write go into the next one. Of
 * thousands of hosts a write takes a while; no more than a fifth of the time goes into them.
 */
import type { WatchState } from "../model/watchState.ts";
import type { StateFile } from "./stateFile.ts";
import type { Clock } from "./watcher.ts";

export interface KeeperTalk {
  /** It could not be written, and is tried again; told once until it can be. */
  onTrouble(why: string): void;
  /** It can be written again. */
  onRelief(): void;
  /** Somebody else wrote the file: nothing is written any more. */
  onForeign(why: string): void;
}

/** Rest after a write, by the time that it took, and never longer than this. */
const REST = 4;
const MOST_REST_MS = 5000;

export class StateKeeper {
  readonly #file: StateFile;
  readonly #state: () => WatchState;
  readonly #clock: Pick<Clock, "steadyMs" | "sleep">;
  readonly #talk: KeeperTalk;
  /** Ends the rest: all is to be written now. */
  readonly #hurry = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isDirty = false;
  #isInTrouble = false;
  #isForeign = false;

  constructor(
    file: StateFile,
    state: () => WatchState,
    clock: Pick<Clock, "steadyMs" | "sleep">,
    talk: KeeperTalk,
  ) {
    this.#file = file;
    this.#state = state;
    this.#clock = clock;
    this.#talk = talk;
  }

  /** There is something new. */
  note(): void {
    this.#isDirty = true;
    if (!this.#isWriting) this.#writing = this.#write();
  }

  /** Whether all that was written last is in the file. */
  get isKept(): boolean {
    return !this.#isInTrouble && !this.#isForeign;
  }

  /** Writes what was noted without a rest, and ends when it is written or could not be. */
  flush(): Promise<void> {
    this.#hurry.abort();
    return this.#writing;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#isDirty && !this.#isForeign) {
      this.#isDirty = false;
      const begun = this.#clock.steadyMs();
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
      const rest = Math.min(REST * (this.#clock.steadyMs() - begun), MOST_REST_MS);
      await this.#clock.sleep(rest, this.#hurry.signal);
    }
    this.#isWriting = false;
  }
}
