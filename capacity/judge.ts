import { sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Capacity, JudgeOptions } from "./capacity.ts";
import { judgeHosts } from "./host/host.ts";
import { judgeLayers } from "./layers/layers.ts";
import { checkOvercommit } from "./placement/overcommit.ts";
import { checkUnplaced } from "./placement/unplaced.ts";
import { judgeRecords } from "./records.ts";
import { judgeRunners } from "./runners/runners.ts";

/**
 * The one judgement: host → VM → cluster node → runner pods, requests and limits, decisions and their age.
 * Preview, gate, policy pack, `numafleet policy` and every what-if call this and nothing else.
 */
export function judge(fleet: Fleet, options: JudgeOptions): Capacity {
  const { hosts, findings: hostFindings } = judgeHosts(fleet);
  const { nodes, labels, scaleSets, placement, findings: runnerFindings } = judgeRunners(fleet, options);
  const findings = sortFindings([
    ...hostFindings,
    ...checkUnplaced(fleet),
    ...checkOvercommit(fleet),
    ...judgeLayers(fleet),
    ...runnerFindings,
    ...judgeRecords(fleet, options),
  ]);
  return { hosts, nodes, labels, scaleSets, placement, findings };
}
