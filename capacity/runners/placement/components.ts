import { DIMENSIONS, type Group, type Problem, room } from "./problem.ts";

/**
 * A part of the problem that shares no node with the rest: it is solved alone, and what cannot be placed in
 * one part never spoils the answer for another.
 */
export interface Component extends Problem {
  /** Groups of the whole problem, by local index. */
  readonly groupIds: readonly number[];
  /** Nodes of the whole problem, by local index; the order of preference is kept. */
  readonly nodeIds: Int32Array;
  /** By local group: the most pods that its nodes seat if nothing else is there. */
  readonly alone: readonly number[];
  /** Pairs of a group and a node that seats it: the size of the problem. */
  readonly links: number;
  /** By local group: the same per node, in the order of the group's nodes. */
  readonly caps: readonly Float64Array[];
}

/**
 * Splits a problem. A node that seats no pod of a group is no link between them; a group that no node seats
 * forms a component without nodes.
 */
export function splitComponents(problem: Problem): Component[] {
  const nodeCount = problem.free.length / DIMENSIONS;
  const parent = new Int32Array(problem.groups.length).map((_, i) => i);
  const root = (g: number): number => {
    let r = g;
    while ((parent[r] as number) !== r) r = parent[r] as number;
    for (let at = g; at !== r; ) {
      const next = parent[at] as number;
      parent[at] = r;
      at = next;
    }
    return r;
  };
  const firstGroup = new Int32Array(nodeCount).fill(-1);
  const usable = problem.groups.map((group, g) => usableNodes(problem, group, g, firstGroup, parent, root));

  const members = new Map<number, number[]>();
  problem.groups.forEach((_, g) => {
    const r = root(g);
    const list = members.get(r);
    if (list) list.push(g);
    else members.set(r, [g]);
  });
  const local = new Int32Array(nodeCount);
  return [...members.values()].map((groupIds) => component(problem, groupIds, usable, local));
}

interface Usable {
  readonly nodes: Int32Array;
  readonly caps: Float64Array;
}

function usableNodes(
  problem: Problem,
  group: Group,
  g: number,
  firstGroup: Int32Array,
  parent: Int32Array,
  root: (g: number) => number,
): Usable {
  const nodes = new Int32Array(group.nodes.length);
  const caps = new Float64Array(group.nodes.length);
  let length = 0;
  for (const node of group.nodes) {
    const seats = room(problem.free, node, group.demand);
    if (seats === 0) continue;
    nodes[length] = node;
    caps[length++] = seats;
    const other = firstGroup[node] as number;
    if (other === -1) firstGroup[node] = g;
    else if (root(other) !== root(g)) parent[Math.max(root(other), root(g))] = Math.min(root(other), root(g));
  }
  return { nodes: nodes.subarray(0, length), caps: caps.subarray(0, length) };
}

function component(
  problem: Problem,
  groupIds: readonly number[],
  usable: readonly Usable[],
  local: Int32Array,
): Component {
  const used = new Uint8Array(local.length);
  let count = 0;
  for (const g of groupIds) {
    for (const node of (usable[g] as Usable).nodes) {
      if (used[node] === 0) count++;
      used[node] = 1;
    }
  }
  const nodeIds = new Int32Array(count);
  const free = new Float64Array(count * DIMENSIONS);
  let next = 0;
  for (let node = 0; node < used.length; node++) {
    if (used[node] === 0) continue;
    local[node] = next;
    nodeIds[next] = node;
    for (let d = 0; d < DIMENSIONS; d++)
      free[next * DIMENSIONS + d] = problem.free[node * DIMENSIONS + d] as number;
    next++;
  }
  const groups = groupIds.map((g) => ({
    demand: (problem.groups[g] as Group).demand,
    nodes: (usable[g] as Usable).nodes.map((node) => local[node] as number),
  }));
  const caps = groupIds.map((g) => (usable[g] as Usable).caps);
  const links = groups.reduce((sum, g) => sum + g.nodes.length, 0);
  return {
    groups,
    free,
    groupIds,
    nodeIds,
    links,
    caps,
    alone: caps.map((c) => c.reduce((sum, n) => sum + n, 0)),
  };
}
