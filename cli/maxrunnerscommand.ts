import { askMaxRunners } from "../capacity/questions/maxRunners.ts";
import type { Finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { maxRunnersSections } from "../report/maxRunners.ts";
import { collect } from "./optionValues.ts";
import {
  contradiction,
  type QuestionOptions,
  questionCommand,
  resolveName,
  runQuestion,
  unknownName,
} from "./question.ts";
import type { ExitCode, Streams } from "./streams.ts";

interface Options extends QuestionOptions {
  readonly label?: readonly string[];
  readonly scaleSet?: readonly string[];
}

/** Runs `fleet max-runners` with its arguments. Never throws for a mistake of the user's. */
export function runMaxRunnersCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const command = questionCommand(
    "max-runners",
    "Tells the largest maxRunners of each scale set, alone and beside the others, by capacity and by policy, " +
      "and the combinations of several of which none can be raised without lowering another. Nothing is touched.\n" +
      "Exit code 0: what is declared passes. 1: it does not, and the findings say why. 2: wrong input.",
  )
    .option(
      "--label <label>",
      "only scale sets that a job asking for this label is offered to; may be repeated",
      collect,
    )
    .option("--scale-set <name>", "only this scale set, NAME or CLUSTER/NAME; may be repeated", collect);
  return runQuestion<Options>(command, args, streams, (options, fleet, wrong) => {
    if (options.label && options.scaleSet) {
      const remedy = "Name the scale sets, or the labels that they share.";
      wrong.push(contradiction("--label and --scale-set exclude each other", remedy));
    }
    if (!fleet) return undefined;
    const chosen = choose(fleet, options, wrong);
    return (checked, today) => {
      const answer = askMaxRunners(checked, chosen, { today }, options.scaleSet ? chosen : undefined);
      const { findings, ...rest } = answer;
      return {
        verdict: answer.exact ? "exact" : "bound",
        code: findings.length === 0 ? 0 : 1,
        answer: rest,
        findings,
        sections: maxRunnersSections(answer),
      };
    };
  });
}

/** Indices of the scale sets that are asked about, in declaration order. */
function choose({ scaleSets }: Fleet, { label = [], scaleSet = [] }: Options, wrong: Finding[]): number[] {
  const named = new Set(
    scaleSet.map((name) => resolveName(wrong, "--scale-set", "scale set", name, scaleSets)),
  );
  const known = [...new Set(scaleSets.flatMap((s) => s.labels))];
  const strange = label.filter((name) => !known.includes(name));
  wrong.push(...strange.map((name) => unknownName("--label", "label", name, known)));
  const chosen = [...scaleSets.keys()].filter((i) => {
    if (scaleSet.length > 0) return named.has(i);
    return label.every((l) => scaleSets[i]?.labels.includes(l));
  });
  if (chosen.length === 0 && strange.length === 0 && scaleSet.length === 0) {
    const message =
      label.length > 0
        ? `No scale set has all of the labels ${label.join(", ")}, so there is none to ask about`
        : "The fleet declares no scale set, so there is none to ask about";
    wrong.push(contradiction(message, "Name other labels, or another fleet with --fleet."));
  }
  return chosen;
}
