import type { Finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type {
  JudgeOptions,
  LabelCapacity,
  LargestMaximum,
  NodeCapacity,
  Placement,
  ScaleSetCapacity,
} from "../capacity.ts";
import { judgeEnvelope } from "./envelope.ts";
import { judgeParts, runnersOf } from "./explain.ts";
import { labelCapacities } from "./labels.ts";
import { largestMaxima } from "./maxima.ts";
import { nodeCapacities } from "./nodes.ts";
import { admitLanes } from "./rules/admit-lanes.ts";
import { boundWorstLimits } from "./rules/bound-worst-limits.ts";
import { budgetOwner } from "./rules/budget-owner.ts";
import { evidenceGates } from "./rules/evidence-gates.ts";
import { findEligibleNode } from "./rules/find-eligible-node.ts";
import { fitOverflowMemory } from "./rules/fit-overflow-memory.ts";
import { keepLabelCeiling } from "./rules/keep-label-ceiling.ts";
import { keepLaneLabel } from "./rules/keep-lane-label.ts";
import { keepMinimumZero } from "./rules/keep-minimum-zero.ts";
import { keepLabelsApart, keepNamesApart } from "./rules/keep-names-apart.ts";
import { knowNodeBudget } from "./rules/know-node-budget.ts";
import { limitWithinNode } from "./rules/limit-within-node.ts";
import { placeOneAtATime } from "./rules/place-one-at-a-time.ts";
import { recordCeiling } from "./rules/record-ceiling.ts";
import { rollBack } from "./rules/roll-back.ts";
import { selectKvm } from "./rules/select-kvm.ts";
import { shapeLabels } from "./rules/shape-labels.ts";
import { sizeImageFileSystem } from "./rules/size-image-file-system.ts";
import { stateOverflowStorage } from "./rules/state-overflow-storage.ts";
import { tellRollback } from "./rules/tell-rollback.ts";
import { carryTaint, tolerateExplicitly } from "./rules/tolerate-explicitly.ts";
import { isSeated, type PodSeats, podSeats, type Scenario } from "./scenario.ts";
import { type Study, studyRunners } from "./study.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "./survey.ts";

export interface RunnersJudgement {
  readonly nodes: NodeCapacity[];
  readonly labels: LabelCapacity[];
  readonly scaleSets: ScaleSetCapacity[];
  readonly placement: Placement;
  readonly findings: Finding[];
}

/**
 * Judges the runners of a fleet against its nodes and the operators' policy: whether all scale sets at their
 * maxima have a seat at once, by requests and within memory limits, and every rule about them. The age of
 * records is `judgeRecords`' part. Findings are in no particular order.
 */
export function judgeRunners(fleet: Fleet, options: JudgeOptions): RunnersJudgement {
  return judgeStudy(studyRunners(fleet, options));
}

/** The same for runners that are studied already. */
export function judgeStudy(study: Study): RunnersJudgement {
  const { survey, cases, requests, limits, neighbours } = study;
  const maxima = largestMaxima(study);
  const seats = podSeats(survey, limits.verdict === "placed" ? limits : requests);
  return {
    nodes: nodeCapacities(survey, seats),
    labels: labelCapacities(survey),
    scaleSets: survey.sets.map((s, i) => scaleSetCapacity(survey, s, maxima[i] as LargestMaximum)),
    placement: placementOf(survey, requests, seats),
    findings: [
      ...survey.sets.flatMap(({ set, path, envelope, active }) =>
        active ? judgeEnvelope(set, path, envelope) : [],
      ),
      ...findEligibleNode(survey),
      ...knowNodeBudget(survey),
      ...judgePlacement(survey, requests, limits, maxima),
      ...limitWithinNode(survey),
      ...keepMinimumZero(survey),
      ...shapeLabels(survey),
      ...keepLabelsApart(survey),
      ...keepNamesApart(survey),
      ...keepLabelCeiling(survey, maxima),
      ...recordCeiling(survey),
      ...budgetOwner(survey, maxima),
      ...selectKvm(survey),
      ...tolerateExplicitly(survey, cases),
      ...admitLanes(survey, cases),
      ...cases.flatMap((c, i) => [
        ...carryTaint(survey, c),
        ...fitOverflowMemory(survey, c),
        ...stateOverflowStorage(survey, c),
        ...placeOneAtATime(survey, c, neighbours),
        ...evidenceGates(survey, c),
        ...sizeImageFileSystem(survey, c),
        ...keepLaneLabel(survey, c),
        ...tellRollback(survey, c, requests, limits),
        ...rollBack(survey, c, study.byCase[i] ?? [], maxima),
      ]),
    ],
  };
}

/** Requests first; the limits are a question only where the requests have a seating. */
function judgePlacement(
  survey: Survey,
  requests: Scenario,
  limits: Scenario,
  maxima: readonly LargestMaximum[],
): Finding[] {
  const hopeless = new Set([...survey.sets.keys()].filter((s) => survey.sets[s]?.known.length === 0));
  const byRequests = judgeParts(survey, requests, maxima, hopeless);
  const unseated = new Set(byRequests.length === 0 ? hopeless : [...hopeless, ...unplaced(survey, requests)]);
  const byLimits = judgeParts(survey, limits, maxima, unseated);
  const worst = byRequests.length + byLimits.length === 0 ? boundWorstLimits(survey, limits) : [];
  return [...byRequests, ...byLimits, ...worst];
}

/** Scale sets in a part that has no proven seating. */
function unplaced(survey: Survey, scenario: Scenario): number[] {
  return [...survey.sets.keys()].filter((s) => scenario.shapes[s] && !isSeated(scenario, s));
}

function scaleSetCapacity(survey: Survey, surveyed: SurveyedSet, largest: LargestMaximum): ScaleSetCapacity {
  const { set, envelope, eligible } = surveyed;
  return {
    cluster: set.cluster,
    name: set.name,
    scope: set.scope,
    labels: set.labels,
    minRunners: set.minRunners,
    maxRunners: set.maxRunners,
    requests: envelope.requests,
    limits: envelope.limits,
    eligibleNodes: eligible.map((n) => (survey.nodes[n] as SurveyedNode).node.name),
    largest,
  };
}

function placementOf(survey: Survey, requests: Scenario, seats: readonly PodSeats[]): Placement {
  const { sets, nodes } = survey;
  const seated = sets.map(() => 0);
  const place = ({ set, node }: PodSeats) => {
    const { cluster, name } = (sets[set] as SurveyedSet).set;
    return { cluster, scaleSet: name, node: (nodes[node] as SurveyedNode).node.name };
  };
  const ofRunners = seats.filter(({ pod }) => pod === 0);
  for (const { set, count } of ofRunners) seated[set] = (seated[set] as number) + count;
  const unseated = sets.flatMap(({ set }, s) => {
    const runners = set.maxRunners - (seated[s] as number);
    return runners === 0 ? [] : [{ cluster: set.cluster, scaleSet: set.name, runners }];
  });
  const asked = sets.reduce((sum, s) => sum + s.set.maxRunners, 0);
  return {
    verdict: verdictOf(survey, requests),
    seats: ofRunners.map((seat) => ({ ...place(seat), runners: seat.count })),
    workflowSeats: seats.filter(({ pod }) => pod !== 0).map((seat) => ({ ...place(seat), pods: seat.count })),
    unseated,
    bound: boundOf(requests, survey, asked),
    asked,
  };
}

/** Nothing is proven of runners with missing figures. */
function verdictOf(survey: Survey, scenario: Scenario): Placement["verdict"] {
  const { parts, shapes, verdict } = scenario;
  const open = openParts(survey, scenario);
  if (parts.some((p, i) => p.solution.verdict === "impossible" && !open.has(i))) return "impossible";
  const unknownSet = survey.sets.some((s, i) => s.active && !shapes[i]);
  return unknownSet || verdict !== "placed" ? "undecided" : "placed";
}

/** Parts against which nothing is proven: runners of theirs may land on a node whose record lacks figures. */
function openParts({ sets }: Survey, { shapes, where }: Scenario): Set<number | undefined> {
  return new Set(
    sets.flatMap(({ active, known, eligible }, s) =>
      active && known.length < eligible.length ? (shapes[s] ?? []).map((g) => where[g]?.part) : [],
    ),
  );
}

/** Runners of each part are bounded by its own nodes, unless it is open. */
function boundOf(requests: Scenario, survey: Survey, asked: number): number {
  const open = openParts(survey, requests);
  const lost = requests.parts.map((_, part) => {
    if (open.has(part)) return 0;
    const { asked: all, bound } = runnersOf(survey, requests, part);
    return all - bound;
  });
  const apart = requests.shapes.some(
    (shape) => shape && new Set(shape.map((g) => requests.where[g]?.part)).size > 1,
  );
  // A runner whose two pods lie in different parts may be counted as lost in both.
  return asked - (apart ? Math.max(0, ...lost) : lost.reduce((sum, n) => sum + n, 0));
}
