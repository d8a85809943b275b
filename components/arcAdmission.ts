import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "../model/fleet.ts";
import { BUDGET_POLICY, budgetPolicy } from "./budgetAdmission.ts";

/** Arguments of an ArcAdmission. */
export interface ArcAdmissionArgs {
  /** The fleet's decisions, checked. */
  readonly fleet: Pick<Fleet, "policy">;
  /** The connection to it. */
  readonly provider: Provider;
}

/**
 * Budgets that the cluster itself keeps: it refuses a scale set above its own, whoever applies it. Each is told by the
 * namespace of an ArcScaleSet that has `isBudgeted`.
 */
export class ArcAdmission extends pulumi.ComponentResource {
  /** In force soon after this is there. */
  readonly binding: ValidatingAdmissionPolicyBinding;

  constructor(name: string, args: ArcAdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:arc:Admission", name, {}, opts);
    const child = { parent: this, provider: args.provider };

    const policy = new ValidatingAdmissionPolicy(
      name,
      { metadata: { name: BUDGET_POLICY }, spec: budgetPolicy(args.fleet) },
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
