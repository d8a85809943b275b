import { type Finding, finding } from "../../../model/finding.ts";
import { formatBytes } from "../../../model/format.ts";
import { listNames } from "../../host/names.ts";
import { runnerWrites } from "../imageFiles.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * The audit of the kubelet's root and image file system states what it found free, and that holds the ephemeral
 * storage that the lane's runners may take up there: beside those of the node's other lanes, unless it takes one
 * runner at a time.
 */
export function sizeImageFileSystem({ sets }: Survey, { overflow, lanes }: OverflowCase): Finding[] {
  const active = lanes.filter((l) => (sets[l.set] as SurveyedSet).active);
  return active.flatMap((admitted) => {
    const { lane, path, set: s } = admitted;
    const { set } = sets[s] as SurveyedSet;
    const at = lane.gates.findIndex((g) => g.gate === "imagefs");
    const gate = lane.gates[at];
    if (gate === undefined) return [];
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
    const together = overflow.oneAtATime ? [admitted] : active;
    const need = together.reduce((sum, l) => {
      const other = sets[l.set] as SurveyedSet;
      return sum + runnerWrites(other) * (overflow.oneAtATime ? 1 : other.set.maxRunners);
    }, 0);
    const names = together.map((l) => l.lane.scaleSet);
    const who = names.length === 1 ? `Lane ${set.name}` : `Lanes ${listNames(names)} together`;
    if (need <= free) return [];
    return [
      finding({
        ...common,
        have: free,
        need,
        limit: free,
        unit: "bytes",
        message: `${who} may write ${formatBytes(need)} of ephemeral storage on ${overflow.node}, the image file system audit of ${gate.date} found ${formatBytes(free)} free: short by ${formatBytes(need - free)}.`,
        remedy: `Lower the limit, make room and audit again, or take the lane out of ${overflow.node}.`,
      }),
    ];
  });
}
