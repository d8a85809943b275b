import type { RuleArea } from "./entry.ts";

export const askAreas: readonly RuleArea[] = [
  {
    name: "ask",
    intro: "Answers of `fleet seats` and `fleet what-if` that do not pass; no preview or update has them.",
    rules: [
      {
        id: "ask/too-few-seats",
        severity: "refuse",
        title: "As many seats as asked for",
        why: "`fleet seats` found fewer than `--at-least` tells (1 by default), by policy and, with `--survive 1`, with any one node lost.",
        example: "`fleet seats --cpu 4 --memory 64Gi --survive 1` where one node alone has 64Gi left.",
        fix: "Make room as the message says, or ask for a smaller shape.",
      },
      {
        id: "ask/lost-node",
        severity: "refuse",
        title: "All runners have a seat without the node",
        why: "`fleet what-if --loss 1` found a node whose loss leaves runners without a seat: their jobs would queue.",
        example: "The one node that carries the label that a scale set selects.",
        fix: "Add a node that admits the scale sets, or accept that they wait while it is lost.",
      },
    ],
  },
];
