import { FleetError, finding } from "../model/finding.ts";
import { loadFleet } from "../stacks/load.ts";
import { type Budget, requireBudget } from "./budget.ts";
import type { PlainObject } from "./plain.ts";

/** What the pack judges by: its own config, not the stack's. */
export interface Settings {
  readonly budget: Budget;
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
export async function readSettings(config: PlainObject, folder: string, today: string): Promise<Settings> {
  const { budget } = config;
  const source =
    typeof budget === "object" && budget !== null
      ? budget
      : await loadFleet(textOf(config, "budget"), folder);
  const day = textOf(config, "today") ?? today;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) {
    throw invalid("today", day, 'a date, like "2026-05-06"');
  }
  return {
    budget: requireBudget(source),
    today: day,
    uris: textsOf(config, "uris"),
    contexts: textsOf(config, "contexts"),
  };
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
  const entries = typeof value === "object" ? Object.entries(value) : [["", value]];
  return Object.fromEntries(
    entries.map(([name, text]) => {
      if (typeof text === "string" && typeof name === "string") return [name, text];
      throw invalid(key, value, "an object of texts");
    }),
  );
}

function invalid(key: string, value: unknown, expected: string): FleetError {
  return new FleetError("The policy pack's config is not valid:", [
    finding({
      rule: "budget/invalid-config",
      path: key,
      subject: "policy pack",
      message: `\`${key}\` of the policy pack's config is ${JSON.stringify(value)}; expected ${expected}.`,
      remedy: "Correct the file that --policy-pack-config names; docs/policies.md shows one.",
    }),
  ]);
}
