import { type Finding, finding } from "../../../model/finding.ts";
import { GATES } from "../../../model/policy.ts";
import { judgeAge } from "../../records.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** Every admission gate of a lane has evidence, and the evidence is recent. */
export function evidenceGates(
  { sets, fleet, options }: Survey,
  { overflow, lanes }: OverflowCase,
): Finding[] {
  return lanes.flatMap(({ lane, path, set }) => {
    const { active } = sets[set] as SurveyedSet;
    if (!active) return [];
    const subject = `scale set ${lane.scaleSet}`;
    const missing = GATES.filter((gate) => !lane.gates.some((g) => g.gate === gate)).map((gate) =>
      finding({
        rule: "overflow/gate-missing",
        path: `${path}.gates`,
        subject,
        message: `Lane ${lane.scaleSet} has no evidence for the gate ${gate} of ${overflow.node}.`,
        remedy: `Check the gate and record date and evidence, or take the lane out of ${overflow.node}.`,
      }),
    );
    const byDate = new Map<string, number[]>();
    lane.gates.forEach((g, i) => {
      byDate.set(g.date, [...(byDate.get(g.date) ?? []), i]);
    });
    const outdated = [...byDate].flatMap(([date, gates]) =>
      judgeAge(
        "overflow/gate-outdated",
        {
          what: `Evidence of lane ${lane.scaleSet} on ${overflow.node} for ${gates.map((i) => lane.gates[i]?.gate).join(", ")}`,
          subject,
          path: `${path}.gates[${gates[0]}].date`,
          date,
          remedy: "Check the gates again and record date and evidence.",
        },
        fleet.policy.recordAge,
        options.today,
      ),
    );
    return [...missing, ...outdated];
  });
}
