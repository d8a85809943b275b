import * as pulumi from "@pulumi/pulumi";
import { CapacityPlan } from "./components/capacityPlan.ts";
import { withPlainErrors } from "./program/failures.ts";
import { passGate } from "./program/gate.ts";
import { judgeStack } from "./program/judgement.ts";
import { stackOutputs } from "./program/outputs.ts";
import { withRecords } from "./program/placements.ts";
import { registerFleet } from "./program/resources.ts";
import { currentDay, readSettings } from "./program/settings.ts";
import { loadStack } from "./program/stack.ts";

/** Loads the fleet, judges it, stops here if it does not fit, and registers it behind its plan. */
export default () =>
  withPlainErrors(async () => {
    const settings = readSettings(new pulumi.Config("numafleet"), currentDay);
    const stack = await loadStack(settings, import.meta.dirname);
    const judgement = await judgeStack(stack, pulumi.runtime.isDryRun());
    passGate(judgement, pulumi.runtime.isDryRun());
    const fleet = withRecords(stack.source, stack.placed.records);
    const { capacity, charts } = judgement;
    const plan = new CapacityPlan("plan", { fleet, capacity, rehearsal: settings.rehearsal });
    await plan.registered();
    registerFleet(stack.fleet, settings, charts, { dependsOn: plan });
    return stackOutputs(stack, judgement);
  });
