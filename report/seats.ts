import { count, listNames } from "../capacity/host/names.ts";
import type { Seats, SeatsAnswer, SeatsQuestion } from "../capacity/questions/seats.ts";
import { describeRequests, runnerEnvelope } from "../capacity/runners/envelope.ts";
import type { Finding } from "../model/finding.ts";
import { formatBytes } from "../model/format.ts";
import type { ScaleSet } from "../model/scaleset.ts";
import { renderFinding } from "./findings.ts";
import type { Section } from "./sections.ts";
import { formatOneMore, formatReach, formatStop } from "./stops.ts";

/** The answer of `fleet seats`, for people. */

/** Nodes beyond these are counted. */
const MOST_NODES = 5;

/** `4 CPU, 32Gi memory with a memory limit of 64Gi`. */
export function describeShape(shape: ScaleSet): string {
  const { requests, limits } = runnerEnvelope(shape);
  const limit = limits.memory === null ? "" : ` with a memory limit of ${formatBytes(limits.memory)}`;
  return `${describeRequests(requests)}${limit}`;
}

export function seatsSections(
  { shape, beside, survive }: SeatsQuestion,
  answer: SeatsAnswer,
  findings: readonly Finding[],
): Section[] {
  const { capacity, policy, excluded, notCounted, exact } = answer;
  const selector = Object.entries(shape.selector).map(([key, value]) => `${key}=${value}`);
  const where = selector.length === 0 ? "" : `, on nodes with ${selector.join(", ")}`;
  const both = [
    { by: "by capacity", seats: capacity },
    { by: "by policy", seats: policy },
  ];
  return [
    {
      before: [
        `Seats for ${describeShape(shape)} in cluster ${shape.cluster}${where},`,
        `${BESIDE[beside](answer.besideRunners)} and all that runs there besides:`,
      ],
      table: {
        head: ["", "seats", ...(survive ? ["any one node lost"] : []), "where"],
        rows: both.map(({ by, seats }) => [
          by,
          formatReach(seats.seats),
          ...(survive ? [formatSurvival(seats)] : []),
          whereText(seats),
        ]),
        text: [0, survive ? 3 : 2],
      },
      after: [
        "by capacity: by requests alone, as the scheduler places; by policy: by every rule of the fleet.",
        ...survivalNotes([capacity, policy]),
      ],
    },
    {
      before: ["What stops the next one:"],
      after: both.flatMap(({ by, seats }) =>
        seats.stops.map((stop) => {
          const oneMore = formatOneMore(stop);
          return `  ${by}: ${formatStop(stop)}${oneMore === "" ? "" : `; one more needs ${oneMore}`}`;
        }),
      ),
    },
    ...excludedSection(excluded),
    ...(notCounted.length === 0
      ? []
      : [{ before: [`Not counted on, since the record lacks figures: ${listNames(notCounted)}.`] }]),
    ...(findings.length === 0 ? [] : [{ before: findings.map(renderFinding) }]),
    {
      before: [
        exact
          ? "All figures are exact."
          : "Not all figures are exact, as the fleet is large: `4 to 9` is at least 4, and 10 is proven to be too many.",
      ],
    },
  ];
}

const BESIDE: Readonly<Record<SeatsQuestion["beside"], (runners: number) => string>> = {
  maxima: (n) => `beside all scale sets at their maxima (${count(n, "runner")})`,
  minima: (n) => `beside what the scale sets keep warm (${count(n, "runner")})`,
  nothing: () => "beside no runner of the fleet",
};

function formatSurvival({ survive }: Seats): string {
  if (!survive) return "";
  const { seats, worst } = survive;
  return worst ? `${formatReach(seats)} (${worst.node})` : formatReach(seats);
}

/** A loss that the fleet's own runners do not survive. */
function survivalNotes(all: readonly Seats[]): string[] {
  const nodes = all.flatMap(({ survive }) =>
    survive?.worst?.verdict === "impossible" ? [survive.worst.node] : [],
  );
  return [...new Set(nodes)].map(
    (node) => `Without ${node} the fleet's own runners have no seats, so no more of the shape has one.`,
  );
}

function whereText({ where }: Seats): string {
  if (where.length === 0) return "-";
  const shown = where.slice(0, MOST_NODES).map(({ node, seats }) => `${node} ${seats}`);
  const more = where.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${count(more, "more node")}`;
}

function excludedSection(excluded: SeatsAnswer["excluded"]): Section[] {
  if (excluded.length === 0) return [];
  const shown = excluded.slice(0, MOST_NODES).map(({ node, why }) => `  ${node} ${why}`);
  const more = excluded.length - shown.length;
  return [
    {
      before: ["Nodes that do not admit it:"],
      after: more === 0 ? shown : [...shown, `  and ${count(more, "more node")}; --json has all.`],
    },
  ];
}
