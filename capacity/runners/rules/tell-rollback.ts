import { type Finding, finding } from "../../../model/finding.ts";
import { formatTaint } from "../../../model/taint.ts";
import { count } from "../../host/names.ts";
import type { OverflowCase } from "../overflow.ts";
import { isSeated, podSeats, type Scenario } from "../scenario.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * Says, as long as a lane is rolled back, that it is, and how many of its runners have a seat where it went. Where
 * memory limits leave it without a proven seating, the seats are told by requests, and called so.
 */
export function tellRollback(
  survey: Survey,
  { overflow, rolledBack }: OverflowCase,
  requests: Scenario,
  limits: Scenario,
): Finding[] {
  if (rolledBack.length === 0) return [];
  const { sets } = survey;
  const [withinLimits, byRequests] = [podSeats(survey, limits), podSeats(survey, requests)];
  return rolledBack.flatMap(({ lane, path, set: s, rollbackNode }) => {
    const { set, active } = sets[s] as SurveyedSet;
    if (!active) return [];
    const isWithinLimits = isSeated(limits, s);
    const seated = (isWithinLimits ? withinLimits : byRequests)
      .filter((seat) => seat.set === s && seat.pod === 0 && seat.node === rollbackNode)
      .reduce((sum, seat) => sum + seat.count, 0);
    const measure = isWithinLimits ? "" : "by requests alone, without memory limits, ";
    return [
      finding({
        rule: "overflow/rolled-back",
        severity: "warn",
        path: `${path}.rolledBack`,
        subject: `scale set ${set.name}`,
        have: seated,
        need: set.maxRunners,
        unit: "runners",
        message: `Lane ${set.name} is rolled back from ${overflow.node} to ${lane.rollbackNode} alone: it does not tolerate ${formatTaint(overflow.taint)}, and ${measure}${seated} of its ${count(set.maxRunners, "runner")} ${seated === 1 ? "has" : "have"} a seat on ${lane.rollbackNode}.`,
        remedy: `Set rolledBack to false to admit it to ${overflow.node} again; its gates are judged then.`,
      }),
    ];
  });
}
