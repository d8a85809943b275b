import { refuses, sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Capacity, JudgeOptions } from "./capacity.ts";
import { judgeHosts } from "./host/host.ts";
import { judgeLayers } from "./layers/layers.ts";
import { checkRecords } from "./placement/kept.ts";
import { checkOvercommit } from "./placement/overcommit.ts";
import { type PlacedFleet, placeVms } from "./placement/placeVms.ts";
import { judgeRecords } from "./records.ts";
import { judgeRunners } from "./runners/runners.ts";

/**
 * The one judgement, of a fleet as it is once every VM has its place: host → VM → cluster node → runner pods, requests and limits, decisions and their age.
 * Preview, gate, policy pack, `numafleet policy` and every what-if call this and nothing else.
 */
export function judge(fleet: Fleet, options: JudgeOptions): Capacity {
  const { pressure } = options;
  return judgePlaced(placeVms(fleet, pressure && { pressure }), options);
}

/** The same of a fleet whose VMs have been placed, for those who need the places too. */
export function judgePlaced(placed: PlacedFleet, options: JudgeOptions): Capacity {
  const { fleet, records, made, findings: placing } = placed;
  const { hosts, findings: hostFindings } = judgeHosts(fleet);
  const { nodes, labels, scaleSets, placement, findings: runnerFindings } = judgeRunners(fleet, options);
  const findings = sortFindings([
    ...hostFindings,
    ...placing,
    ...(made.length === 0 && placing.length === 0 ? checkRecords(fleet, refuses(hostFindings)) : []),
    ...checkOvercommit(fleet),
    ...judgeLayers(fleet),
    ...runnerFindings,
    ...judgeRecords(fleet, options),
  ]);
  const isMade = new Set(made);
  const placements = records.map((record) => ({ ...record, made: isMade.has(record) }));
  return { hosts, placements, nodes, labels, scaleSets, placement, findings };
}
