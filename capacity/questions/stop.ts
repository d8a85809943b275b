import type { Limit } from "../runners/maxima.ts";
import { DIMENSIONS, type Group, room, take } from "../runners/placement/problem.ts";
import { solve } from "../runners/placement/solve.ts";
import type { Part, Scenario } from "../runners/scenario.ts";
import type { Survey, SurveyedSet } from "../runners/survey.ts";
import { freeAfter } from "./alone.ts";
import { type Shortage, shortageOf } from "./shortage.ts";

/** What stops one more runner. */
export interface Stop {
  /** `capacity`: the nodes, by requests alone. The others are the policy's. */
  readonly by: "capacity" | Limit["kind"] | "record";
  /** `label ceiling 4`; empty where `shortage` tells it. */
  readonly text: string;
  readonly shortage: Shortage | null;
  /** What one more would need: `a ceiling of 5 for label a`; empty where `shortage` tells it or it is not known. */
  readonly oneMore: string;
}

/** Operations to find the seating that leaves room for no more, and the largest part for which that is done. */
const NAMING_OPERATIONS = 2_000_000;
const MOST_LINKS = 2_000;

/** What one more than `fits` lacks; undefined where the seating is not found, or the part is too large to look. */
export function shortageAt(
  survey: Survey,
  scenario: Scenario,
  s: number,
  fits: number,
): Shortage | undefined {
  const shape = scenario.shapes[s];
  if (!shape) return undefined;
  const now = (survey.sets[s] as SurveyedSet).set.maxRunners;
  const free = freeWith(scenario, shape, Math.max(0, fits) - now);
  return free && shortageOf(survey, scenario, shape, free);
}

/** What is left with some more (or fewer) runners of one shape; undefined if no seating is found. */
function freeWith(scenario: Scenario, shape: readonly number[], more: number): Float64Array | undefined {
  const free = freeAfter(scenario);
  for (const index of new Set(shape.map((g) => scenario.where[g]?.part as number))) {
    const { component, solver, solution } = scenario.parts[index] as Part;
    const pods = component.groupIds.map((id) => more * shape.filter((g) => g === id).length);
    const left =
      filled(scenario.parts[index] as Part, pods) ??
      (component.links > MOST_LINKS ? undefined : seated(solver, solution, pods));
    if (!left) return undefined;
    component.nodeIds.forEach((node, local) => {
      free.set(left.subarray(local * DIMENSIONS, (local + 1) * DIMENSIONS), node * DIMENSIONS);
    });
  }
  return free;
}

/** The declared seating with more pods in what it leaves; undefined if they have no room in that order. */
function filled({ component, solution }: Part, pods: readonly number[]): Float64Array | undefined {
  if (solution.verdict !== "placed" || pods.some((n) => n < 0)) return undefined;
  const free = Float64Array.from(solution.free);
  for (const [g, n] of pods.entries()) {
    const { demand, nodes } = component.groups[g] as Group;
    let rest = n;
    for (const node of nodes) {
      if (rest === 0) break;
      const taken = Math.min(rest, room(free, node, demand));
      if (taken > 0) take(free, node, demand, taken);
      rest -= taken;
    }
    if (rest > 0) return undefined;
  }
  return free;
}

function seated(solver: Part["solver"], declared: Part["solution"], pods: readonly number[]) {
  const counts = solver.counts.map((n, g) => Math.max(0, n + (pods[g] as number)));
  const same = pods.every((n) => n === 0);
  const solution = same ? declared : solve(solver, counts, { left: NAMING_OPERATIONS });
  return solution.verdict === "placed" ? solution.free : undefined;
}
