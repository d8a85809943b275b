import type { Command } from "commander";
import type { Fleet } from "../model/fleet.ts";
import { once } from "./fleetInput.ts";
import { collect, seconds } from "./optionValues.ts";

/** The options by which commands name clusters. */
export function clusterOptions(command: Command): Command {
  return command
    .option(
      "--context <name>",
      "kubeconfig context to ask; may be repeated; those of the fleet without one",
      (name, previous: readonly string[] = []) =>
        previous.includes(name) ? previous : collect(name, previous),
    )
    .option("--kubeconfig <file>", "kubeconfig; $KUBECONFIG or ~/.kube/config without one", once)
    .option("--timeout <seconds>", "time that one request may take", seconds(0.1, 3600), 30);
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
