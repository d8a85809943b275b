import { findNeighbours } from "../runners/neighbours.ts";
import { DIMENSIONS } from "../runners/placement/problem.ts";
import { type Solution, solver } from "../runners/placement/solve.ts";
import type { Part, Scenario } from "../runners/scenario.ts";
import type { Study } from "../runners/study.ts";
import type { Survey } from "../runners/survey.ts";

/**
 * The same nodes, pods and policy with no runner there. The bounds of the placement are those of the nodes,
 * so they are shared, and asking for one scale set alone costs no second study.
 */
export function emptyStudy(study: Study): Study {
  const survey = emptySurvey(study.survey);
  return {
    ...study,
    survey,
    requests: emptyScenario(study.requests),
    limits: emptyScenario(study.limits),
    byCase: [],
    rollbacks: study.rollbacks.map(({ node, scenario }) => ({ node, scenario: emptyScenario(scenario) })),
    neighbours: findNeighbours(survey),
  };
}

export function emptySurvey(survey: Survey): Survey {
  const sets = survey.sets.map((s) => ({ ...s, set: { ...s.set, maxRunners: 0 }, active: false }));
  return { ...survey, sets, fleet: { ...survey.fleet, scaleSets: sets.map((s) => s.set) } };
}

export function emptyScenario(scenario: Scenario): Scenario {
  const parts = scenario.parts.map(({ component, solver: own }): Part => {
    const none = component.groups.map(() => 0);
    const solution: Solution = {
      verdict: "placed",
      seats: none.map(() => []),
      seated: 0,
      bound: 0,
      free: component.free,
    };
    return { component, solver: solver(component, none, own.known), solution };
  });
  return { ...scenario, parts, verdict: "placed" };
}

/** What each node of the problem has left after the seating that was found. */
export function freeAfter({ problem, parts }: Scenario): Float64Array {
  const free = Float64Array.from(problem.free);
  for (const { component, solution } of parts) {
    component.nodeIds.forEach((node, local) => {
      for (let d = 0; d < DIMENSIONS; d++)
        free[node * DIMENSIONS + d] = solution.free[local * DIMENSIONS + d] as number;
    });
  }
  return free;
}
