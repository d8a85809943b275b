import { read } from "../architecture/files.ts";
import { stepsOf } from "../docs/console.ts";

/** A command of docs/runners.md, and what is shown below it (empty if nothing is). */
export interface ShownCommand {
  /** What follows `npm run --silent fleet --`. */
  readonly args: readonly string[];
  readonly output: string;
}

const FLEET = "npm run --silent fleet -- ";

/** The commands of a chapter, in their order. @throws if one is no command of `fleet` */
export function commandsOf(chapter: string): ShownCommand[] {
  const text = read("docs/runners.md").split(`\n## ${chapter}\n`)[1]?.split("\n## ")[0] ?? "";
  return stepsOf(text).map(({ command, shown }) => {
    if (!command.startsWith(FLEET)) throw new Error(`no command of fleet: ${command}`);
    return { args: command.slice(FLEET.length).split(" "), output: shown };
  });
}
