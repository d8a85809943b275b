import { type Finding, finding } from "../../../model/finding.ts";
import { formatBytes } from "../../../model/format.ts";
import { listNames } from "../../host/names.ts";
import { limitsLeft, type Survey, type SurveyedNode } from "../survey.ts";

/** A runner's memory limit above the memory of a node that it may land on is worth a warning. */
export function limitWithinNode(survey: Survey): Finding[] {
  return [...limitAboveNode(survey), ...limitBesideRunning(survey)];
}

/**
 * On a one-at-a-time node limits are no part of the placement. Where a limit within the node's memory
 * exceeds what the limits of the pods that run there leave of it, that is a warning too.
 */
function limitBesideRunning({ sets, nodes, fleet }: Survey): Finding[] {
  return sets.flatMap(({ set, path, active, envelope, known }) => {
    if (!active || !envelope.pods) return [];
    const limit = Math.max(0, ...envelope.pods.map((p) => p.memoryLimit));
    const left = (n: number) => limitsLeft(nodes[n] as SurveyedNode, fleet.policy.limitRatio);
    const over = known.filter((n) => {
      const { node, oneAtATime } = nodes[n] as SurveyedNode;
      return oneAtATime && limit <= (node.allocatable.memory ?? 0) && limit > left(n);
    });
    if (over.length === 0) return [];
    const least = Math.min(...over.map(left));
    const names = listNames(over.map((n) => (nodes[n] as SurveyedNode).node.name));
    return [
      finding({
        rule: "runners/limit-above-node",
        severity: "warn",
        path: `${path}.containers`,
        subject: `scale set ${set.name}`,
        have: least,
        need: limit,
        limit: least,
        unit: "bytes",
        message: `Scale set ${set.name} limits a runner's memory to ${formatBytes(limit)}, but beside the limits of what already runs there ${names} ${over.length === 1 ? "has" : "have at least"} ${formatBytes(least)} left: short by ${formatBytes(limit - least)}.`,
        remedy: "Lower the limit to what is left, or move pods off the node.",
      }),
    ];
  });
}

function limitAboveNode({ sets, nodes }: Survey): Finding[] {
  return sets.flatMap(({ set, path, active, envelope, eligible }) => {
    if (!active || !envelope.pods) return [];
    const limit = Math.max(0, ...envelope.pods.map((p) => p.memoryLimit));
    const memory = (n: number) =>
      (nodes[n] as SurveyedNode).node.allocatable.memory ?? Number.POSITIVE_INFINITY;
    const smaller = eligible.filter((n) => memory(n) < limit);
    if (smaller.length === 0) return [];
    const least = Math.min(...smaller.map(memory));
    const names = listNames(smaller.map((n) => (nodes[n] as SurveyedNode).node.name));
    return [
      finding({
        rule: "runners/limit-above-node",
        severity: "warn",
        path: `${path}.containers`,
        subject: `scale set ${set.name}`,
        have: limit,
        need: limit,
        limit: least,
        unit: "bytes",
        message: `Scale set ${set.name} limits a runner's memory to ${formatBytes(limit)}, more than ${names} ${smaller.length === 1 ? `has (${formatBytes(least)})` : `have (at least ${formatBytes(least)})`}: a job that uses its limit is killed there or presses others out.`,
        remedy: "Lower the limit to what the node has, or accept that the limit does not protect it.",
      }),
    ];
  });
}
