import { type Finding, finding } from "../../../model/finding.ts";
import type { LargestMaximum } from "../../capacity.ts";
import { count } from "../../host/names.ts";
import { exclusion } from "../eligibility.ts";
import { runnersOf, setsOf } from "../explain.ts";
import { lowerMaximum } from "../maxima.ts";
import type { AdmittedLane, OverflowCase } from "../overflow.ts";
import type { Part, Scenario } from "../scenario.ts";
import type { Survey, SurveyedNode, SurveyedSet } from "../survey.ts";

/** A lane that is put back on its rollback node alone, with the placement of the whole fleet then. */
export interface Rollback {
  readonly lane: AdmittedLane;
  readonly node: string;
  /** null: selector or taints keep the lane off its rollback node, or the node is not in its cluster. */
  readonly scenario: Scenario | null;
}

/** Every admitted lane can be put back on its rollback node alone, and the whole fleet still fits. */
export function rollBack(
  survey: Survey,
  { overflow }: OverflowCase,
  rollbacks: readonly Rollback[],
  maxima: readonly LargestMaximum[],
): Finding[] {
  return rollbacks.flatMap(({ lane, node, scenario }) => {
    const { set, envelope, active } = survey.sets[lane.set] as SurveyedSet;
    if (!active || !envelope.pods) return [];
    const common = {
      rule: "overflow/rollback",
      path: `${lane.path}.rollbackNode`,
      subject: `scale set ${set.name}`,
    };
    if (scenario === null) {
      const target = survey.nodes[lane.rollbackNode] as SurveyedNode | undefined;
      const why = target
        ? `${node} ${exclusion(lane.back, target.node)}`
        : `cluster ${set.cluster} has no such node`;
      return [
        finding({
          ...common,
          message: `Lane ${set.name} cannot go back from ${overflow.node} to ${node}: ${why}.`,
          remedy: "Name a rollback node that selector and tolerations admit.",
        }),
      ];
    }
    const shape = scenario.shapes[lane.set] ?? [];
    const parts = [...new Set(shape.map((g) => scenario.where[g]?.part ?? -1))];
    const failing = parts.find((p) => scenario.parts[p]?.solution.verdict !== "placed");
    if (failing === undefined) return [];
    const { asked, bound } = runnersOf(survey, scenario, failing);
    const impossible = (scenario.parts[failing] as Part).solution.verdict === "impossible";
    const verdict = impossible
      ? `at most ${bound} of the ${count(asked, "runner")} that share its nodes fit by requests and memory limits, short by ${asked - bound}`
      : `cannot prove that the ${count(asked, "runner")} that share its nodes fit`;
    return [
      finding({
        ...common,
        have: bound,
        need: asked,
        limit: bound,
        unit: "runners",
        message: `Lane ${set.name} cannot go back from ${overflow.node} to ${node} alone with its ${count(set.maxRunners, "runner")}: ${verdict}.`,
        remedy: lowerMaximum(
          survey,
          maxima,
          setsOf(survey, scenario, failing),
          `Lower several maxima, or make room on ${node}.`,
        ),
      }),
    ];
  });
}
