import { NodePatch } from "@pulumi/kubernetes/core/v1/nodePatch.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Node } from "../model/node.ts";
import type { Labels, Taint } from "../model/taint.ts";
import type { VM } from "../model/vm.ts";

/** Arguments of a ClusterNode. */
export interface ClusterNodeArgs {
  /** The node, checked. */
  readonly node: Node;
  /** The VM that it runs in; its taints and labels are what the node should carry. Without one, the node's own are. */
  readonly vm?: VM | undefined;
  /** The connection to its cluster. */
  readonly provider: Provider;
}

/** What the program keeps on a node. */
export interface NodeMarks {
  readonly taints: readonly Taint[];
  readonly labels: Labels;
}

/**
 * Taints and labels of a node, kept on the cluster's side: k3s itself applies those of its config file only when the
 * node first registers. A server-side apply that names nothing but them (the node has to be there): what others put on
 * the node stays theirs, and a change is one patch, with no VM touched.
 */
export class ClusterNode extends pulumi.ComponentResource {
  constructor(name: string, { node, vm, provider }: ClusterNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:k3s:ClusterNode", name, {}, opts);

    new NodePatch(name, nodePatch(node, marksOf(node, vm)), { parent: this, provider });

    this.registerOutputs({});
  }
}

/**
 * Labels and taints that Kubernetes and k3s keep themselves, and an audit finds on every node: host name and
 * architecture, zone, not-ready and cordon. Taken over, they would go with the patch.
 */
const THEIRS = /^(?:(?:beta\.|node\.|topology\.|failure-domain\.beta\.)?kubernetes\.io|(?:.+\.)?k3s\.io)\//;

/** The taints and labels that the program keeps on a node: its VM's, or its own where it is managed. */
export function marksOf({ labels, taints, managed }: Node, vm: VM | undefined): NodeMarks {
  if (vm !== undefined) return { taints: vm.taints, labels: vm.labels };
  if (managed !== true) return { taints: [], labels: {} };
  return {
    taints: taints.filter((t) => !THEIRS.test(t.key)),
    labels: Object.fromEntries(Object.entries(labels).filter(([key]) => !THEIRS.test(key))),
  };
}

/** The patch; its fields are taken over from k3s, which set the same ones at registration. */
export function nodePatch(node: Pick<Node, "name">, { labels, taints }: NodeMarks) {
  return {
    metadata: {
      name: node.name,
      annotations: { "pulumi.com/patchForce": "true" },
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    },
    ...(taints.length === 0
      ? {}
      : {
          spec: {
            taints: taints.map(({ key, value, effect }) => ({
              key,
              ...(value === "" ? {} : { value }),
              effect,
            })),
          },
        }),
  };
}
