import { count, listNames } from "../capacity/host/names.ts";
import { type Change, pressureTaint, reaches } from "../capacity/questions/change.ts";
import type { LossesAnswer, LossVerdict, NodeLoss } from "../capacity/questions/losses.ts";
import type { Side, WhatIfAnswer } from "../capacity/questions/whatIf.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatBytes, formatCpu } from "../model/format.ts";
import { renderFinding } from "./findings.ts";
import type { Section } from "./sections.ts";
import { diffRows } from "./table.ts";

/** The answer of `fleet what-if`, for people. */

/** Rows and findings beyond these are counted. */
const MOST_ROWS = 40;
const MOST_FINDINGS = 20;

export function whatIfSections({
  before,
  after,
  difference,
  appeared,
  resolved,
  moved,
}: WhatIfAnswer): Section[] {
  const told = (title: string, all: WhatIfAnswer["appeared"]): Section[] => {
    if (all.length === 0) return [];
    const more = all.length - MOST_FINDINGS;
    const shown = all.slice(0, MOST_FINDINGS).map(renderFinding);
    return [{ before: [title], after: more > 0 ? [...shown, `and ${more} more; --json has all.`] : shown }];
  };
  const rows = moved.slice(0, MOST_ROWS);
  return [
    { before: [`Before: ${sideText(before)}`, `After: ${sideText(after)}`] },
    ...differenceSections(difference),
    ...(rows.length === 0
      ? []
      : [
          {
            before: ["Runners in the placement that is shown:"],
            table: {
              head: ["scale set", "node", "before", "after"],
              rows: rows.map((m) => [`${m.cluster}/${m.scaleSet}`, m.node, `${m.before}`, `${m.after}`]),
              text: [0, 1],
            },
            after:
              moved.length > rows.length ? [`and ${moved.length - rows.length} more; --json has all.`] : [],
          },
        ]),
    ...told("New:", appeared),
    ...told("No longer:", resolved),
  ];
}

function differenceSections(difference: WhatIfAnswer["difference"]): Section[] {
  if (difference.empty) return [{ before: ["No figure differs."] }];
  const { head, rows, hidden } = diffRows(difference);
  return [
    { table: { head, rows, text: [0, 1] }, after: hidden > 0 ? [`and ${hidden} more; --json has all.`] : [] },
  ];
}

function sideText({ verdict, placement, findings }: Side): string {
  const { asked, unseated } = placement;
  const without = unseated.reduce((sum, u) => sum + u.runners, 0);
  const seats = {
    placed: `all ${count(asked, "runner")} have a seat at once`,
    impossible: `${without} of ${count(asked, "runner")} have no seat`,
    undecided: `it is not proven that all ${count(asked, "runner")} have a seat`,
  }[placement.verdict];
  const refusals = findings.filter((f) => f.severity === "refuse").length;
  const warnings = findings.length - refusals;
  const counts = [
    ...(refusals === 0 ? [] : [count(refusals, "refusal")]),
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
  ];
  return `${verdict}; ${seats}${counts.length === 0 ? "" : `; ${counts.join(", ")}`}.`;
}

/** What a reader has to know of a change beside its figures. */
export function noteSections(
  before: Fleet,
  after: Fleet,
  changes: readonly Change[],
  tolerationRestriction: boolean,
): Section[] {
  const notes = [
    ...dropNotes(before, changes),
    ...pressureNotes(after, changes, tolerationRestriction),
    ...changes.flatMap((c) =>
      c.kind === "max-runners" && c.maximum === 0
        ? [
            `A maximum of 0 for ${c.scaleSet.name} is no throttle: jobs that are queued then are not reconsidered.`,
          ]
        : [],
    ),
    ...(changes.some((c) => c.kind === "cordon")
      ? ["A cordoned node keeps the pods that run there; its runners are counted as ones that start anew."]
      : []),
  ];
  return notes.length === 0 ? [] : [{ before: notes }];
}

function dropNotes({ nodes }: Fleet, changes: readonly Change[]): string[] {
  return changes.flatMap((c) => {
    const node =
      c.kind === "drop"
        ? nodes.find((n) => n.name === c.node.name && n.cluster === c.node.cluster)
        : undefined;
    if (!node?.running || node.running.pods === 0) return [];
    const { cpu, memory, pods } = node.running;
    return [
      `What else runs on ${node.name} (${count(pods, "pod")}, ${formatCpu(cpu)} CPU, ${formatBytes(memory)}) is gone with it; the record does not tell which of it would need room elsewhere.`,
    ];
  });
}

function pressureNotes(
  { scaleSets, nodes }: Fleet,
  changes: readonly Change[],
  tolerationRestriction: boolean,
): string[] {
  const pressed = changes.flatMap((c) => (c.kind === "pressure" ? [c] : []));
  return (["memory", "disk", "pid"] as const).flatMap((of) => {
    const here = pressed.filter((c) => c.of === of);
    if (here.length === 0) return [];
    const names = listNames(here.map((c) => c.node.name));
    const what = of === "pid" ? "PID" : of;
    const taint = `${pressureTaint(of).key}:NoSchedule`;
    const keeps =
      of === "memory" && tolerationRestriction
        ? "which keeps BestEffort pods away, as the API server gives all others the toleration"
        : "which keeps every new pod away that does not tolerate it";
    const evicted = `Under ${what} pressure ${names} ${here.length === 1 ? "has" : "have"} the taint ${taint}, ${keeps}; runners that run there may be evicted, with their jobs.`;
    if (of === "memory") return [evicted];
    const still = scaleSets.filter((s) =>
      nodes.some(
        (n) => here.some((c) => c.node.name === n.name && c.node.cluster === n.cluster) && reaches(s, n, of),
      ),
    );
    if (still.length === 0) return [evicted];
    return [
      evicted,
      `${listNames(still.map((s) => s.name))} ${still.length === 1 ? "tolerates" : "tolerate"} that taint: the scheduler binds runners there all the same, the kubelet refuses them, and they fail. They are counted as having no room there.`,
    ];
  });
}

/** Losses that leave all in place beyond these are counted. */
const MOST_SOUND = 20;
const MOST_LOSSES = 60;

export function lossSections({ losses, findings, exact }: LossesAnswer): Section[] {
  const found = new Map(findings.map((f) => [f.path, f]));
  const remedies = new Map(findings.map((f) => [f.rule, f.remedy]));
  const harmful = losses.filter((l) => l.requests.verdict !== "placed" || l.limits.verdict !== "placed");
  const sound = losses.filter((l) => !harmful.includes(l));
  const shown = new Set([...harmful.slice(0, MOST_LOSSES), ...sound.slice(0, MOST_SOUND)]);
  const hidden = losses.length - shown.size;
  return [
    {
      before: [
        `The loss of any one node: ${harmful.length === 0 ? "all runners keep a seat." : `${harmful.length} of ${count(losses.length, "node")} ${harmful.length === 1 ? "is" : "are"} missed.`}`,
      ],
      table: {
        head: ["node lost", "runners there", "by capacity", "by policy", "without a seat", "of", "finding"],
        rows: losses
          .map((l, n) => [l, found.get(`nodes[${n}]`)] as const)
          .filter(([l]) => shown.has(l))
          .map(([l, finding]) => {
            const worse = l.limits.verdict === "placed" ? l.requests : l.limits;
            return [
              `${l.cluster}/${l.node}`,
              `${l.runners}`,
              VERDICTS[l.requests.verdict],
              VERDICTS[l.limits.verdict],
              unseatedText(worse),
              setsText(worse),
              finding === undefined ? "" : finding.severity === "warn" ? "warning" : "REFUSED",
            ];
          }),
        text: [0, 2, 3, 5, 6],
      },
      after: [
        ...(hidden > 0 ? [`and ${count(hidden, "more node")}; --json has all.`] : []),
        ...[...remedies].map(([rule, remedy]) => `${rule}: ${remedy}`),
        "by capacity: by requests alone, as the scheduler places; by policy: with memory limits and one-at-a-time nodes.",
        "Whose runners have no seat is one choice of several; the scheduler may make another.",
        ...(exact
          ? []
          : ["Not all figures are exact, as the fleet is large: `2 to 5` is at least 2 and at most 5."]),
      ],
    },
  ];
}

const VERDICTS: Readonly<Record<NodeLoss["requests"]["verdict"], string>> = {
  placed: "placed",
  impossible: "NOT PLACED",
  undecided: "NOT PROVEN",
};

function unseatedText({ unseated: { atLeast, atMost, exact } }: LossVerdict): string {
  return exact ? `${atMost}` : `${atLeast} to ${atMost}`;
}

function setsText({ scaleSets }: LossVerdict): string {
  return listNames(scaleSets.map((s) => `${s.scaleSet} ${s.runners}`));
}
