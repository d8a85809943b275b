import { Command } from "commander";
import { type Audit, auditFleet, type ClusterAnswer } from "../audit/audit.ts";
import type { Asked } from "../facts/asked.ts";
import type { ClusterFacts } from "../facts/clusterFacts.ts";
import { inParallel } from "../live/inParallel.ts";
import { type Finding, FleetError, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { renderAudit, renderAuditMarkdown } from "../report/audit.ts";
import { clusterOptions, contextsOf } from "./clusterOptions.ts";
import { parseOptions } from "./commandLine.ts";
import { once, readFleet, renderErrors } from "./fleetInput.ts";
import { collect, day, whole } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export type AuditReport =
  | ({ readonly version: 1; readonly source: Source } & Audit)
  | {
      readonly version: 1;
      /** The fleet or the command line is wrong, and no cluster was asked. */
      readonly verdict: "invalid";
      readonly source: Source;
      readonly findings: readonly Finding[];
    };

interface Source {
  readonly kind: "default" | "fleet";
  readonly path: string | null;
}

interface Options {
  readonly fleet?: string;
  readonly context?: readonly string[];
  readonly kubeconfig?: string;
  readonly includeLabel?: readonly string[];
  readonly pending: number;
  readonly tolerate: number;
  readonly timeout: number;
  readonly today?: string;
  readonly json?: true;
  readonly markdown?: true;
}

/** Reads clusters by their contexts; tests put another one in its place. */
export type ReadClusters = (
  contexts: readonly string[],
  settings: { readonly kubeconfig: string | undefined; readonly timeoutMs: number },
) => Promise<readonly { readonly context: string; readonly facts: Asked<ClusterFacts> }[]>;

const EXIT_CODES: Readonly<Record<AuditReport["verdict"], ExitCode>> = {
  "in-order": 0,
  differs: 1,
  unknown: 2,
  invalid: 2,
};

/** Runs `fleet audit` with its arguments. Never throws for a mistake of the user's, nor for a cluster that is down. */
export async function runAuditCommand(
  args: readonly string[],
  streams: Streams,
  read: ReadClusters = readForReal,
  now: () => number = Date.now,
): Promise<ExitCode> {
  const options = parse(args, streams);
  if (typeof options === "number") return options;
  const report = await answer(options, read, now());
  if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
  if (report.verdict === "invalid") streams.err(renderErrors(report.findings));
  else if (!options.json) streams.out(`${(options.markdown ? renderAuditMarkdown : renderAudit)(report)}\n`);
  return EXIT_CODES[report.verdict];
}

/** All clusters at once: they are few, and each has its own API server. */
const MOST_AT_ONCE = 8;

async function readForReal(
  names: readonly string[],
  { kubeconfig, timeoutMs }: Parameters<ReadClusters>[1],
): Promise<ClusterAnswer[]> {
  const [{ loadContexts }, { readCluster }] = await Promise.all([
    import("../live/kube/kubeconfig.ts"),
    import("../live/kube/readCluster.ts"),
  ]);
  const contexts = await loadContexts(kubeconfig);
  return inParallel(names, MOST_AT_ONCE, async (context) => {
    return { context, facts: await readCluster(contexts, context, { timeoutMs }) };
  });
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = clusterOptions(
    new Command("fleet audit")
      .description(
        "Reads scale sets, nodes, quotas and running pods of real clusters, and compares them with what is declared. " +
          "Nothing is changed in them.\nExit code 0: nothing differs, and all runners at maximum fit beside what " +
          "runs now. 1: something differs, is lost or does not fit. 2: something could not be asked, or the input " +
          "is wrong. docs/audit.md tells each comparison.",
      )
      .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once),
  )
    .option("--include-label <label>", "tell only scale sets with this label; may be repeated", collect)
    .option("--pending <minutes>", "a runner pending for so long has lost its slot", whole(0, 10_080), 5)
    .option(
      "--tolerate <slots>",
      "lost slots of a scale set that do not count for the exit code",
      whole(0, 10_000),
      0,
    )
    .option("--today <date>", "day that ages count from, like 2026-05-06; the current day by default", day)
    .option("--json", "print the report as JSON")
    .option("--markdown", "print the report as Markdown");
  const formats = [["--json", "--markdown"]] as const;
  return parseOptions(command, args, streams, "fleet audit --fleet FILE", formats) ?? command.opts<Options>();
}

async function answer(options: Options, read: ReadClusters, nowMs: number): Promise<AuditReport> {
  const { fleet: path = null, kubeconfig, timeout } = options;
  const source: Source = { kind: path === null ? "default" : "fleet", path };
  let fleet: Fleet;
  let contexts: readonly string[];
  try {
    fleet = await readFleet(options.fleet);
    contexts = contextsOf(fleet, options.context);
    if (contexts.length === 0) throw noCluster();
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { version: 1, verdict: "invalid", source, findings: error.findings };
  }
  const answers = await read(contexts, { kubeconfig, timeoutMs: timeout * 1000 });
  const audit = auditFleet(fleet, answers, {
    today: options.today ?? new Date(nowMs).toISOString().slice(0, 10),
    nowMs,
    pendingMinutes: options.pending,
    toleratedSlots: options.tolerate,
    includeLabels: options.includeLabel ?? [],
  });
  return { version: 1, source, ...audit };
}

function noCluster(): FleetError {
  return new FleetError("There is nothing to audit:", [
    finding({
      rule: "audit/no-cluster",
      path: "nodes",
      subject: "fleet",
      message: "The fleet declares neither a node nor a scale set, so there is no cluster to ask.",
      remedy: "Name a kubeconfig context with --context, or another fleet with --fleet.",
    }),
  ]);
}
