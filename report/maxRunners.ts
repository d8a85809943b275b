import { count, listNames } from "../capacity/host/names.ts";
import type { Combinations } from "../capacity/questions/combinations.ts";
import type { MaximumAnswer, MaxRunnersAnswer } from "../capacity/questions/maxRunners.ts";
import type { Reach } from "../capacity/questions/reach.ts";
import { renderFinding } from "./findings.ts";
import type { Section } from "./sections.ts";
import { formatOneMore, formatReach, formatStop } from "./stops.ts";

/** The answer of `fleet max-runners`, for people. */

/** Combinations beyond these are counted, not printed. */
const MOST_ROWS = 20;
/** Scale sets beyond these get no line of what stops them. */
const MOST_STOPS = 20;

export function maxRunnersSections(answer: MaxRunnersAnswer): Section[] {
  const { scaleSets, together, findings } = answer;
  return [
    {
      before: ["The largest maxRunners of each scale set:"],
      table: {
        head: ["scale set", "declared", "alone", "alone, policy", "beside", "beside, policy"],
        rows: scaleSets.map((s) => [
          nameOf(s),
          `${s.declared}`,
          formatReach(s.alone.capacity),
          formatReach(s.alone.policy),
          formatReach(s.beside.capacity),
          formatReach(s.beside.policy),
        ]),
        text: [0],
      },
      after: [
        "alone: no runner of another scale set is there. beside: all others at their declared maxima. policy: by",
        "every rule, else by requests alone, as the scheduler places.",
      ],
    },
    { before: ["What stops one more beside the others:"], after: stopLines(scaleSets) },
    ...notes(answer),
    ...combinationSections("by capacity", together.capacity),
    ...combinationSections("by policy", together.policy),
    ...(findings.length === 0
      ? []
      : [{ before: ["What is declared does not pass:"], after: findings.map(renderFinding) }]),
    { before: [answer.exact ? "All figures are exact." : BOUNDS] },
  ];
}

const BOUNDS =
  "Not all figures are exact, as the fleet is large: `4 to 9` is at least 4, and 10 is proven to be too many.";

function nameOf({ cluster, scaleSet }: MaximumAnswer): string {
  return `${cluster}/${scaleSet}`;
}

function stopLines(scaleSets: readonly MaximumAnswer[]): string[] {
  const shown = scaleSets.slice(0, MOST_STOPS).flatMap((s) => {
    const { capacity, policy } = s.stops;
    const stops = [...(capacity ? [{ rule: "capacity", stop: capacity }] : [])];
    const lines = [...stops, ...policy.map((stop) => ({ rule: "policy", stop }))].map(({ rule, stop }) => {
      const oneMore = formatOneMore(stop);
      return `    by ${rule}: ${formatStop(stop)}${oneMore === "" ? "" : `; one more needs ${oneMore}`}`;
    });
    return lines.length === 0 ? [] : [`  ${nameOf(s)}`, ...lines];
  });
  const hidden = scaleSets.length - MOST_STOPS;
  return hidden > 0 ? [...shown, `  and ${count(hidden, "more scale set")}; --json has all.`] : shown;
}

function notes({ scaleSets }: MaxRunnersAnswer): Section[] {
  const uncounted = scaleSets.filter((s) => s.notCounted.length > 0);
  const none = ({ exact, atLeast }: Reach) => exact && (atLeast ?? 0) === 0;
  const hopeless = scaleSets.filter((s) => none(s.beside.capacity) || none(s.beside.policy));
  const before = [
    ...uncounted.map(
      (s) => `Not counted on for ${nameOf(s)}, since the record lacks figures: ${listNames(s.notCounted)}.`,
    ),
    ...(hopeless.length === 0
      ? []
      : [
          `No runner of ${listNames(hopeless.map(nameOf))} passes beside the others: make room, or leave the scale set out.`,
          "A maximum of 0 is no throttle: jobs that are queued then are not reconsidered.",
        ]),
  ];
  return before.length === 0 ? [] : [{ before }];
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function combinationSections(by: string, all: readonly Combinations[]): Section[] {
  return all.flatMap((one): Section[] => {
    const sets = one.columns.flatMap((c) => c.scaleSets);
    if (sets.length < 2) return [];
    const letter = (i: number) => LETTERS[i] ?? `c${i + 1}`;
    const wide = one.columns.length > LETTERS.length;
    const legend = one.columns.map((c, i) => {
      const alike = c.scaleSets.length === 1 ? "" : ", in sum (they are alike: split it as you like)";
      const most = c.atMost === null ? "" : `, at most ${c.atMost}`;
      return `  ${letter(i)}  ${listNames(c.scaleSets)}${alike}: declared ${c.declared}${most}`;
    });
    const head = `Together, ${by}, a runner of each at least: ${headline(one)}`;
    const shown = one.combinations.slice(0, MOST_ROWS);
    const hidden = one.combinations.length - shown.length;
    const table = {
      head: [...one.columns.map((_, i) => letter(i)), "runners", "one more needs"],
      rows: shown.map((c) => [
        ...c.maxima.map(String),
        `${c.runners}`,
        c.stops
          .map((stop, i) => (stop ? `${letter(i)}: ${formatOneMore(stop) || formatStop(stop)}` : ""))
          .filter((text) => text !== "")
          .join(", "),
      ]),
      text: [one.columns.length + 1],
    };
    const after = [
      ...(hidden > 0 ? [`and ${hidden} more; --json has all.`] : []),
      ...(one.leaveOut.length > 0
        ? [`Leaving out one of ${listNames(one.leaveOut)} makes room for a runner of each other.`]
        : []),
    ];
    return [
      {
        before: [head, ...(wide ? legend.slice(0, LETTERS.length) : legend)],
        ...(shown.length > 0 && !wide && { table }),
        after: wide ? [...sums(one), ...after] : after,
      },
    ];
  });
}

/** Of more scale sets than a table has room for, the sums alone. */
function sums({ combinations }: Combinations): string[] {
  return combinations
    .slice(0, MOST_ROWS)
    .map((c) => `  ${count(c.runners, "runner")} in sum; --json has each.`);
}

function headline({ combinations, complete, none }: Combinations): string {
  if (combinations.length === 0) return `${none}.`;
  const combos = count(combinations.length, "combination");
  return complete
    ? `${combos}, which ${combinations.length === 1 ? "is" : "are"} all: nothing can be raised without lowering something else.`
    : `${combos} that fit, of too many to tell all; none has more than a column's most.`;
}
