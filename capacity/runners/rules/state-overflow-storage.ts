import { type Finding, finding } from "../../../model/finding.ts";
import { formatBytes } from "../../../model/format.ts";
import { listNames } from "../../host/names.ts";
import { everyContainer } from "../envelope.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** On an overflow node every container states ephemeral storage, request and limit, and both fit the node. */
export function stateOverflowStorage(
  { sets }: Survey,
  { overflow, surveyed, tenants }: OverflowCase,
): Finding[] {
  const { allocatable, running } = surveyed.node;
  const free =
    allocatable.ephemeralStorage === undefined || running === undefined
      ? undefined
      : allocatable.ephemeralStorage - running.ephemeralStorage;
  return tenants.flatMap((s) => {
    const { set, path, envelope } = sets[s] as SurveyedSet;
    const common = {
      rule: "overflow/ephemeral",
      path: `${path}.containers`,
      subject: `scale set ${set.name}`,
    };
    const unstated = everyContainer(set).flatMap((c) => [
      ...(c.requests.ephemeralStorage === undefined ? [`request of container ${c.name}`] : []),
      ...(c.limits.ephemeralStorage === undefined ? [`limit of container ${c.name}`] : []),
    ]);
    if (unstated.length > 0) {
      return [
        finding({
          ...common,
          message: `Scale set ${set.name} may land on ${overflow.node} but states no ephemeral-storage ${listNames(unstated)}: cannot prove that it fits there.`,
          remedy: `State ephemeral-storage requests and limits, or keep the scale set off ${overflow.node}.`,
        }),
      ];
    }
    if (free === undefined) return [];
    const pods = envelope.pods ?? [];
    const needs = [
      { what: "request", need: Math.max(0, ...pods.map((p) => p.ephemeralStorage)) },
      { what: "limit", need: Math.max(0, ...pods.map((p) => p.ephemeralLimit)) },
    ];
    return needs.flatMap(({ what, need }) => {
      if (need <= free) return [];
      return [
        finding({
          ...common,
          have: free,
          need,
          limit: free,
          unit: "bytes",
          message: `A runner of scale set ${set.name} has an ephemeral-storage ${what} of ${formatBytes(need)}, ${overflow.node} has ${formatBytes(free)} free: short by ${formatBytes(need - free)}.`,
          remedy: `Lower the ${what}, or keep the scale set off ${overflow.node}.`,
        }),
      ];
    });
  });
}
