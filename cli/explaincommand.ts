import { Command } from "commander";
import { type Explanation, explainVm } from "../capacity/explain/explain.ts";
import { recallPlacements } from "../capacity/placement/recall.ts";
import { builtFigures } from "../components/builtFigures.ts";
import { type Finding, FleetError } from "../model/finding.ts";
import { vmNamed } from "../move/request.ts";
import { renderExplanation } from "../report/explanation.ts";
import { parseOptions } from "./commandLine.ts";
import { once, readWritten, renderErrors } from "./fleetInput.ts";
import { pressureIn, readOutputs } from "./placementFiles.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
interface ExplainReport extends Partial<Explanation> {
  readonly version: 1;
  /** What is wrong with the input. */
  readonly findings: readonly Finding[];
}

interface Options {
  readonly fleet?: string;
  readonly outputs?: string;
  readonly pressure?: string;
  readonly json?: true;
}

const USE = "fleet explain VM --fleet FILE";

/** Runs `fleet explain` with its arguments. Never throws for a mistake of the user's. */
export async function runExplainCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const isHelp = args.includes("--help") || args.includes("-h");
  const [name = "", ...rest] = args;
  if (!isHelp && (name === "" || name.startsWith("-"))) {
    streams.err(`error: name the VM first, as in: ${USE}\n`);
    return 2;
  }
  const command = new Command("fleet explain")
    .description(
      "fleet explain VM derives every number of a VM, with its formula, its source, and whether the fleet says it. Nothing is touched.\n" +
        "Exit code 0: the VM has a place. 1: it has none. 2: wrong input.",
    )
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once)
    .option(
      "--outputs <file>",
      "the stack's outputs (`pulumi stack output --json`): placements that it remembers are kept",
      once,
    )
    .option("--pressure <file>", "state of fleet watch: what is under pressure takes nothing new", once)
    .option("--json", "print the answer as JSON");
  const ended = parseOptions(command, isHelp ? ["--help"] : rest, streams, USE);
  if (ended !== undefined) return ended;
  const options = command.opts<Options>();
  const { json } = options;
  const { explanation, findings } = await answer(name, options);
  if (json)
    streams.out(
      `${JSON.stringify({ version: 1, ...explanation, findings } satisfies ExplainReport, null, 2)}\n`,
    );
  if (explanation === undefined) {
    streams.err(renderErrors(findings));
    return 2;
  }
  if (!json) streams.out(`${renderExplanation(explanation)}\n`);
  return explanation.host === null ? 1 : 0;
}

async function answer(
  name: string,
  options: Options,
): Promise<{ readonly explanation: Explanation | undefined; readonly findings: readonly Finding[] }> {
  try {
    const { fleet: declared, written } = await readWritten(options.fleet);
    const vm = vmNamed(declared, name);
    const remembered = options.outputs === undefined ? [] : await readOutputs(options.outputs);
    const { fleet, findings } = recallPlacements(declared, remembered);
    const gone = findings.filter((f) => f.severity === "refuse" && f.subject === `VM ${vm.name}`);
    if (gone.length > 0) return { explanation: undefined, findings: gone };
    const pressure = options.pressure === undefined ? undefined : await pressureIn(options.pressure, fleet);
    return { explanation: explainVm(fleet, written, vm.name, builtFigures, pressure), findings: [] };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { explanation: undefined, findings: error.findings };
  }
}
