import { admitsLabels, formatExpression, holds } from "../../model/affinity.ts";
import type { Node } from "../../model/node.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import { formatTaint, selects, type Taint, type Toleration, untolerated } from "../../model/taint.ts";

/** What the scheduler takes a cordoned node to carry: whoever tolerates it may still land there. */
const CORDON: Taint = { key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" };
/** Taints of a node's health that the API server lets every pod tolerate for a while (`DefaultTolerationSeconds`). */
const PASSING = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** The taints that decide over a node: its own, and its cordon. */
export function effectiveTaints({ taints, unschedulable }: Node): readonly Taint[] {
  return unschedulable ? [...taints, CORDON] : taints;
}

/** The tolerations that the pods of a scale set have in the end, after the API server's default admission. */
function effectiveTolerations({ tolerations }: ScaleSet): readonly Toleration[] {
  const speaksOf = (key: string) =>
    tolerations.some((t) => (t.key ?? key) === key && (t.effect === undefined || t.effect === "NoExecute"));
  const added = PASSING.filter((key) => !speaksOf(key)).map(
    (key): Toleration => ({ key, operator: "Exists", value: "", effect: "NoExecute" }),
  );
  return [...tolerations, ...added];
}

/** Finds the nodes that admit a scale set's pods: same cluster, selector and affinity matched, taints tolerated. */
export interface Eligibility {
  /** Indices into the fleet's nodes, in their order; one shared list for sets of the same placement. */
  eligible(set: ScaleSet): readonly number[];
}

/**
 * Indexes the nodes by label pair, so that 200 scale sets on 5,000 nodes cost the nodes that share a set's
 * rarest label and not every pair of set and node.
 */
export function eligibility(nodes: readonly Node[]): Eligibility {
  const byCluster = new Map<string, number[]>();
  const byPair = new Map<string, number[]>();
  const taintLists = new Map<string, { id: number; taints: readonly Taint[] }>();
  const taintsOf = nodes.map((node, n) => {
    append(byCluster, node.cluster, n);
    for (const [key, value] of Object.entries(node.labels)) append(byPair, pair(key, value), n);
    const taints = effectiveTaints(node);
    const text = taints.map(formatTaint).join(" ");
    const known = taintLists.get(text);
    if (known) return known.id;
    const id = taintLists.size;
    taintLists.set(text, { id, taints });
    return id;
  });
  const lists = [...taintLists.values()].map((l) => l.taints);
  const cache = new Map<string, readonly number[]>();

  const find = (set: ScaleSet): number[] => {
    const tolerations = effectiveTolerations(set);
    const tolerated = lists.map((taints) => untolerated(taints, tolerations).length === 0);
    let candidates = byCluster.get(set.cluster) ?? [];
    for (const [key, value] of Object.entries(set.selector)) {
      const having = byPair.get(pair(key, value)) ?? [];
      if (having.length < candidates.length) candidates = having;
    }
    return candidates.filter((n) => {
      const node = nodes[n] as Node;
      return (
        tolerated[taintsOf[n] as number] === true &&
        node.cluster === set.cluster &&
        selects(set.selector, node.labels) &&
        (set.affinity === undefined || admitsLabels(set.affinity, node.labels))
      );
    });
  };

  return {
    eligible: (set) => {
      const selector = Object.entries(set.selector).sort();
      const key = JSON.stringify([set.cluster, selector, set.affinity, set.tolerations]);
      let found = cache.get(key);
      if (!found) {
        found = find(set);
        cache.set(key, found);
      }
      return found;
    },
  };
}

function append(index: Map<string, number[]>, key: string, n: number): void {
  const list = index.get(key);
  if (list) list.push(n);
  else index.set(key, [n]);
}

function pair(key: string, value: string): string {
  return `${key}=${value}`;
}

/** What keeps a scale set off a node, for people: `lacks workload=x`, `taint a=b:NoSchedule not tolerated`. */
export function exclusion(set: ScaleSet, node: Node): string {
  if (set.cluster !== node.cluster) return `is in cluster ${node.cluster}`;
  const lacking = Object.entries(set.selector)
    .filter(([key, value]) => !selects({ [key]: value }, node.labels))
    .map(([key, value]) => `lacks ${pair(key, value)}`);
  const taints = untolerated(effectiveTaints(node), effectiveTolerations(set)).map((t) =>
    t === CORDON ? "is cordoned" : `has the taint ${formatTaint(t)} that is not tolerated`,
  );
  return [...lacking, ...unmet(set, node), ...taints].join(" and ");
}

function unmet({ affinity }: ScaleSet, { labels }: Node): string[] {
  if (affinity === undefined || admitsLabels(affinity, labels)) return [];
  const [only, another] = affinity.required;
  if (only === undefined || another !== undefined)
    return [`meets none of the ${affinity.required.length} terms of its affinity`];
  return only.matchExpressions
    .filter((e) => !holds(e, labels))
    .map((e) => `does not meet ${formatExpression(e)}`);
}
