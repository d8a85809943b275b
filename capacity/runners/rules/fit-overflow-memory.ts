import { type Finding, finding } from "../../../model/finding.ts";
import { formatBytes } from "../../../model/format.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** A runner's memory request fits the overflow node, not only the large one. Unknown figures have their own rule. */
export function fitOverflowMemory(
  { sets }: Survey,
  { overflow, surveyed, tenants }: OverflowCase,
): Finding[] {
  const { allocatable, running } = surveyed.node;
  if (allocatable.memory === undefined || running === undefined) return [];
  const free = allocatable.memory - running.memory;
  return tenants.flatMap((s) => {
    const { set, path, envelope } = sets[s] as SurveyedSet;
    const need = Math.max(0, ...(envelope.pods ?? []).map((p) => p.memory));
    if (need <= free) return [];
    return [
      finding({
        rule: "overflow/memory",
        path: `${path}.containers`,
        subject: `scale set ${set.name}`,
        have: free,
        need,
        limit: free,
        unit: "bytes",
        message: `A runner of scale set ${set.name} requests ${formatBytes(need)} of memory, ${overflow.node} has ${formatBytes(free)} free: short by ${formatBytes(need - free)}.`,
        remedy: `Lower the request, or keep the scale set off ${overflow.node}.`,
      }),
    ];
  });
}
