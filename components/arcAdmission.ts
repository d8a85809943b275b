import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "../model/fleet.ts";
import { BUDGET_POLICY, budgetPolicy } from "./budgetAdmission.ts";

/** Arguments of an ArcAdmission. */
export interface ArcAdmissionArgs {
  /** Scale sets and decisions, checked. */
  readonly fleet: Pick<Fleet, "scaleSets" | "policy">;
  /** The cluster's name in the fleet. */
  readonly cluster: string;
  /** The connection to it. */
  readonly provider: Provider;
}

/** Budgets that the cluster itself keeps: it refuses a scale set above its own, whoever applies it. */
export class ArcAdmission extends pulumi.ComponentResource {
  /** In force once this is there; a maximum is raised here before it is raised in the release. */
  readonly binding: ValidatingAdmissionPolicyBinding;

  constructor(name: string, args: ArcAdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:arc:Admission", name, {}, opts);
    const child = { parent: this, provider: args.provider };

    const policy = new ValidatingAdmissionPolicy(
      name,
      { metadata: { name: BUDGET_POLICY }, spec: budgetPolicy(args.fleet, args.cluster) },
      child,
    );
    this.binding = new ValidatingAdmissionPolicyBinding(
      name,
      {
        metadata: { name: BUDGET_POLICY },
        spec: { policyName: BUDGET_POLICY, validationActions: ["Deny"] },
      },
      { ...child, dependsOn: [policy] },
    );

    this.registerOutputs({});
  }
}
