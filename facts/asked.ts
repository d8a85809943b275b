/** An answer of a host's, or why there is none. What could not be asked is never taken for sound. */
export type Asked<T> = T | Unknown;

export interface Unknown {
  /** Why nobody knows, as part of a sentence: `the VM does not run`. */
  readonly unknown: string;
  /** What to do so that it can be asked, as a sentence; empty if nothing is to be done. */
  readonly remedy: string;
}

export function unknown(why: string, remedy = ""): Unknown {
  return { unknown: why, remedy };
}

export function isUnknown(answer: unknown): answer is Unknown {
  return typeof answer === "object" && answer !== null && "unknown" in answer;
}
