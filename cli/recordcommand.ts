import { Command } from "commander";
import { type NodeAnswer, type NodeRecord, nodeRecord } from "../audit/nodeRecord.ts";
import { type Asked, isUnknown } from "../facts/asked.ts";
import { printable } from "../facts/kubeText.ts";
import { inParallel } from "../live/inParallel.ts";
import { FleetError } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { clusterOptions, contextsOf } from "./clusterOptions.ts";
import { parseOptions } from "./commandLine.ts";
import { openFleetFile, planChange, writeChange } from "./fleetChange.ts";
import { once, renderErrors } from "./fleetInput.ts";
import { day } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";

interface Options {
  readonly fleet: string;
  readonly context?: readonly string[];
  readonly kubeconfig?: string;
  readonly timeout: number;
  readonly today?: string;
  readonly add?: true;
  readonly write?: true;
}

/** Reads nodes and pods of clusters by their contexts; tests put another one in its place. */
export type ReadNodes = (
  contexts: readonly string[],
  settings: { readonly kubeconfig: string | undefined; readonly timeoutMs: number },
) => Promise<readonly { readonly context: string; readonly facts: Asked<NodeAnswer["facts"]> }[]>;

/** Runs `fleet record` with its arguments. Never throws for a mistake of the user's, nor for a cluster that is down. */
export async function runRecordCommand(
  args: readonly string[],
  streams: Streams,
  read: ReadNodes = readForReal,
  now: () => number = Date.now,
): Promise<ExitCode> {
  const [what, ...rest] = args;
  const isHelp = what === "--help" || what === "-h";
  if (what !== "nodes" && !isHelp) {
    streams.err(
      `error: ${what === undefined ? "say what to record" : `'${printable(what)}' is nothing to record`}; as in: fleet record nodes --fleet FILE\n`,
    );
    return 2;
  }
  const options = parse(isHelp ? args : rest, streams);
  if (typeof options === "number") return options;
  try {
    return await record(options, streams, read, now());
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    streams.err(renderErrors(error.findings));
    return 2;
  }
}

const MOST_AT_ONCE = 8;

async function readForReal(names: readonly string[], settings: Parameters<ReadNodes>[1]) {
  const [{ loadContexts }, { readNodes }] = await Promise.all([
    import("../live/kube/kubeconfig.ts"),
    import("../live/kube/readCluster.ts"),
  ]);
  const contexts = await loadContexts(settings.kubeconfig);
  return inParallel(names, MOST_AT_ONCE, async (context) => {
    return { context, facts: await readNodes(contexts, context, settings) };
  });
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = clusterOptions(
    new Command("fleet record")
      .usage("[options] nodes")
      .description(
        "Reads the node budget of real clusters (what nodes offer, their labels and taints, what runs there) and puts " +
          "it into a fleet file with today's date. Comments, order and all else stay. Shows the difference; writes it " +
          "with --write.\nExit code 0: done. 1: a declared node is not there, or does not tell all figures, and was " +
          "left as it is. 2: a cluster could not be asked, or the input is wrong; nothing is written.",
      )
      .requiredOption("--fleet <file>", "fleet file: YAML or JSON", once),
  )
    .option("--add", "add nodes that the file lacks")
    .option("--today <date>", "day of the record, like 2026-05-06; the current day by default", day)
    .option("--write", "write the file; without it the difference is only shown");
  const ended = parseOptions(command, args, streams, "fleet record nodes --fleet FILE");
  return ended ?? command.opts<Options>();
}

async function record(options: Options, streams: Streams, read: ReadNodes, nowMs: number): Promise<ExitCode> {
  const { fleet: path, kubeconfig, timeout } = options;
  const fail = (message: string): ExitCode => {
    streams.err(`error: ${message}\n`);
    return 2;
  };
  const file = await openFleetFile(path, "nodes");
  if ("why" in file) return fail(file.why);
  const { fleet } = file;
  const answers = await read(contextsOf(fleet, options.context), { kubeconfig, timeoutMs: timeout * 1000 });
  const known: NodeAnswer[] = [];
  const unknown: string[] = [];
  for (const { context, facts } of answers) {
    const lists = isUnknown(facts) ? [facts] : [facts.nodes, facts.pods].filter(isUnknown);
    for (const why of lists) unknown.push(`Cluster ${context} is not known: ${why.unknown}. ${why.remedy}`);
    if (!isUnknown(facts)) known.push({ context, facts });
  }
  if (unknown.length > 0) return fail(`${[...new Set(unknown)].join("\nerror: ")}\nNothing is written.`);
  const today = options.today ?? new Date(nowMs).toISOString().slice(0, 10);
  const plan = nodeRecord(fleet, known, { today, add: options.add === true });
  const change = planChange(file, plan.edits);
  if ("why" in change) return fail(change.why);
  streams.out(change.difference);
  const problem = options.write && change.isChanged ? await writeChange(change) : undefined;
  if (problem) return fail(problem.why);
  streams.err(summary(plan, options, change.isChanged, fleet));
  return plan.missing.length + plan.unreadable.length > 0 ? 1 : 0;
}

function summary(plan: NodeRecord, { write, add }: Options, isChanged: boolean, { nodes }: Fleet): string {
  const list = (names: readonly string[]) => names.join(", ");
  return [
    ...(plan.missing.length > 0
      ? [`Left as they are, since they are not in their cluster: ${list(plan.missing)}.`]
      : []),
    ...(plan.unreadable.length > 0
      ? [`Left as they are, since they do not tell what they offer: ${list(plan.unreadable)}.`]
      : []),
    ...(plan.others.length > 0
      ? [`${add ? "Added" : "Not in the file (--add adds them)"}: ${list(plan.others)}.`]
      : []),
    isChanged
      ? `${plan.recorded.length} of ${nodes.length} nodes recorded${write ? "" : "; nothing is written without --write"}.`
      : "The file holds all of it already.",
    "",
  ].join("\n");
}
