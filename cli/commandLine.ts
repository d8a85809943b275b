import { type Command, CommanderError } from "commander";
import type { ExitCode, Streams } from "./streams.ts";

/**
 * Parses the arguments of a command that takes options alone. Returns its exit code where it ends here: its help was
 * asked for, or an argument is wrong, which has been told.
 *
 * @param example how a file is named, since that is mostly what an argument too many was meant to do
 * @param exclusive options of which one at most is given, like `--json` and `--markdown`
 */
export function parseOptions(
  command: Command,
  args: readonly string[],
  { out, err }: Streams,
  example: string,
  exclusive: readonly (readonly [string, string])[] = [],
): ExitCode | undefined {
  command.allowExcessArguments().exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  if (command.args.length > 0) {
    err(`error: unexpected argument '${command.args.join(" ")}'; name a file as in: ${example}\n`);
    return 2;
  }
  const both = exclusive.find((pair) => pair.every((flag) => isGiven(command, flag)));
  if (both === undefined) return undefined;
  err(`error: ${both.join(" and ")} exclude each other\n`);
  return 2;
}

function isGiven(command: Command, flag: string): boolean {
  const option = command.options.find((o) => o.long === flag);
  return option !== undefined && command.getOptionValueSource(option.attributeName()) === "cli";
}
