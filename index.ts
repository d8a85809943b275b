import * as pulumi from "@pulumi/pulumi";
import { judgePlaced } from "./capacity/judge.ts";
import { placeVms } from "./capacity/placement/placeVms.ts";
import { recallPlacements } from "./capacity/placement/recall.ts";
import { checkPressure } from "./capacity/pressure/gate.ts";
import { CapacityPlan } from "./components/capacityPlan.ts";
import { type FleetInput, requireFleet } from "./model/fleet.ts";
import { reachBy } from "./model/hostUris.ts";
import { readPlacements } from "./model/placements.ts";
import { checkDefinitions, definitionOutputs } from "./program/arcDefinitions.ts";
import { checkArcVersions } from "./program/arcVersions.ts";
import { checkBuildable } from "./program/buildable.ts";
import { findCharts } from "./program/charts.ts";
import { withPlainErrors } from "./program/failures.ts";
import { passGate } from "./program/gate.ts";
import { checkCredentials } from "./program/githubCredentials.ts";
import { k3sNodeOutputs, tellDayTwo } from "./program/k3sNodes.ts";
import { checkLiveHosts } from "./program/liveHosts.ts";
import { placementOutputs, tellPlaced, withRecords } from "./program/placements.ts";
import { fleetPressure } from "./program/pressure.ts";
import { previousOutputs } from "./program/previous.ts";
import { tellRehearsal } from "./program/rehearsal.ts";
import { registerFleet } from "./program/resources.ts";
import { currentDay, readSettings } from "./program/settings.ts";
import { fleetSource } from "./program/source.ts";
import { capacityOutputs, diffFromOutputs } from "./report/outputs.ts";

/** Loads the fleet, judges it, stops here if it does not fit, and registers it behind its plan. */
export default () =>
  withPlainErrors(async () => {
    const previous = await previousOutputs();
    const settings = readSettings(new pulumi.Config("numafleet"), currentDay);
    const { rehearsal } = settings;
    const source = (await fleetSource(settings, import.meta.dirname)) as FleetInput;
    const declared = reachBy(requireFleet(source), settings.uris, "numafleet:uris");
    const recalled = recallPlacements(declared, readPlacements(previous?.placements));
    const pressure = await fleetPressure(settings, declared, import.meta.dirname);
    const placed = placeVms(recalled.fleet, { pressure });
    const { fleet } = placed;
    const drift = checkLiveHosts(fleet, settings);
    const capacity = judgePlaced(placed, { today: settings.today });
    const { charts, findings: chartFindings } = findCharts(settings.arcCharts, import.meta.dirname);
    const diff = diffFromOutputs(previous?.capacity, capacity);
    const findings = [
      ...recalled.findings,
      ...capacity.findings,
      ...checkBuildable(fleet, settings, pulumi.runtime.isDryRun()),
      ...chartFindings,
      ...checkArcVersions(fleet, charts),
      ...checkDefinitions(previous?.arcDefinitions, fleet, charts),
      ...checkCredentials(fleet, settings.githubCredentials),
      ...tellRehearsal(rehearsal),
      ...(await drift),
      ...tellDayTwo(previous?.k3sNodes, fleet),
      ...checkPressure(pressure, diff),
    ];
    passGate({ findings, diff, placed: tellPlaced(placed) }, pulumi.runtime.isDryRun());
    const plan = new CapacityPlan("plan", {
      fleet: withRecords(source, placed.records),
      capacity,
      rehearsal,
    });
    await plan.registered();
    registerFleet(fleet, settings, charts, { dependsOn: plan });
    const k3sNodes = k3sNodeOutputs(fleet);
    const arcDefinitions = definitionOutputs(fleet, charts);
    return {
      capacity: capacityOutputs(capacity),
      ...placementOutputs(placed.records),
      ...(arcDefinitions.length === 0 ? {} : { arcDefinitions }),
      ...(Object.keys(k3sNodes).length === 0 ? {} : { k3sNodes }),
    };
  });
