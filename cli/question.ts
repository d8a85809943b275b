import { Command } from "commander";
import { isDay } from "../capacity/records.ts";
import { type Finding, FleetError, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { nearest } from "../model/properties.ts";
import { renderMarkdownSections, renderSections, type Section } from "../report/sections.ts";
import { parseOptions } from "./commandLine.ts";
import { once, readFleet, renderErrors } from "./fleetInput.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** What the commands share that answer a question about a declared fleet without touching anything. */

export interface QuestionOptions {
  readonly fleet?: string;
  readonly today?: string;
  readonly json?: true;
  readonly markdown?: true;
}

/** Fields that every answer has as JSON. Fields are only ever added within a version. */
export interface QuestionReport {
  readonly version: 1;
  /** `invalid`: the fleet or the command line is wrong, and nothing was asked. */
  readonly verdict: string;
  /** The day of the judgement; null if the input is invalid. */
  readonly today: string | null;
  readonly source: { readonly kind: "default" | "fleet"; readonly path: string | null };
  readonly findings: readonly Finding[];
}

export interface Answered {
  readonly verdict: string;
  readonly code: ExitCode;
  /** What the report has beside the common fields. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
}

export function questionCommand(name: string, description: string): Command {
  return new Command(`fleet ${name}`)
    .description(description)
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once)
    .option(
      "--today <date>",
      "day that records are judged by, like 2026-05-06; the current day by default",
      once,
    )
    .option("--json", "print the answer as JSON")
    .option("--markdown", "print the answer as Markdown");
}

/**
 * Checks options, with the fleet where it could be read, and adds what is wrong to `findings`. The question is
 * asked only where nothing is.
 */
export type Plan<O> = (
  options: O,
  fleet: Fleet | undefined,
  findings: Finding[],
  today: string,
) => Asking | undefined | Promise<Asking | undefined>;

type Asking = (fleet: Fleet, today: string) => Answered;

/** Parses the options, reads the fleet and answers. What is wrong with day, fleet and options is told at once. */
export async function runQuestion<O extends QuestionOptions>(
  command: Command,
  args: readonly string[],
  streams: Streams,
  plan: Plan<O>,
): Promise<ExitCode> {
  const ended = parseOptions(command, args, streams, `${command.name()} --fleet FILE`);
  if (ended !== undefined) return ended;
  const options = command.opts<O>();
  const path = options.fleet ?? null;
  const source = { kind: path === null ? "default" : "fleet", path } as const;
  const today = options.today ?? currentDay();
  const wrong = [...formatFindings(options), ...dayFindings(today)];
  let fleet: Fleet | undefined;
  try {
    fleet = await readFleet(options.fleet);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    wrong.push(...error.findings);
  }
  const ask = await plan(options, fleet, wrong, today);
  if (!ask || !fleet || wrong.length > 0) {
    const report: QuestionReport = { version: 1, verdict: "invalid", today: null, source, findings: wrong };
    if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
    streams.err(renderErrors(wrong));
    return 2;
  }
  const { verdict, code, answer, findings, sections } = ask(fleet, today);
  const report: QuestionReport = { version: 1, verdict, today, source, ...answer, findings };
  if (options.json) {
    streams.out(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    const all = [{ before: [`${options.fleet ?? "The default stack"}, as of ${today}:`] }, ...sections];
    streams.out(`${options.markdown ? renderMarkdownSections(all) : renderSections(all)}\n`);
  }
  return code;
}

function currentDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function dayFindings(today: string): Finding[] {
  return isDay(today) ? [] : [wrongOption("--today", today, 'expected a date, like "2026-05-06"')];
}

function formatFindings({ json, markdown }: QuestionOptions): Finding[] {
  if (!json || !markdown) return [];
  return [contradiction("--json and --markdown exclude each other", "Choose one of them.")];
}

/** An option's value that is not what it should be. */
export function wrongOption(
  option: string,
  value: string,
  expected: string,
  remedy = "Correct the value.",
): Finding {
  const given = value.length > 60 ? `${value.slice(0, 57)}...` : value;
  return finding({
    rule: "model/invalid-value",
    path: option,
    subject: `option ${option}`,
    message: `\`${option}\` is ${JSON.stringify(given)}; ${expected}.`,
    remedy,
  });
}

export function contradiction(message: string, remedy: string): Finding {
  return finding({
    rule: "model/invalid-value",
    path: "",
    subject: "options",
    message: `${message}.`,
    remedy,
  });
}

/** A name that the fleet does not know, with the nearest that it does. */
export function unknownName(option: string, what: string, name: string, known: readonly string[]): Finding {
  const meant = nearest(name, known);
  const list =
    known.length > 8 ? `${known.slice(0, 8).join(", ")} and ${known.length - 8} more` : known.join(", ");
  const expected = meant
    ? `did you mean ${meant}?`
    : known.length === 0
      ? `the fleet has none.`
      : `expected one of ${list}.`;
  return finding({
    rule: "model/unknown-name",
    path: option,
    subject: `${what} ${name}`,
    message: `\`${option}\` is ${JSON.stringify(name)}, which names no ${what} of the fleet; ${expected}`,
    remedy: `Name a ${what} as the fleet does.`,
  });
}

export interface Named {
  readonly cluster: string;
  readonly name: string;
}

/**
 * Finds what a name means: `honey`, or `CLUSTER/honey` where several clusters have one. Nothing found or too
 * much is told in `findings`.
 */
export function resolveName(
  findings: Finding[],
  option: string,
  what: string,
  given: string,
  all: readonly Named[],
): number | undefined {
  const found = [...all.keys()].filter((i) => {
    const { cluster, name } = all[i] as Named;
    return given === name || given === `${cluster}/${name}`;
  });
  const [first] = found;
  if (found.length > 1) {
    const names = found.map((i) => `${all[i]?.cluster}/${all[i]?.name}`);
    findings.push(
      wrongOption(
        option,
        given,
        `several clusters have a ${what} of that name`,
        `Write ${names.join(" or ")}.`,
      ),
    );
    return undefined;
  }
  if (first === undefined) {
    const cluster = given.includes("/");
    findings.push(
      unknownName(
        option,
        what,
        given,
        all.map((n) => (cluster ? `${n.cluster}/${n.name}` : n.name)),
      ),
    );
  }
  return first;
}
