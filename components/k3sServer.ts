import * as pulumi from "@pulumi/pulumi";
import { type K3sServerPlan, type K3sTokens, k3sServerRole } from "./k3sConfig.ts";
import { NumaDomain, type NumaDomainArgs } from "./numaDomain.ts";

/** Arguments of a K3sServer. */
export interface K3sServerArgs extends Omit<NumaDomainArgs, "role"> {
  /** Name of the cluster's node; by default the VM's. It counts when the node first registers. */
  readonly nodeName?: string;
  /** Whether it founds the cluster or joins another server. */
  readonly plan: K3sServerPlan;
  /** The cluster's tokens; kept secret from here on, whether or not they were marked so. */
  readonly tokens: pulumi.Input<K3sTokens>;
}

/**
 * A VM that runs a k3s server. The base image has k3s installed (services `k3s` and `k3s-agent`, neither
 * enabled); cloud-init writes `config.yaml` and the tokens, readable by root alone, and starts the service.
 * Taints and labels in it count when the node first registers; later changes go through `ClusterNode`.
 */
export class K3sServer extends pulumi.ComponentResource {
  /** The VM. */
  readonly vm: NumaDomain;

  constructor(name: string, args: K3sServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:k3s:Server", name, {}, opts);
    const { plan, tokens, nodeName, ...domain } = args;
    const node = { ...domain.vm, name: nodeName ?? domain.vm.name };

    const role = pulumi.secret(tokens).apply((t) => k3sServerRole(node, plan, t));
    this.vm = new NumaDomain(name, { ...domain, role }, { parent: this });

    this.registerOutputs({ hostName: this.vm.domainName });
  }
}
