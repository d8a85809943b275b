import { isDay } from "../capacity/records.ts";
import { type Finding, FleetError, finding } from "../model/finding.ts";
import { loadFleet } from "../stacks/load.ts";
import { type Budget, requireBudget } from "./budget.ts";
import { isObject } from "./facts.ts";
import type { Plain, PlainObject } from "./plain.ts";

/** What the pack judges by: its own config, not the stack's. */
export interface Settings {
  readonly budget: Budget;
  /** True if the config names no budget, and the built-in default stack's stands in. */
  readonly isBuiltIn: boolean;
  /** The day of the judgement: `2026-05-06`. */
  readonly today: string;
  /** libvirt connection URI → host of the budget, for URIs other than the budget's. */
  readonly uris: Readonly<Record<string, string>>;
  /** kubeconfig context → cluster of the budget, where they differ. */
  readonly contexts: Readonly<Record<string, string>>;
}

/**
 * Reads the pack's config.
 * @param config `budget`: a fleet file (a relative path starts from `folder`) or the fleet itself, by default
 * the default stack's hosts, nodes and policy; `today`: by default the given day; `uris`, `contexts`: none by
 * default
 * @throws FleetError with every finding
 */
export async function readSettings(
  config: PlainObject,
  folder: string,
  fallbackDay: string,
): Promise<Settings> {
  const findings: Finding[] = Object.keys(config)
    .filter((key) => !KEYS.includes(key))
    .map((key) => invalid(key, config[key], `one of the settings ${KEYS.join(", ")}`));
  const today = textOf(findings, config, "today") ?? fallbackDay;
  if (!isDay(today)) findings.push(invalid("today", today, 'a date, like "2026-05-06"'));
  const uris = textsOf(findings, config, "uris");
  const contexts = textsOf(findings, config, "contexts");
  const budget = await readBudget(findings, config, folder);
  const isBuiltIn = config.budget === undefined || config.budget === null;
  if (budget && !isBuiltIn) findings.push(...unknownTargets(budget, uris, contexts));
  if (findings.length > 0 || !budget)
    throw new FleetError("The policy pack's config is not valid:", findings);
  return { budget, isBuiltIn, today, uris, contexts };
}

/** The budget that the config names; undefined, with findings, if there is none to read. */
async function readBudget(
  findings: Finding[],
  config: PlainObject,
  folder: string,
): Promise<Budget | undefined> {
  const before = findings.length;
  const source = isObject(config.budget) ? config.budget : textOf(findings, config, "budget");
  if (findings.length > before) return undefined;
  try {
    return requireBudget(isObject(source) ? source : await loadFleet(source, folder));
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    findings.push(...error.findings);
    return undefined;
  }
}

/** What is mapped to a host or cluster that the budget lacks would be refused later, for no visible reason. */
function unknownTargets(
  { hosts, nodes }: Budget,
  uris: Settings["uris"],
  contexts: Settings["contexts"],
): Finding[] {
  const check = (
    key: string,
    map: Readonly<Record<string, string>>,
    what: string,
    names: readonly string[],
  ) =>
    Object.entries(map)
      .filter(([, name]) => !names.includes(name))
      .map(([from, name]) => {
        const known = [...new Set(names)].join(", ") || "it has none";
        return invalid(`${key}[${JSON.stringify(from)}]`, name, `a ${what} of the budget (${known})`);
      });
  return [
    ...check(
      "uris",
      uris,
      "host",
      hosts.map((h) => h.name),
    ),
    ...check(
      "contexts",
      contexts,
      "cluster",
      nodes.map((n) => n.cluster),
    ),
  ];
}

const KEYS = ["budget", "today", "uris", "contexts"];

/** The current day in UTC: the one place where the pack and its command read a clock. */
export function currentDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function textOf(findings: Finding[], config: PlainObject, key: string): string | undefined {
  const value = config[key];
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  findings.push(invalid(key, value, key === "budget" ? "a fleet file or a fleet" : "a text"));
  return undefined;
}

function textsOf(findings: Finding[], config: PlainObject, key: string): Record<string, string> {
  const value = config[key] ?? {};
  if (!isObject(value)) {
    findings.push(invalid(key, value, "an object of texts"));
    return {};
  }
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (typeof text === "string") texts[name] = text;
    else findings.push(invalid(`${key}[${JSON.stringify(name)}]`, text, "a text"));
  }
  return texts;
}

function invalid(key: string, value: Plain | undefined, expected: string): Finding {
  const given = typeof value === "symbol" ? "unknown" : JSON.stringify(value);
  return finding({
    rule: "budget/invalid-config",
    path: key,
    subject: "policy pack",
    message: `\`${key}\` of the policy settings is ${given}; expected ${expected}.`,
    remedy: "Correct the file that --policy-pack-config names, or the option; docs/policies.md shows both.",
  });
}
