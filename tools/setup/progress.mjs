// @ts-check

/** A step is announced once it has taken this long, so that quick ones leave no trace. */
const ANNOUNCE_AFTER_MS = 2000;
/** How often a terminal's line is redrawn. */
const REDRAW_MS = 250;
/** How often a line is added where stderr is no terminal, such as a CI log. */
const REPEAT_MS = 15_000;

/** @param {string} line goes to stderr: stdout is for data */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Shows that a step is under way: a line with the elapsed time that redraws itself on a terminal, a line now and
 * then elsewhere. Quick steps show nothing.
 *
 * @template T
 * @param {string} label what is being done, such as `Installing npm packages`
 * @param {(detail: (text: string) => void) => Promise<T>} step may tell what it is at
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} [stream]
 * @returns {Promise<T>}
 */
export async function withProgress(label, step, stream = process.stderr) {
  const started = Date.now();
  let detail = "";
  let announced = false;
  const show = () => {
    const line = `${label} … ${elapsed(started)}${detail ? `  ${detail}` : ""}`;
    if (stream.isTTY) stream.write(`\r\x1b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
    else stream.write(`${line}\n`);
    announced = true;
  };
  /** @type {NodeJS.Timeout | undefined} */
  let repeat;
  const announce = setTimeout(() => {
    show();
    repeat = setInterval(show, stream.isTTY ? REDRAW_MS : REPEAT_MS);
  }, ANNOUNCE_AFTER_MS);
  const finish = (/** @type {string} */ outcome) => {
    clearTimeout(announce);
    clearInterval(repeat);
    if (announced)
      stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${label} … ${outcome} ${elapsed(started)}\n`);
  };
  try {
    const result = await step((text) => {
      detail = text;
    });
    finish("done in");
    return result;
  } catch (error) {
    finish("failed after");
    throw error;
  }
}

/** @param {number} since in milliseconds of the epoch */
export function elapsed(since) {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
