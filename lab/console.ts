import { readFile } from "node:fs/promises";

/** What a twin says on its first serial port: lines `LAB SECONDS WORD …`, between those of its kernel. */

export interface ConsoleReport {
  /** The stages that it has come through, with the seconds since its kernel started. */
  readonly stages: readonly { readonly name: Stage; readonly seconds: number }[];
  /** Why it has ended its start. */
  readonly failure: string | undefined;
  /** How much there is, its kernel's own words included. */
  readonly bytes: number;
}

/** In this order; each with what comes after it. */
export const STAGES = {
  kernel: "loads its drivers",
  root: "sets up pools, bridges and ssh",
  ssh: "starts libvirt",
  libvirt: "is there",
} as const;
export type Stage = keyof typeof STAGES;

export function parseConsole(text: string): ConsoleReport {
  const lines = [...text.matchAll(/^LAB ([\d.]+) (\w+) ?(.*?)\r?$/gm)];
  const stages = lines.flatMap(([, seconds, word]) =>
    isStage(word) ? [{ name: word, seconds: Number(seconds) }] : [],
  );
  const failure = lines.find(([, , word]) => word === "failed")?.[3];
  const panic = /Kernel panic - not syncing: (.*?)\r?$/m.exec(text)?.[1];
  return {
    stages,
    failure: failure ?? (panic === undefined ? undefined : `its kernel panicked: ${panic}`),
    bytes: text.length,
  };
}

function isStage(word: string | undefined): word is Stage {
  return word !== undefined && Object.hasOwn(STAGES, word);
}

export async function readConsole(file: string): Promise<ConsoleReport> {
  return parseConsole(await readFile(file, "latin1").catch(() => ""));
}
