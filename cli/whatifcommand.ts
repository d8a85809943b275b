import { applyChanges } from "../capacity/questions/change.ts";
import { askLosses } from "../capacity/questions/losses.ts";
import { askWhatIf } from "../capacity/questions/whatIf.ts";
import { type Finding, FleetError, refuses, sortFindings } from "../model/finding.ts";
import type { Node } from "../model/node.ts";
import { lossSections, noteSections, whatIfSections } from "../report/whatIf.ts";
import { type ChangeFlags, readChanges } from "./changeOptions.ts";
import { readCount } from "./figureOptions.ts";
import { once, readFleet } from "./fleetInput.ts";
import { collect } from "./optionValues.ts";
import { contradiction, type QuestionOptions, questionCommand, runQuestion } from "./question.ts";
import type { ExitCode, Streams } from "./streams.ts";

interface Options extends QuestionOptions, ChangeFlags {
  readonly addNodes?: string;
  readonly podTolerationRestriction?: true;
  readonly loss: string;
}

/** Runs `fleet what-if` with its arguments. Never throws for a mistake of the user's. */
export function runWhatIfCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const command = questionCommand(
    "what-if",
    "Judges the fleet as it would be after some changes, all of them together, and tells what differs. Nothing is " +
      "touched.\nExit code 0: the changed fleet fits. 1: it is refused, or the loss of a node leaves runners without " +
      "a seat. 2: wrong input. Nodes and scale sets are named as NAME or CLUSTER/NAME; every option may be repeated.",
  )
    .option("--drop <node>", "without this node", collect)
    .option("--cordon <node>", "with this node closed for new pods", collect)
    .option("--uncordon <node>", "with this node open for new pods again", collect)
    .option(
      "--add-node <spec>",
      "with one more node: name=b,like=a or name=b,cpu=32,memory=128Gi,pods=110,label=k=v,taint=k=v:NoSchedule",
      collect,
    )
    .option("--add-nodes <file>", "with the nodes of this fleet file", once)
    .option(
      "--requests <set:figures>",
      "with other requests: SET:cpu=4,memory=32Gi or SET/dind:memory=2Gi",
      collect,
    )
    .option("--limits <set:figures>", "with other limits, written alike", collect)
    .option("--max-runners <set=n>", "with another maximum", collect)
    .option("--ceiling <label=n>", "with another ceiling of a label", collect)
    .option("--budget <set=n>", "with another budget of an owner's scale set", collect)
    .option("--limit-ratio <ratio>", "with another policy.limitRatio", once)
    .option("--memory-pressure <node>", "with this node under memory pressure; all: every node", collect)
    .option("--disk-pressure <node>", "with this node under disk pressure; all: every node", collect)
    .option("--pid-pressure <node>", "with this node under PID pressure; all: every node", collect)
    .option(
      "--pod-toleration-restriction",
      "the API server runs this admission plugin: only BestEffort pods mind memory pressure",
    )
    .option("--loss <nodes>", "1: tell for each node what its loss would do", "0");
  return runQuestion<Options>(command, args, streams, async (options, fleet, wrong, day) => {
    const loss = readCount(wrong, "--loss", options.loss, 0, 1);
    const added = await addedNodes(options.addNodes, wrong);
    if (!fleet) return undefined;
    const changes = readChanges(options, fleet, added, day, wrong);
    if (options.podTolerationRestriction && !options.memoryPressure) {
      const message = "--pod-toleration-restriction says nothing without --memory-pressure";
      wrong.push(contradiction(message, "Leave it out, or name a node under memory pressure."));
    }
    if (changes.length === 0 && loss === 0 && wrong.length === 0)
      wrong.push(contradiction("No change is asked about", "Name one, like --drop NODE, or ask --loss 1."));
    return (declared, today) => {
      const restriction = options.podTolerationRestriction === true;
      const after = applyChanges(declared, changes, { tolerationRestriction: restriction });
      const answer = changes.length === 0 ? null : askWhatIf(declared, after, { today });
      const losses = loss === 1 ? askLosses(after, { today }) : null;
      const findings = sortFindings([...(answer?.after.findings ?? []), ...(losses?.findings ?? [])]);
      return {
        verdict: verdictOf(answer !== null, findings),
        code: refuses(findings) ? 1 : 0,
        answer: { changes, whatIf: answer, losses },
        findings,
        sections: [
          ...(answer ? whatIfSections(answer) : []),
          ...noteSections(declared, after, changes, restriction),
          ...(losses ? lossSections(losses) : []),
        ],
      };
    };
  });
}

function verdictOf(changed: boolean, findings: readonly Finding[]): string {
  if (refuses(findings)) return "refused";
  return changed ? "fits" : "survives";
}

async function addedNodes(path: string | undefined, wrong: Finding[]): Promise<readonly Node[]> {
  if (path === undefined) return [];
  try {
    return (await readFleet(path)).nodes;
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    wrong.push(...error.findings);
    return [];
  }
}
