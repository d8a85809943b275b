import * as pulumi from "@pulumi/pulumi";
import { type K3sServerPlan, type K3sTokens, k3sConfigFile, k3sServerRole } from "./k3sConfig.ts";
import { keepInGuest } from "./keptFile.ts";
import { NumaDomain, type NumaDomainArgs } from "./numaDomain.ts";

/** Arguments of a K3sServer. */
export interface K3sServerArgs extends Omit<NumaDomainArgs, "role" | "liveFiles"> {
  /** Name of the cluster's node; by default the VM's. It counts when the node first registers. */
  readonly nodeName?: string;
  /** Whether the node has joined: from then on its config file is kept up to date in the running guest. */
  readonly hasJoined?: boolean;
  /** Whether it founds the cluster or joins another server. */
  readonly plan: K3sServerPlan;
  /** The cluster's tokens; kept secret from here on, whether or not they were marked so. */
  readonly tokens: pulumi.Input<K3sTokens>;
}

/**
 * A VM that runs a k3s server. The base image has k3s installed (services `k3s` and `k3s-agent`, neither
 * enabled); cloud-init writes `config.yaml` and the tokens, readable by root alone, and starts the service.
 * Taints and labels in it count when the node first registers; later changes go through `ClusterNode`, and into the
 * file by the guest's agent.
 */
export class K3sServer extends pulumi.ComponentResource {
  /** The VM. */
  readonly vm: NumaDomain;

  constructor(name: string, args: K3sServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:k3s:Server", name, {}, opts);
    const { plan, tokens, nodeName, hasJoined = false, ...domain } = args;
    const node = { ...domain.vm, name: nodeName ?? domain.vm.name };

    const role = pulumi.secret(tokens).apply((t) => k3sServerRole(node, plan, t));
    const config = k3sConfigFile(node, { role: "k3s-server", ...plan });
    const liveFiles = { paths: [config.path], kept: hasJoined };
    this.vm = new NumaDomain(name, { ...domain, role, liveFiles }, { parent: this });
    if (hasJoined) keepInGuest(name, config, this.vm.uuid, { parent: this, provider: domain.provider });

    this.registerOutputs({ hostName: this.vm.domainName });
  }
}
