import { NodePatch } from "@pulumi/kubernetes/core/v1/nodePatch.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Node } from "../model/node.ts";
import type { VM } from "../model/vm.ts";

/** Arguments of a ClusterNode. */
export interface ClusterNodeArgs {
  /** The node, checked. */
  readonly node: Node;
  /** The VM that it runs in; its taints and labels are what the node should carry. */
  readonly vm: VM;
  /** The connection to its cluster. */
  readonly provider: Provider;
}

/**
 * Taints and labels of a node that one of the fleet's VMs backs, kept on the cluster's side: k3s itself
 * applies those of its config file only when the node first registers. A server-side apply that names
 * nothing but them (the node has to be there): what others put on the node stays theirs, and a change is one patch, with no VM touched.
 */
export class ClusterNode extends pulumi.ComponentResource {
  constructor(name: string, { node, vm, provider }: ClusterNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:k3s:ClusterNode", name, {}, opts);

    new NodePatch(name, nodePatch(node, vm), { parent: this, provider });

    this.registerOutputs({});
  }
}

/** The patch; its fields are taken over from k3s, which set the same ones at registration. */
export function nodePatch(node: Pick<Node, "name">, vm: Pick<VM, "taints" | "labels">) {
  return {
    metadata: {
      name: node.name,
      annotations: { "pulumi.com/patchForce": "true" },
      ...(Object.keys(vm.labels).length === 0 ? {} : { labels: vm.labels }),
    },
    ...(vm.taints.length === 0
      ? {}
      : {
          spec: {
            taints: vm.taints.map(({ key, value, effect }) => ({
              key,
              ...(value === "" ? {} : { value }),
              effect,
            })),
          },
        }),
  };
}
