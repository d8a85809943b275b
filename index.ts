import * as pulumi from "@pulumi/pulumi";
import { judge } from "./capacity/judge.ts";
import { checkPressure } from "./capacity/pressure/gate.ts";
import { CapacityPlan } from "./components/capacityPlan.ts";
import { type FleetInput, requireFleet } from "./model/fleet.ts";
import { reachBy } from "./model/hostUris.ts";
import { checkDefinitions, definitionOutputs } from "./program/arcDefinitions.ts";
import { checkArcVersions } from "./program/arcVersions.ts";
import { checkBuildable } from "./program/buildable.ts";
import { findCharts } from "./program/charts.ts";
import { withPlainErrors } from "./program/failures.ts";
import { passGate } from "./program/gate.ts";
import { checkCredentials } from "./program/githubCredentials.ts";
import { k3sNodeOutputs, tellDayTwo } from "./program/k3sNodes.ts";
import { checkLiveHosts } from "./program/liveHosts.ts";
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
    const previous = previousOutputs();
    const settings = readSettings(new pulumi.Config("numafleet"), currentDay);
    const { rehearsal } = settings;
    const source = await fleetSource(settings, import.meta.dirname);
    const fleet = reachBy(requireFleet(source), settings.uris, "numafleet:uris");
    const pressure = await fleetPressure(settings, fleet, import.meta.dirname);
    const drift = checkLiveHosts(fleet, settings);
    const capacity = judge(fleet, { today: settings.today });
    const { charts, findings: chartFindings } = findCharts(settings.arcCharts, import.meta.dirname);
    const diff = diffFromOutputs((await previous)?.capacity, capacity);
    const findings = [
      ...capacity.findings,
      ...checkBuildable(fleet, settings, pulumi.runtime.isDryRun()),
      ...chartFindings,
      ...checkArcVersions(fleet, charts),
      ...checkDefinitions((await previous)?.arcDefinitions, fleet, charts),
      ...checkCredentials(fleet, settings.githubCredentials),
      ...tellRehearsal(rehearsal),
      ...(await drift),
      ...tellDayTwo((await previous)?.k3sNodes, fleet),
      ...checkPressure(pressure, diff),
    ];
    passGate({ findings, diff }, pulumi.runtime.isDryRun());
    const plan = new CapacityPlan("plan", { fleet: source as FleetInput, capacity, rehearsal });
    await plan.registered();
    registerFleet(fleet, settings, charts, { dependsOn: plan });
    const k3sNodes = k3sNodeOutputs(fleet);
    const arcDefinitions = definitionOutputs(fleet, charts);
    return {
      capacity: capacityOutputs(capacity),
      ...(arcDefinitions.length === 0 ? {} : { arcDefinitions }),
      ...(Object.keys(k3sNodes).length === 0 ? {} : { k3sNodes }),
    };
  });
