import type { Fleet } from "../../model/fleet.ts";
import { untolerated } from "../../model/taint.ts";
import type { JudgeOptions } from "../capacity.ts";
import { findNeighbours, type Neighbours } from "./neighbours.ts";
import { type AdmittedLane, type OverflowCase, overflowCases } from "./overflow.ts";
import { type LaneBack, rollBackLanes } from "./rollback.ts";
import type { Rollback } from "./rules/roll-back.ts";
import { type Scenario, solveScenario } from "./scenario.ts";
import { type Survey, surveyRunners } from "./survey.ts";

/** The runners of a fleet with every placement question solved: what rules and questions are answered from. */
export interface Study {
  readonly survey: Survey;
  readonly cases: readonly OverflowCase[];
  /** All runners at their maxima, by requests alone. */
  readonly requests: Scenario;
  /** The same with the memory limits kept. */
  readonly limits: Scenario;
  /** By overflow case: each of its lanes put back. */
  readonly byCase: readonly (readonly Rollback[])[];
  /** The distinct ones of them. */
  readonly rollbacks: readonly { readonly node: string; readonly scenario: Scenario }[];
  readonly neighbours: readonly Neighbours[];
}

export function studyRunners(fleet: Fleet, options: JudgeOptions): Study {
  const survey = surveyRunners(fleet, options);
  const cases = overflowCases(survey);
  const limits = solveScenario(survey, { limits: true });
  // A seating within the limits is one by requests too; only without it the second question is open.
  const requests = solveScenario(survey, { limits: false });
  const byCase = rollbacksOf(survey, limits, cases);
  const rollbacks = distinctScenarios(byCase.flat());
  return { survey, cases, requests, limits, byCase, rollbacks, neighbours: findNeighbours(survey) };
}

/** By overflow case. A lane that several overflow nodes put back on one node is one question. */
function rollbacksOf(survey: Survey, limits: Scenario, cases: readonly OverflowCase[]): Rollback[][] {
  const keyOf = ({ set, rollbackNode }: AdmittedLane) => `${set}:${rollbackNode}`;
  const asked = new Map<string, LaneBack>();
  for (const lane of cases.flatMap((c) => c.lanes)) {
    const key = keyOf(lane);
    if (asked.has(key) || !admitsBack(survey, lane)) continue;
    asked.set(key, { set: lane.set, node: lane.rollbackNode });
  }
  const keys = [...asked.keys()];
  const scenarios = rollBackLanes(survey, limits, [...asked.values()]);
  const byKey = new Map(keys.map((key, i) => [key, scenarios[i] as Scenario]));
  return cases.map(({ lanes }) =>
    lanes.map(
      (lane): Rollback => ({ lane, node: lane.lane.rollbackNode, scenario: byKey.get(keyOf(lane)) ?? null }),
    ),
  );
}

/** The node admits the lane as it is once it was put back, without what tolerates the overflow node's taint. */
function admitsBack({ sets, nodes }: Survey, { set, rollbackNode, back }: AdmittedLane): boolean {
  const target = nodes[rollbackNode]?.node;
  if (target === undefined || !sets[set]?.eligible.includes(rollbackNode)) return false;
  return untolerated(target.taints, back.tolerations).length === 0;
}

function distinctScenarios(rollbacks: readonly Rollback[]): { node: string; scenario: Scenario }[] {
  const distinct = new Map<Scenario, string>();
  for (const { node, scenario } of rollbacks) if (scenario) distinct.set(scenario, node);
  return [...distinct].map(([scenario, node]) => ({ node, scenario }));
}
