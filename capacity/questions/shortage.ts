import {
  binding,
  CPU,
  DIMENSIONS,
  EPHEMERAL,
  type Group,
  LIMIT,
  MEMORY,
  PODS,
  RUNNERS,
  room,
  take,
} from "../runners/placement/problem.ts";
import type { Scenario } from "../runners/scenario.ts";
import type { Survey, SurveyedNode } from "../runners/survey.ts";

/** Why a node seats no more of a pod, and what it would take. */

export type Resource = "cpu" | "memory" | "ephemeral storage" | "pods" | "memory limits" | "runners";

/** A resource that one more pod lacks on a node. */
export interface Lack {
  readonly resource: Resource;
  /** `runners`: the node takes one runner at a time and has it. */
  readonly unit: "millicores" | "bytes" | "pods" | "runners";
  readonly need: number;
  readonly free: number;
  readonly short: number;
}

export interface NodeShortage {
  readonly cluster: string;
  readonly node: string;
  /** The scarcest first. */
  readonly lacks: readonly Lack[];
}

/** What stops one more runner at a seating. */
export interface Shortage {
  /** The nodes that are nearest to having room, and what each lacks. */
  readonly nodes: readonly NodeShortage[];
  /** Eligible nodes beside those. */
  readonly more: number;
  /**
   * What would make room for one more: with these amounts added to these nodes it has a seat. null where no
   * amount helps: the node takes one runner at a time, or no node admits the runner.
   */
  readonly oneMore: readonly NodeShortage[] | null;
}

/** Nodes that one answer tells of. */
const SHOWN = 5;

const RESOURCES: Readonly<Record<number, Pick<Lack, "resource" | "unit">>> = {
  [CPU]: { resource: "cpu", unit: "millicores" },
  [MEMORY]: { resource: "memory", unit: "bytes" },
  [EPHEMERAL]: { resource: "ephemeral storage", unit: "bytes" },
  [PODS]: { resource: "pods", unit: "pods" },
  [LIMIT]: { resource: "memory limits", unit: "bytes" },
  [RUNNERS]: { resource: "runners", unit: "runners" },
};

/**
 * What one more runner of this shape lacks where `free` is left (by node of the problem). Its pods are put
 * one after the other where there is room; undefined if all of them have some.
 */
export function shortageOf(
  survey: Survey,
  { problem, nodes }: Scenario,
  shape: readonly number[],
  left: Float64Array,
): Shortage | undefined {
  const free = Float64Array.from(left);
  let first: NodeShortage[] | undefined;
  const oneMore: NodeShortage[] = [];
  let hopeless = false;
  let eligible = 0;
  for (const g of shape) {
    const { demand, nodes: usable } = problem.groups[g] as Group;
    let at = usable.find((node) => room(free, node, demand) > 0);
    if (at === undefined) {
      const short = nearestNodes(free, usable, demand).map((node) => ({
        node,
        lacks: lacksOf(free, node, demand),
      }));
      const tell = ({ node, lacks }: (typeof short)[number]): NodeShortage => {
        const { cluster, name } = (survey.nodes[nodes[node] as number] as SurveyedNode).node;
        return { cluster, node: name, lacks: lacks.map(({ d: _, ...lack }) => lack) };
      };
      if (!first) {
        first = short.map(tell);
        eligible = usable.length;
      }
      const [nearest] = short;
      if (!nearest || nearest.lacks.some((l) => l.resource === "runners")) {
        hopeless = true;
        break;
      }
      oneMore.push(tell(nearest));
      at = nearest.node;
      for (const { d, short: amount } of nearest.lacks) {
        const index = at * DIMENSIONS + d;
        free[index] = (free[index] as number) + amount;
      }
    }
    take(free, at, demand, 1);
  }
  if (!first) return undefined;
  return {
    nodes: first,
    more: eligible - first.length,
    oneMore: hopeless ? null : oneMore,
  };
}

/** With the dimension of the problem that each is of. */
type DimensionLack = Lack & { readonly d: number };

function lacksOf(free: Float64Array, node: number, demand: Float64Array): DimensionLack[] {
  const lacks: DimensionLack[] = [];
  for (let d = 0; d < DIMENSIONS; d++) {
    const need = demand[d] as number;
    const there = free[node * DIMENSIONS + d] as number;
    const what = RESOURCES[d];
    if (need === 0 || there >= need || !what) continue;
    lacks.push({ d, ...what, need, free: there, short: need - there });
  }
  const scarcest = binding(free, node, demand);
  return lacks.sort((a, b) => Number(b.d === scarcest) - Number(a.d === scarcest) || a.d - b.d);
}

/** The few nodes that are nearest to having room; of thousands only those are described. */
function nearestNodes(free: Float64Array, usable: Int32Array, demand: Float64Array): number[] {
  const found: { node: number; far: number }[] = [];
  for (const node of usable) {
    const far = distance(free, node, demand);
    if (found.length === SHOWN && far >= (found.at(-1)?.far ?? 0)) continue;
    const at = found.findIndex((f) => far < f.far);
    found.splice(at === -1 ? found.length : at, 0, { node, far });
    if (found.length > SHOWN) found.pop();
  }
  return found.map((f) => f.node);
}

/** How far a node is from having room, as a share of the pod; infinite where no amount helps. */
function distance(free: Float64Array, node: number, demand: Float64Array): number {
  let far = 0;
  for (let d = 0; d < DIMENSIONS; d++) {
    const need = demand[d] as number;
    const there = free[node * DIMENSIONS + d] as number;
    if (need === 0 || there >= need) continue;
    if (d === RUNNERS) return Number.POSITIVE_INFINITY;
    far += (need - there) / need;
  }
  return far;
}
