import { type Finding, finding } from "../../../model/finding.ts";
import { formatTaint, type Taint, type Toleration } from "../../../model/taint.ts";
import { listNames } from "../../host/names.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * A runner of the overflow node names its taint: operator Equal, with key and value. One finding for each
 * scale set and taint.
 */
export function tolerateExplicitly({ sets }: Survey, cases: readonly OverflowCase[]): Finding[] {
  const lacking = new Map<string, { set: number; taint: Taint; nodes: string[] }>();
  for (const { overflow, tenants } of cases) {
    const { taint, node } = overflow;
    for (const s of tenants) {
      if (sets[s]?.set.tolerations.some((t) => names(t, taint))) continue;
      const key = `${s}|${formatTaint(taint)}`;
      const known = lacking.get(key);
      if (known) known.nodes.push(node);
      else lacking.set(key, { set: s, taint, nodes: [node] });
    }
  }
  return [...lacking.values()].map(({ set: s, taint, nodes }) => {
    const { set, path } = sets[s] as SurveyedSet;
    const where = listNames(nodes);
    return finding({
      rule: "overflow/explicit-toleration",
      path: `${path}.tolerations`,
      subject: `scale set ${set.name}`,
      message: `Scale set ${set.name} does not tolerate ${formatTaint(taint)} of ${where} explicitly (operator Equal with key and value).`,
      remedy: `Tolerate ${formatTaint(taint)} by key and value, or keep the scale set off ${where}.`,
    });
  });
}

function names(toleration: Toleration, taint: Taint): boolean {
  return (
    toleration.operator === "Equal" &&
    toleration.key === taint.key &&
    toleration.value === taint.value &&
    (toleration.effect === undefined || toleration.effect === taint.effect)
  );
}

/** The overflow node carries the taint that the policy says it has, or nothing keeps other runners off. */
export function carryTaint(_: Survey, { overflow, surveyed }: OverflowCase): Finding[] {
  const { taint } = overflow;
  const carried = surveyed.node.taints.some(
    (t) => t.key === taint.key && t.value === taint.value && t.effect === taint.effect,
  );
  if (carried) return [];
  return [
    finding({
      rule: "overflow/taint-missing",
      path: `${surveyed.path}.taints`,
      subject: `node ${overflow.node}`,
      message: `Node ${overflow.node} does not carry ${formatTaint(taint)}, which the policy rests its overflow on.`,
      remedy: `Taint the node with ${formatTaint(taint)}, or correct policy.overflow.`,
    }),
  ];
}
