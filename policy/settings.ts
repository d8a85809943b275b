import { FleetError, finding } from "../model/finding.ts";
import { loadFleet } from "../stacks/load.ts";
import { type Budget, requireBudget } from "./budget.ts";
import { isObject } from "./facts.ts";
import type { PlainObject } from "./plain.ts";

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
  const strange = Object.keys(config).find((key) => !KEYS.includes(key));
  if (strange !== undefined)
    throw invalid(strange, config[strange], `one of the settings ${KEYS.join(", ")}`);
  const today = textOf(config, "today") ?? fallbackDay;
  if (!isDay(today)) throw invalid("today", today, 'a date, like "2026-05-06"');
  const { budget } = config;
  const source = isObject(budget) ? budget : await loadFleet(textOf(config, "budget"), folder);
  return {
    budget: requireBudget(source),
    isBuiltIn: budget === undefined || budget === null,
    today,
    uris: textsOf(config, "uris"),
    contexts: textsOf(config, "contexts"),
  };
}

const KEYS = ["budget", "today", "uris", "contexts"];

/** A day of the calendar: `2026-02-30` is none, although Date reads it. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** The current day in UTC: the one place where the pack and its command read a clock. */
export function currentDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function textOf(config: PlainObject, key: string): string | undefined {
  const value = config[key];
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  throw invalid(key, value, "a text");
}

function textsOf(config: PlainObject, key: string): Record<string, string> {
  const value = config[key] ?? {};
  if (!isObject(value)) throw invalid(key, value, "an object of texts");
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text === "string") return [name, text];
      throw invalid(`${key}[${JSON.stringify(name)}]`, text, "a text");
    }),
  );
}

function invalid(key: string, value: unknown, expected: string): FleetError {
  return new FleetError("The policy pack's config is not valid:", [
    finding({
      rule: "budget/invalid-config",
      path: key,
      subject: "policy pack",
      message: `\`${key}\` of the policy settings is ${JSON.stringify(value)}; expected ${expected}.`,
      remedy: "Correct the file that --policy-pack-config names, or the option; docs/policies.md shows both.",
    }),
  ]);
}
