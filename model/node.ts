import { z } from "zod";
import * as f from "./fields.ts";
import { labels, taint } from "./taint.ts";

/** A node of the cluster that runners land on, as an audit recorded it. */

/**
 * Every figure may be absent from the record. That is not an input error: it is a missing fact, and
 * capacity refuses with "cannot prove that it fits" if anything rests on it.
 */
export const allocatable = z
  .strictObject({
    cpu: f.cpuCapacity("Allocatable CPU.").optional(),
    memory: f.quantityCapacity("Allocatable memory.").optional(),
    ephemeralStorage: f.quantityCapacity("Allocatable ephemeral storage.").optional(),
    pods: f.countFromZero("Allocatable pods.").optional(),
  })
  .meta({
    id: "Allocatable",
    description:
      "What the kubelet offers to pods (status.allocatable). A figure may be missing; what rests on it is then refused. Effect of a change: judged anew.",
  });
export type Allocatable = z.output<typeof allocatable>;

export const running = z
  .strictObject({
    cpu: f.cpuDemand("Requested CPU."),
    memory: f.quantityDemand("Requested memory."),
    memoryLimit: f.quantityDemand("Sum of memory limits; the requested memory by default.").optional(),
    ephemeralStorage: f.quantityDemand("Requested ephemeral storage."),
    pods: f.countFromZero("Number of pods."),
  })
  .meta({
    id: "Running",
    description:
      "What already runs on the node beside the runners of this fleet. Effect of a change: judged anew.",
  });
export type Running = z.output<typeof running>;

export const node = z
  .strictObject({
    name: f.name("The node's name in its cluster."),
    cluster: f.context("The cluster (kubeconfig context) it belongs to.").default("default"),
    vm: f.name("The fleet's VM that the node runs in; absent: a machine outside of this fleet.").optional(),
    recorded: f.record,
    allocatable,
    running: running.optional().meta({
      description:
        "What runs there besides; absent means unknown, which is a refusal for a node that is counted on.",
    }),
    labels: labels.default({}).meta({
      description: "Node labels. `kubernetes.io/hostname` is the node's name unless given.",
    }),
    taints: z.array(taint).default([]).meta({ description: "Node taints; none by default." }),
    managed: f
      .yesNo(
        "True: the program keeps these labels and taints on the node, which has to be there, and leaves those of others alone; those that Kubernetes and k3s set themselves (`kubernetes.io/…`, `node.kubernetes.io/…`) too. For a node without `vm`; one with `vm` gets those of its VM. Default false.",
      )
      .optional(),
    unschedulable: f
      .yesNo(
        "True: cordoned, new pods keep off unless they tolerate `node.kubernetes.io/unschedulable`. Default false.",
      )
      .default(false),
  })
  .transform((n) => ({ ...n, labels: { "kubernetes.io/hostname": n.name, ...n.labels } }))
  .meta({
    id: "Node",
    description: "A cluster node, as an audit recorded it. Effect of a change: judged anew.",
  });
export type Node = z.output<typeof node>;
