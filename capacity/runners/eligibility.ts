import type { Node } from "../../model/node.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import { formatTaint, selects, type Taint, untolerated } from "../../model/taint.ts";

/** Finds the nodes that admit a scale set's pods: same cluster, selector matched, taints tolerated. */
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
    const text = node.taints.map(formatTaint).join(" ");
    const known = taintLists.get(text);
    if (known) return known.id;
    const id = taintLists.size;
    taintLists.set(text, { id, taints: node.taints });
    return id;
  });
  const lists = [...taintLists.values()].map((l) => l.taints);
  const cache = new Map<string, readonly number[]>();

  const find = (set: ScaleSet): number[] => {
    const tolerated = lists.map((taints) => untolerated(taints, set.tolerations).length === 0);
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
        selects(set.selector, node.labels)
      );
    });
  };

  return {
    eligible: (set) => {
      const key = JSON.stringify([set.cluster, Object.entries(set.selector).sort(), set.tolerations]);
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
  const taints = untolerated(node.taints, set.tolerations).map(
    (t) => `has the taint ${formatTaint(t)} that is not tolerated`,
  );
  return [...lacking, ...taints].join(" and ");
}
