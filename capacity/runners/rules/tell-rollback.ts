import { type Finding, finding } from "../../../model/finding.ts";
import { formatTaint } from "../../../model/taint.ts";
import { count } from "../../host/names.ts";
import type { OverflowCase } from "../overflow.ts";
import type { PodSeats } from "../scenario.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** Says, as long as a lane is rolled back, that it is, and how many of its runners have a seat where it went. */
export function tellRollback(
  { sets }: Survey,
  { overflow, rolledBack }: OverflowCase,
  seats: readonly PodSeats[],
): Finding[] {
  return rolledBack.flatMap(({ lane, path, set: s, rollbackNode }) => {
    const { set, active } = sets[s] as SurveyedSet;
    if (!active) return [];
    const seated = seats
      .filter((seat) => seat.set === s && seat.pod === 0 && seat.node === rollbackNode)
      .reduce((sum, seat) => sum + seat.count, 0);
    return [
      finding({
        rule: "overflow/rolled-back",
        severity: "warn",
        path: `${path}.rolledBack`,
        subject: `scale set ${set.name}`,
        have: seated,
        need: set.maxRunners,
        unit: "runners",
        message: `Lane ${set.name} is rolled back from ${overflow.node} to ${lane.rollbackNode} alone: it does not tolerate ${formatTaint(overflow.taint)}, and ${seated} of its ${count(set.maxRunners, "runner")} ${seated === 1 ? "has" : "have"} a seat on ${lane.rollbackNode}.`,
        remedy: `Set rolledBack to false to admit it to ${overflow.node} again; its gates are judged then.`,
      }),
    ];
  });
}
