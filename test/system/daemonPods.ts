import { type PodContainerFigures, podLimits, podRequests } from "../../capacity/runners/podRequest.ts";
import { podResources } from "../../components/podResources.ts";
import type { Running } from "../../model/node.ts";
import type { Dice } from "./dice.ts";

/** What runs on a node before any runner does: the scheduler sees pods, the model their sum. */

export interface DaemonPod {
  readonly name: string;
  readonly node: string;
  readonly containers: readonly PodContainerFigures[];
  readonly initContainers: readonly (PodContainerFigures & { readonly sidecar: boolean })[];
}

const MIB = 1024 ** 2;

export function daemonPods(node: string, dice: Dice): DaemonPod[] {
  return Array.from({ length: dice.between(0, 2) }, (_, i) => ({
    name: `${node}-d${i}`,
    node,
    containers: Array.from({ length: dice.between(1, 2) }, () => figures(dice)),
    initContainers: Array.from({ length: dice.pick([0, 0, 1, 2]) }, () => ({
      ...figures(dice),
      sidecar: dice.chance(40),
    })),
  }));
}

function figures(dice: Dice): PodContainerFigures {
  const cpu = dice.between(0, 4) * 50;
  const memory = dice.between(0, 512) * MIB;
  const ephemeralStorage = dice.pick([undefined, MIB, 512 * MIB]);
  return { requests: { cpu, memory, ephemeralStorage }, limits: { memory: memory + MIB } };
}

/** What the model records of them. */
export function runningOf(pods: readonly DaemonPod[]): Running {
  const requests = pods.map(podRequests);
  const limits = pods.map(podLimits);
  const sum = (list: readonly Readonly<Record<string, number>>[], figure: string) =>
    list.reduce((all, pod) => all + (pod[figure] ?? 0), 0);
  return {
    cpu: sum(requests, "cpu") / 1000,
    memory: sum(requests, "memory"),
    memoryLimit: sum(limits, "memory"),
    ephemeralStorage: sum(requests, "ephemeralStorage"),
    pods: pods.length,
  };
}

/** The pod on its node, as its kubelet would have it. */
export function daemonSpec({ node, containers, initContainers }: DaemonPod): object {
  const container = (figures: PodContainerFigures, name: string) => ({
    name,
    image: "none",
    resources: podResources(figures),
  });
  return {
    nodeName: node,
    containers: containers.map((c, i) => container(c, `main-${i}`)),
    initContainers: initContainers.map((c, i) => ({
      ...container(c, `init-${i}`),
      ...(c.sidecar ? { restartPolicy: "Always" } : {}),
    })),
  };
}
