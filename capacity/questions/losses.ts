import { type Finding, finding, sortFindings } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { JudgeOptions } from "../capacity.ts";
import { count, listNames } from "../host/names.ts";
import { total } from "../runners/placement/problem.ts";
import type { Effort } from "../runners/placement/search.ts";
import type { Solution } from "../runners/placement/solve.ts";
import { type Part, podSeats, type Scenario } from "../runners/scenario.ts";
import { studyRunners } from "../runners/study.ts";
import type { Survey } from "../runners/survey.ts";
import { asSolution, isPlaced, type Losses, lossesOf, placesOf, repair, solveWithout } from "./loss.ts";
import { plainStudy } from "./maxRunners.ts";

/** What the loss of one node does to the runners of a fleet at their maxima. */
export interface NodeLoss {
  readonly cluster: string;
  readonly node: string;
  /** Runners that the shown placement seats there. */
  readonly runners: number;
  /** As the scheduler places, which knows no policy. */
  readonly requests: LossVerdict;
  /** With memory limits and one-at-a-time nodes kept. */
  readonly limits: LossVerdict;
}

export interface LossVerdict {
  readonly verdict: Solution["verdict"];
  /** Runners without a seat: proven, and those of the best seating that was found. */
  readonly unseated: { readonly atLeast: number; readonly atMost: number; readonly exact: boolean };
  /** Whose runners they are in that seating; it is one choice of several. Empty where it is not told. */
  readonly scaleSets: readonly {
    readonly cluster: string;
    readonly scaleSet: string;
    readonly runners: number;
  }[];
}

export interface LossesAnswer {
  /** In declaration order. */
  readonly losses: readonly NodeLoss[];
  readonly findings: readonly Finding[];
  readonly exact: boolean;
}

/** Operations for all losses of one question, and for one of them: two seconds at worst. */
const OPERATIONS = 80_000_000;
const LOSS_OPERATIONS = 2_000_000;
/** Losses of which it is told whose runners are unseated. */
const MOST_TOLD = 300;

/** The loss of each node, one at a time. Pure. */
export function askLosses(fleet: Fleet, options: JudgeOptions): LossesAnswer {
  const study = studyRunners(fleet, options);
  const { survey, requests, limits } = study;
  const plain = plainStudy(study, options);
  const byRequests = lossesBy(plain.survey, plain.requests);
  const byLimits = lossesBy(survey, limits);
  const seated = runnersByNode(survey, limits.verdict === "placed" ? limits : requests);
  const losses = survey.nodes.map(
    ({ node }, n): NodeLoss => ({
      cluster: node.cluster,
      node: node.name,
      runners: seated[n] as number,
      requests: byRequests(n),
      limits: byLimits(n),
    }),
  );
  return {
    losses,
    findings: sortFindings(losses.flatMap((l, n) => lossFindings(l, `nodes[${n}]`))),
    exact: losses.every((l) => l.requests.unseated.exact && l.limits.unseated.exact),
  };
}

function runnersByNode(survey: Survey, scenario: Scenario): number[] {
  const runners = survey.nodes.map(() => 0);
  for (const { node, pod, count: n } of podSeats(survey, scenario))
    if (pod === 0) runners[node] = (runners[node] as number) + n;
  return runners;
}

/** Answers for each node of the fleet, by one placement question. */
function lossesBy(survey: Survey, scenario: Scenario): (node: number) => LossVerdict {
  const places = placesOf(scenario);
  const ranks = new Map(scenario.nodes.map((n, rank) => [n, rank]));
  const prepared = new Map<number, Losses>();
  const effort: Effort = { left: OPERATIONS };
  let told = 0;
  const whole = verdictOf(survey, scenario, true);
  return (n) => {
    const place = places[ranks.get(n) ?? -1];
    if (!place) return whole;
    const part = scenario.parts[place.part] as Part;
    const own = prepared.get(place.part) ?? lossesOf(part);
    prepared.set(place.part, own);
    const repaired = repair(own, place.local);
    const placed = isPlaced(repaired);
    // What the others of the fleet lack is lacked without the node too; only its own part is in question.
    if (placed && whole.verdict === "placed") return PLACED;
    const better = placed ? undefined : solveWithout(part, place.local, effort, LOSS_OPERATIONS);
    const found = asSolution(repaired);
    const solution = !better
      ? found
      : better.solution.seated >= found.seated
        ? better.solution
        : { ...better.solution, seats: found.seats, seated: found.seated };
    const component = better?.component ?? part.component;
    const parts = scenario.parts.with(place.part, { component, solver: part.solver, solution });
    return verdictOf(survey, { ...scenario, parts }, told++ < MOST_TOLD);
  };
}

const PLACED: LossVerdict = {
  verdict: "placed",
  unseated: { atLeast: 0, atMost: 0, exact: true },
  scaleSets: [],
};

function verdictOf(survey: Survey, scenario: Scenario, tell: boolean): LossVerdict {
  const verdicts = scenario.parts.map((p) => p.solution.verdict);
  const incomplete = survey.sets.some(
    (s, i) => s.active && (!scenario.shapes[i] || s.known.length < s.eligible.length),
  );
  const impossible = verdicts.includes("impossible") && !incomplete;
  const undecided = incomplete || verdicts.includes("undecided") || verdicts.includes("impossible");
  const verdict = impossible ? "impossible" : undecided ? "undecided" : "placed";
  if (verdict === "placed") return PLACED;
  // A runner of two pods may be counted as lost in two parts.
  const pods = Math.max(1, ...scenario.shapes.map((shape) => shape?.length ?? 1));
  const lost = total(scenario.parts.map(({ solver, solution }) => total(solver.counts) - solution.bound));
  const atLeast = incomplete ? 0 : Math.ceil(lost / pods);
  if (!tell) {
    const seated = total(scenario.parts.map((p) => p.solution.seated));
    const atMost = total(scenario.parts.map((p) => total(p.solver.counts))) - seated;
    return { verdict, unseated: { atLeast, atMost, exact: atLeast === atMost }, scaleSets: [] };
  }
  const seats = survey.sets.map(() => 0);
  for (const { set, pod, count: n } of podSeats(survey, scenario))
    if (pod === 0) seats[set] = (seats[set] as number) + n;
  const scaleSets = survey.sets.flatMap(({ set }, s) => {
    const runners = set.maxRunners - (seats[s] as number);
    return runners === 0 ? [] : [{ cluster: set.cluster, scaleSet: set.name, runners }];
  });
  const atMost = total(scaleSets.map((s) => s.runners));
  return { verdict, unseated: { atLeast, atMost, exact: atLeast === atMost }, scaleSets };
}

function lossFindings({ cluster, node, requests, limits }: NodeLoss, path: string): Finding[] {
  const [by, { verdict, unseated, scaleSets }] =
    requests.verdict === "placed" ? (["by policy", limits] as const) : (["by requests", requests] as const);
  if (verdict === "placed") return [];
  const { atLeast, atMost } = unseated;
  const runners = atLeast === atMost ? count(atMost, "runner") : `${atLeast} to ${count(atMost, "runner")}`;
  const whose =
    scaleSets.length === 0
      ? ""
      : `, such as ${listNames(scaleSets.map((s) => `${s.runners} of ${s.scaleSet}`))}`;
  const fact =
    verdict === "impossible"
      ? `${runners} ${atMost === 1 ? "has" : "have"} no seat ${by}${whose}`
      : `it is not proven that all runners have a seat ${by} (${runners} ${atMost === 1 ? "has" : "have"} none in the best seating found)`;
  return [
    finding({
      rule: "ask/lost-node",
      severity: requests.verdict === "placed" ? "warn" : "refuse",
      path,
      subject: `node ${node}`,
      have: atMost,
      need: 0,
      limit: 0,
      unit: "runners",
      message: `Without node ${node} of cluster ${cluster}: ${fact}.`,
      remedy: "Add a node that admits these scale sets, or accept that their jobs wait while it is lost.",
    }),
  ];
}
