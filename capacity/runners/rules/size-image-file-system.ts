import { type Finding, finding } from "../../../model/finding.ts";
import { formatBytes } from "../../../model/format.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * The audit of the kubelet's root and image file system states what it found free, and that holds the ephemeral
 * storage that the lane's runners may take up there.
 */
export function sizeImageFileSystem({ sets }: Survey, { overflow, lanes }: OverflowCase): Finding[] {
  return lanes.flatMap(({ lane, path, set: s }) => {
    const { set, active, envelope } = sets[s] as SurveyedSet;
    const at = lane.gates.findIndex((g) => g.gate === "imagefs");
    const gate = lane.gates[at];
    if (!active || gate === undefined) return [];
    const common = {
      rule: "overflow/imagefs",
      path: `${path}.gates[${at}].free`,
      subject: `scale set ${set.name}`,
    };
    const { free } = gate;
    if (free === undefined) {
      return [
        finding({
          ...common,
          message: `The image file system audit of ${gate.date} on ${overflow.node} states no figure: cannot prove that it holds what lane ${set.name} writes.`,
          remedy: "Record in `free` what the audit found free on the kubelet's root and image file system.",
        }),
      ];
    }
    // Without a limit a runner's storage is not bounded; `overflow/ephemeral` refuses that.
    const one = envelope.limits.ephemeralStorage ?? envelope.requests.ephemeralStorage ?? 0;
    const runners = overflow.oneAtATime ? Math.min(1, set.maxRunners) : set.maxRunners;
    const need = one * runners;
    if (need <= free) return [];
    return [
      finding({
        ...common,
        have: free,
        need,
        limit: free,
        unit: "bytes",
        message: `Lane ${set.name} may write ${formatBytes(need)} of ephemeral storage on ${overflow.node}, the image file system audit of ${gate.date} found ${formatBytes(free)} free: short by ${formatBytes(need - free)}.`,
        remedy: `Lower the limit, make room and audit again, or take the lane out of ${overflow.node}.`,
      }),
    ];
  });
}
