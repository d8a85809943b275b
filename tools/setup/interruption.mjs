// @ts-check

/** What is to be undone when a signal ends this process, the latest first. @type {Set<() => void>} */
const undone = new Set();

/** Ctrl-C, the end that a supervisor asks for, and a terminal that closes. */
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Has something undone if a signal ends this process while it is under way: a child process, a half-filled
 * folder, a lock. The process then ends by the same signal, as it would have without this.
 *
 * @param {() => void} undo must not wait for anything
 * @returns {() => void} to be called once it is no longer needed
 */
export function onInterruption(undo) {
  if (undone.size === 0) for (const signal of SIGNALS) process.on(signal, interrupt);
  undone.add(undo);
  return () => {
    undone.delete(undo);
    if (undone.size === 0) for (const signal of SIGNALS) process.off(signal, interrupt);
  };
}

/** @param {NodeJS.Signals} signal */
function interrupt(signal) {
  for (const undo of [...undone].reverse()) {
    try {
      undo();
    } catch {
      // What else is to be undone is all the same.
    }
  }
  undone.clear();
  for (const each of SIGNALS) process.off(each, interrupt);
  process.kill(process.pid, signal);
}
