import { type Command, InvalidArgumentError } from "commander";
import type { Fleet } from "../model/fleet.ts";
import { once } from "./fleetInput.ts";

/** The options by which commands name clusters. */
export function clusterOptions(command: Command): Command {
  return command
    .option(
      "--context <name>",
      "kubeconfig context to ask; may be repeated; those of the fleet without one",
      collect,
    )
    .option("--kubeconfig <file>", "kubeconfig; $KUBECONFIG or ~/.kube/config without one", once)
    .option("--timeout <seconds>", "time that one request may take", seconds, 30);
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return previous.includes(value) ? [...previous] : [...previous, value];
}

function seconds(value: string): number {
  const number = /^\d{1,4}(\.\d{1,3})?$/.test(value) ? Number(value) : 0;
  if (number >= 0.1 && number <= 3600) return number;
  throw new InvalidArgumentError("Expected seconds from 0.1 to 3600, like 5.");
}

/** A calendar day, as records have it. */
export function day(value: string): string {
  const isDay =
    /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value);
  if (isDay) return value;
  throw new InvalidArgumentError("Expected a date, like 2026-05-06.");
}

/** The contexts that are asked: those that are named, or every cluster of the fleet in its order. */
export function contextsOf(
  { nodes, scaleSets, clusters }: Fleet,
  named: readonly string[] | undefined,
): readonly string[] {
  return (
    named ?? [
      ...new Set([...[...nodes, ...scaleSets].map((entry) => entry.cluster), ...clusters.map((c) => c.name)]),
    ]
  );
}
