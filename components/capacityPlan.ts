import * as pulumi from "@pulumi/pulumi";
import type { Capacity } from "../capacity/capacity.ts";
import type { FleetInput } from "../model/fleet.ts";
import type { Rehearsal } from "../model/rehearsal.ts";
import { planInputs } from "./planInputs.ts";

/** Arguments of a CapacityPlan. */
export interface CapacityPlanArgs {
  /** The fleet as it was written, units and all: a policy pack parses and judges it by its own figures. */
  readonly fleet: FleetInput;
  /** The stack's own verdict. */
  readonly capacity: Capacity;
  /** The machine that plays the hosts, if this is a rehearsal. */
  readonly rehearsal?: Rehearsal | undefined;
}

/**
 * The judgement that a stack rests on. It is registered before anything else, and everything else depends on
 * it: a policy pack that refuses it (a resource policy is judged before the resource is) stops the update
 * with nothing created. Its inputs are plain data without secrets, and the same fleet gives the same inputs
 * on every day.
 */
export class CapacityPlan extends pulumi.ComponentResource {
  /** `fits` or `refused`. */
  readonly verdict: pulumi.Output<string>;

  constructor(name: string, args: CapacityPlanArgs, opts?: pulumi.ComponentResourceOptions) {
    const inputs = planInputs(args.fleet, args.capacity, args.rehearsal);
    super("numafleet:capacity:Plan", name, inputs, opts);

    this.verdict = pulumi.output(inputs.verdict);
    this.registerOutputs({ verdict: this.verdict });
  }

  /**
   * Resolves once the engine, and with it every policy pack, has let the plan pass. `dependsOn` alone would
   * not wait: to the SDK a component stands for the resources in it, and this one has none.
   */
  registered(): Promise<void> {
    return new Promise((resolve) => void this.urn.apply(() => resolve()));
  }
}
