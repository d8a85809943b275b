/** Where a command writes: data to `out`, talk and errors to `err`. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** 0: all is well. 1: something is refused or differs. 2: wrong input, or something could not be asked. */
export type ExitCode = 0 | 1 | 2;

/** Those of this process. */
export const PROCESS_STREAMS: Streams = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};
