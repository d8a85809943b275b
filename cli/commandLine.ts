import { type Command, CommanderError } from "commander";
import type { ExitCode, Streams } from "./streams.ts";

/**
 * Parses the arguments of a command that takes options alone. Returns its exit code where it ends here: its help was
 * asked for, or an argument is wrong, which has been told.
 *
 * @param example how a file is named, since that is mostly what an argument too many was meant to do
 */
export function parseOptions(
  command: Command,
  args: readonly string[],
  { out, err }: Streams,
  example: string,
): ExitCode | undefined {
  command.allowExcessArguments().exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  if (command.args.length === 0) return undefined;
  err(`error: unexpected argument '${command.args.join(" ")}'; name a file as in: ${example}\n`);
  return 2;
}
