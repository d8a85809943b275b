import { formatTaint } from "../../model/taint.ts";
import { type Amount, amount, type NodeCapacity } from "../capacity.ts";
import type { PodSeats } from "./scenario.ts";
import type { Survey } from "./survey.ts";

/** What the placement puts on each node, beside what already runs there. */
export function nodeCapacities({ nodes, sets, fleet }: Survey, seats: readonly PodSeats[]): NodeCapacity[] {
  const committed = nodes.map(() => ({ cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0, memoryLimit: 0 }));
  for (const { set, pod, node, count } of seats) {
    const demand = sets[set]?.envelope.pods?.[pod];
    const sum = committed[node];
    if (!demand || !sum) continue;
    for (const figure of ["cpu", "memory", "ephemeralStorage", "pods", "memoryLimit"] as const)
      sum[figure] += demand[figure] * count;
  }
  return nodes.map(({ node, kvm, oneAtATime }, n): NodeCapacity => {
    const { allocatable, running } = node;
    const placed = committed[n] as (typeof committed)[number];
    const figure = (name: "cpu" | "memory" | "ephemeralStorage" | "pods"): Amount | null => {
      const have = allocatable[name];
      return have === undefined || !running ? null : amount(have, running[name], placed[name]);
    };
    return {
      cluster: node.cluster,
      name: node.name,
      vm: node.vm ?? null,
      kvm,
      taints: node.taints.map(formatTaint),
      cpu: figure("cpu"),
      memory: figure("memory"),
      ephemeralStorage: figure("ephemeralStorage"),
      pods: figure("pods"),
      memoryLimits:
        allocatable.memory === undefined || !running
          ? null
          : amount(
              Math.floor(allocatable.memory * fleet.policy.limitRatio),
              running.memoryLimit ?? running.memory,
              placed.memoryLimit,
            ),
      oneAtATime,
    };
  });
}
