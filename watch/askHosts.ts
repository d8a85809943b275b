import { type Asked, isUnknown } from "../facts/asked.ts";
import { printable } from "../facts/kubeText.ts";
import { readPoolRooms, readPressureFigures } from "../live/readPressure.ts";
import type { Asking } from "./watcher.ts";

/** Real hosts, over the connection's own transport. @param timeoutMs that one question may take */
export function askHosts(timeoutMs: number): Asking {
  return {
    sample: (uri, signal) => told(() => readPressureFigures(uri, { timeoutMs, signal })),
    scan: (uri, pools, signal) => told(() => readPoolRooms(uri, pools, { timeoutMs, signal })),
  };
}

/** A host whose answer trips something up here is one that cannot be asked; the others are watched all the same. */
async function told<T extends object>(ask: () => Promise<Asked<T>>): Promise<T | string> {
  try {
    const answer = await ask();
    return isUnknown(answer) ? shown(answer.unknown) : answer;
  } catch (error) {
    return shown(`its answer cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** It may hold what a login shell over there has printed, and is shown on terminals and kept. */
function shown(why: string): string {
  return printable(why).slice(0, MOST_WORDS);
}

const MOST_WORDS = 1000;
