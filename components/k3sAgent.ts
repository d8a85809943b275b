import * as pulumi from "@pulumi/pulumi";
import { k3sAgentRole, k3sConfigFile } from "./k3sConfig.ts";
import { keepInGuest } from "./keptFile.ts";
import { NumaDomain, type NumaDomainArgs } from "./numaDomain.ts";

/** Arguments of a K3sAgent. */
export interface K3sAgentArgs extends Omit<NumaDomainArgs, "role" | "liveFiles"> {
  /** Name of the cluster's node; by default the VM's. It counts when the node first registers. */
  readonly nodeName?: string;
  /** Whether the node has joined: from then on its config file is kept up to date in the running guest. */
  readonly hasJoined?: boolean;
  /** Host name of the server it joins, as the guest resolves it. */
  readonly server: string;
  /** The agents' token, which does not open the servers; kept secret from here on. */
  readonly token: pulumi.Input<string>;
}

/**
 * A VM that runs a k3s agent: as `K3sServer`, with `server: https://NAME:6443` and the agents' token in a
 * file of its own.
 */
export class K3sAgent extends pulumi.ComponentResource {
  /** The VM. */
  readonly vm: NumaDomain;

  constructor(name: string, args: K3sAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:k3s:Agent", name, {}, opts);
    const { server, token, nodeName, hasJoined = false, ...domain } = args;
    const node = { ...domain.vm, name: nodeName ?? domain.vm.name };

    const role = pulumi.secret(token).apply((agent) => k3sAgentRole(node, server, { agent }));
    const config = k3sConfigFile(node, { role: "k3s-agent", server });
    const liveFiles = { paths: [config.path], kept: hasJoined };
    this.vm = new NumaDomain(name, { ...domain, role, liveFiles }, { parent: this });
    if (hasJoined) keepInGuest(name, config, this.vm.uuid, { parent: this, provider: domain.provider });

    this.registerOutputs({ hostName: this.vm.domainName });
  }
}
