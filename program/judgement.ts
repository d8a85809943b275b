import type { Capacity } from "../capacity/capacity.ts";
import type { CapacityDiff } from "../capacity/diff.ts";
import { judgePlaced } from "../capacity/judge.ts";
import type { ArcCharts } from "../components/arcCharts.ts";
import type { Finding } from "../model/finding.ts";
import { diffFromOutputs } from "../report/outputs.ts";
import { checkDefinitions } from "./arcDefinitions.ts";
import { checkArcVersions } from "./arcVersions.ts";
import { checkBuildable } from "./buildable.ts";
import { findCharts } from "./charts.ts";
import { checkCredentials } from "./githubCredentials.ts";
import { checkHandedOver } from "./handedOver.ts";
import { checkLiveImages } from "./imageStorage.ts";
import { tellDayTwo } from "./k3sNodes.ts";
import { checkLiveHosts } from "./liveHosts.ts";
import { tellPlaced } from "./placements.ts";
import { judgePressure } from "./pressure.ts";
import { tellRehearsal } from "./rehearsal.ts";
import type { Stack } from "./stack.ts";

/** What the gate decides by, and what follows from it. */
export interface Judgement {
  readonly capacity: Capacity;
  readonly findings: readonly Finding[];
  /** Against the stack's last update. */
  readonly diff: CapacityDiff;
  /** Where VMs were placed just now, a sentence each. */
  readonly placed: readonly string[];
  readonly charts: ArcCharts;
}

/** Everything that speaks for or against the stack; the hosts are asked meanwhile. */
export async function judgeStack(stack: Stack, isPreview: boolean): Promise<Judgement> {
  const { settings, fleet, placed, previous } = stack;
  const drift = checkLiveHosts(fleet, settings);
  const images = checkLiveImages(fleet, settings);
  const capacity = judgePlaced(placed, { today: settings.today });
  const { charts, findings: chartFindings } = findCharts(settings.arcCharts, stack.folder);
  const diff = diffFromOutputs(previous?.capacity, capacity);
  const findings = [
    ...stack.recalled,
    ...capacity.findings,
    ...checkBuildable(fleet, settings, isPreview),
    ...chartFindings,
    ...checkArcVersions(fleet, charts),
    ...checkDefinitions(previous?.arcDefinitions, fleet, charts),
    ...checkCredentials(fleet, settings.githubCredentials),
    ...tellRehearsal(settings.rehearsal),
    ...(await drift),
    ...(await images),
    ...(await checkHandedOver(fleet)),
    ...tellDayTwo(previous?.k3sNodes, fleet),
    ...(await judgePressure(stack, diff)),
  ];
  return { capacity, findings, diff, placed: tellPlaced(placed), charts };
}
