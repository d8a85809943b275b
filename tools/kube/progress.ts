/** One line on standard error about work that takes longer than people expect. */

/** Silence for this long, in milliseconds; after that a line now and then. */
const FIRST = 2_000;
const NEXT = 20_000;

export interface Progress {
  stop(): void;
}

/** @param what is going on, as "building …"; the line tells how long already. */
export function showProgress(what: string): Progress {
  const start = Date.now();
  const say = () => process.stderr.write(`${what}: ${Math.round((Date.now() - start) / 1000)} s\n`);
  let timer = setTimeout(again, FIRST);
  function again(): void {
    say();
    timer = setTimeout(again, NEXT);
    timer.unref();
  }
  timer.unref();
  return { stop: () => clearTimeout(timer) };
}
