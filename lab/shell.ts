import path from "node:path";
import { passThrough } from "../tools/setup/command.mjs";
import { labFolder } from "./labFolder.ts";

/**
 * Logs in to a lab on this process's terminal, or runs a command there: as with ssh, its words are joined by blanks,
 * and a shell there reads them.
 *
 * @returns the command's exit code
 */
export function labShell(host: string, command: readonly string[]): Promise<number> {
  return passThrough(path.join(labFolder(host), "ssh"), [
    host,
    ...(command.length > 0 ? ["--", ...command] : []),
  ]);
}
