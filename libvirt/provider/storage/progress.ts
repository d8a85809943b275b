/** Telling the user how far a transfer has come. */
import { readdir, readFile, readlink } from "node:fs/promises";
import type { Log } from "../engineLog.ts";

/** Milliseconds between two messages. */
const INTERVAL_MS = 3000;

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A size for people: three digits and a unit. */
export function humanBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 100 ? 0 : amount >= 10 ? 1 : 2;
  return `${amount.toFixed(digits)} ${UNITS[unit]}`;
}

/** One message: `uploading image.qcow2: 42 % of 3.00 GiB, 110 MiB/s`. A size that is not known has no percentage. */
export function progressText(what: string, done: number, total: number | undefined, seconds: number): string {
  const rate = seconds > 0 ? `, ${humanBytes(done / seconds)}/s` : "";
  if (total === undefined || total === 0) return `${what}: ${humanBytes(done)}${rate}`;
  const percent = Math.min(100, Math.floor((done / total) * 100));
  return `${what}: ${percent} % of ${humanBytes(total)}${rate}`;
}

/** Runs a transfer and asks every few seconds how many bytes are done; undefined: that is not known. */
export async function withProgress<T>(
  log: Log,
  what: string,
  total: number | undefined,
  done: () => Promise<number | undefined> | number,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const timer = setInterval(() => {
    Promise.resolve(done()).then(
      (bytes) => {
        if (bytes === undefined) return;
        const seconds = (performance.now() - start) / 1000;
        log("info", progressText(what, bytes, total, seconds), { ephemeral: true });
      },
      () => undefined,
    );
  }, INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** How far a process has read a file. The system tells that on Linux only. */
export async function readPosition(pid: number | undefined, file: string): Promise<number | undefined> {
  if (pid === undefined || process.platform !== "linux") return undefined;
  for (const entry of await readdir(`/proc/${pid}/fd`)) {
    if ((await readlink(`/proc/${pid}/fd/${entry}`).catch(() => "")) !== file) continue;
    const position = /^pos:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/fdinfo/${entry}`, "utf8"));
    return position ? Number(position[1]) : undefined;
  }
  return undefined;
}
