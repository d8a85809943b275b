import { readFile } from "node:fs/promises";
import { Command } from "commander";
import type { Capacity } from "../capacity/capacity.ts";
import { judge } from "../capacity/judge.ts";
import { type Finding, FleetError, refuses, sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { checkReferences } from "../model/references.ts";
import { grantPlan } from "../policy/budget.ts";
import { Ledger } from "../policy/ledger.ts";
import type { Resource } from "../policy/resource.ts";
import { currentDay, readSettings, type Settings } from "../policy/settings.ts";
import { readStackExport } from "../policy/stackexport.ts";
import { renderFindings } from "../report/findings.ts";
import { parseOptions } from "./commandLine.ts";
import { once, readFleet, renderErrors, unreadable } from "./fleetInput.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** A finding, and the resource that causes it: null for a fleet file. */
export type ReportedFinding = Finding & { readonly urn: string | null };

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export interface PolicyReport {
  readonly version: 1;
  readonly verdict: "fits" | "refused" | "invalid";
  /** The day of the judgement. null if the input is invalid. */
  readonly today: string | null;
  readonly source: { readonly kind: "default" | "fleet" | "stack-export"; readonly path: string | null };
  /** Whose figures counted: the fleet's own, a file's, or the built-in ones. */
  readonly budget: { readonly kind: "own" | "file" | "default"; readonly path: string | null };
  /**
   * Refusals first. For an export in the order of its resources; what several of them cause alike is listed
   * once, at the first.
   */
  readonly findings: readonly ReportedFinding[];
  /** The judged capacity of a fleet; null for an export or invalid input. */
  readonly capacity: Capacity | null;
}

interface Options {
  readonly fleet?: string;
  readonly stackExport?: string;
  readonly budget?: string;
  readonly today?: string;
  readonly json?: true;
}

/** Runs `policy` with its arguments. Never throws for a mistake of the user's. */
export async function runPolicyCommand(
  args: readonly string[],
  streams: Streams,
  name = "policy",
): Promise<ExitCode> {
  const options = parse(args, streams, name);
  if (typeof options === "number") return options;
  const report = await answer(options);
  if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
  if (report.verdict === "invalid") {
    streams.err(renderErrors(report.findings));
    return 2;
  }
  if (!options.json) streams.out(`${render(report)}\n`);
  return report.verdict === "fits" ? 0 : 1;
}

function parse(args: readonly string[], streams: Streams, name: string): Options | ExitCode {
  const command = new Command(name)
    .description(
      "Judges a fleet file or an exported stack by the policy pack's rules, without the engine. " +
        "Without a file it judges the built-in default stack. Exit code 0: fits, 1: refused, 2: input error.",
    )
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript", once)
    .option("--stack-export <file>", "output of `pulumi stack export`", once)
    .option("--budget <file>", "fleet file whose hosts, nodes and policy are the budget", once)
    .option("--today <date>", "day that records are judged by, like 2026-05-06; the current day by default")
    .option("--json", "print the report as JSON");
  const sources = [["--fleet", "--stack-export"]] as const;
  const ended = parseOptions(command, args, streams, "npm run policy -- --fleet FILE", sources);
  return ended ?? command.opts<Options>();
}

async function answer(options: Options): Promise<PolicyReport> {
  const { fleet, stackExport, budget } = options;
  const kind = stackExport !== undefined ? "stack-export" : fleet !== undefined ? "fleet" : "default";
  const implied = kind === "stack-export" ? "default" : "own";
  const base = {
    source: { kind, path: stackExport ?? fleet ?? null },
    budget: { kind: budget === undefined ? implied : "file", path: budget ?? null },
  } as const;
  const [settings, input] = await Promise.allSettled([
    readSettings(configOf(options), process.cwd(), currentDay()),
    stackExport === undefined ? readFleet(fleet) : readExport(stackExport),
  ]);
  if (settings.status === "rejected" || input.status === "rejected") {
    const findings = withUrn([...errorsOf(settings), ...errorsOf(input)], null);
    return { version: 1, verdict: "invalid", today: null, ...base, findings, capacity: null };
  }
  const { today } = settings.value;
  const { findings, capacity } = Array.isArray(input.value)
    ? { findings: judgeExport(input.value, settings.value), capacity: null }
    : judgeFleet(input.value, budget === undefined ? undefined : settings.value, today);
  const verdict = refuses(findings) ? "refused" : "fits";
  return { version: 1, verdict, today, ...base, findings, capacity };
}

function errorsOf(result: PromiseSettledResult<unknown>): readonly Finding[] {
  if (result.status === "fulfilled") return [];
  if (result.reason instanceof FleetError) return result.reason.findings;
  throw result.reason;
}

function configOf({ budget, today }: Options): Record<string, string> {
  return { ...(budget !== undefined && { budget }), ...(today !== undefined && { today }) };
}

/** Judges a fleet by its own figures, or as the pack judges a plan if there is a budget. */
function judgeFleet(fleet: Fleet, settings: Settings | undefined, today: string) {
  const granted = settings ? grantPlan(settings.budget, fleet) : { fleet, findings: [] };
  const mismatches = checkReferences(granted.fleet);
  const capacity = mismatches.length === 0 ? judge(granted.fleet, { today }) : null;
  const findings = sortFindings([...granted.findings, ...mismatches, ...(capacity?.findings ?? [])]);
  return { findings: withUrn(findings, null), capacity };
}

async function readExport(path: string): Promise<Resource[]> {
  return readStackExport(await readJson(path));
}

/** A finding about the total of many resources comes again with each of them, and is told once. */
function judgeExport(resources: readonly Resource[], settings: Settings): ReportedFinding[] {
  const ledger = new Ledger(settings);
  const told = new Set<string>();
  return resources
    .flatMap((r) => withUrn(ledger.judge(r), r.urn))
    .filter((f) => {
      const text = `${f.rule} ${f.message}`;
      const isRepeated = f.path === "" && told.has(text);
      told.add(text);
      return !isRepeated;
    });
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const remedy = "Name a file that can be read.";
    throw unreadable("export/unreadable-file", path, "a stack export", REASONS[code] ?? code, remedy);
  }
  try {
    return JSON.parse(text);
  } catch {
    const remedy = "Write one with `pulumi stack export --file FILE`; a fleet file is judged by --fleet.";
    throw unreadable("export/unreadable-file", path, "a stack export", "it is no JSON", remedy);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "permission is denied",
};

function withUrn(findings: readonly Finding[], urn: string | null): ReportedFinding[] {
  return findings.map((f) => ({ ...f, urn }));
}

function render({ findings, source, budget, today }: PolicyReport): string {
  const what = source.path ?? "the default stack";
  const by = { own: "its own figures", default: "the built-in budget", file: budget.path }[budget.kind];
  return `${what}, judged by ${by} as of ${today}:\n${renderFindings(findings.map(withResource))}`;
}

/** A refused resource of an export, as the pack names it: by type and name, before the path in it. */
function withResource({ urn, ...f }: ReportedFinding): Finding {
  if (urn === null || f.severity !== "refuse") return f;
  const [name = "", type = ""] = urn.split("::").toReversed();
  const resource = `${type.split("$").at(-1)} ${name}`;
  return { ...f, path: f.path === "" ? resource : `${resource}: ${f.path}` };
}
