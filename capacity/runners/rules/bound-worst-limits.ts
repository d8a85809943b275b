import { type Finding, finding } from "../../../model/finding.ts";
import { formatBytes } from "../../../model/format.ts";
import { listNames } from "../../host/names.ts";
import { CPU, DIMENSIONS, LIMIT, MEMORY, room, take } from "../placement/problem.ts";
import type { Scenario } from "../scenario.ts";
import type { Survey, SurveyedNode } from "../survey.ts";

/**
 * The proof seats runners within the memory limits, but the scheduler places by requests alone and may pile
 * more limits on one node. Warns where the worst case exceeds the node. One-at-a-time nodes hold one runner,
 * of which the limit is warned about by itself.
 */
export function boundWorstLimits(survey: Survey, limits: Scenario): Finding[] {
  const over = overloads(limits);
  const worst = over.reduce((a, b) => (b && (!a || b.excess > a.excess) ? b : a), over[0]);
  if (!worst) return [];
  const { node, path } = survey.nodes[worst.node] as SurveyedNode;
  const others = over.filter((o) => o !== worst).map((o) => (survey.nodes[o.node] as SurveyedNode).node.name);
  const also = others.length === 0 ? "" : ` (also over: ${listNames(others)})`;
  return [
    finding({
      rule: "runners/limits-worst-case",
      severity: "warn",
      path,
      subject: `node ${node.name}`,
      have: worst.available,
      need: worst.available + worst.excess,
      limit: worst.available,
      unit: "bytes",
      message: `The scheduler places by requests and may put runners with ${worst.exact ? "" : "up to "}${formatBytes(worst.available + worst.excess)} of memory limits on ${node.name}, which has ${formatBytes(worst.available)} for them${also}.`,
      remedy: "Bring requests nearer to limits, or spread the runners by selector.",
    }),
  ];
}

interface Overload {
  readonly node: number;
  readonly available: number;
  readonly excess: number;
  /** True if a set of runners that the scheduler can put there was found; else only an upper bound is known. */
  readonly exact: boolean;
}

interface Stack {
  readonly group: number;
  readonly demand: Float64Array;
  readonly count: number;
}

function overloads({ problem, parts, nodes, where }: Scenario): Overload[] {
  const stacks = problem.groups.map((group, g): Stack => {
    const { part, local } = where[g] as { part: number; local: number };
    return { group: g, demand: group.demand, count: parts[part]?.solver.counts[local] ?? 0 };
  });
  const worth = (d: number) =>
    stacks
      .filter((s) => s.count > 0)
      .sort((a, b) => density(b.demand, d) - density(a.demand, d) || a.group - b.group);
  const orders = [worth(CPU), worth(MEMORY)];
  const largest = orders[0]?.toSorted((a, b) => of(b.demand, LIMIT) - of(a.demand, LIMIT)) ?? [];
  const admitted = problem.groups.map(({ nodes: usable }) => {
    const mask = new Uint8Array(nodes.length);
    for (const n of usable) mask[n] = 1;
    return mask;
  });
  return nodes.flatMap((fleetNode, n): Overload[] => {
    const available = problem.free[n * DIMENSIONS + LIMIT] as number;
    if (!Number.isFinite(available)) return [];
    const upper = Math.min(
      ...[CPU, MEMORY].map((d, i) =>
        fractional(orders[i] ?? [], admitted, n, d, problem.free[n * DIMENSIONS + d] as number),
      ),
    );
    // Where what runs has more limits than the node, no runner is to blame that adds none.
    const bearable = Math.max(0, available);
    if (upper <= bearable) return [];
    const here = (order: readonly Stack[] = []) => order.filter((s) => admitted[s.group]?.[n] === 1);
    const [byCpu, byMemory] = [here(orders[0]), here(orders[1])];
    const free = problem.free
      .slice(n * DIMENSIONS, (n + 1) * DIMENSIONS)
      .fill(Number.POSITIVE_INFINITY, LIMIT);
    const found = Math.max(...[byCpu, byMemory, here(largest)].map((order) => pile(order, free)));
    const reached = found > bearable ? found : search(byMemory, free, bearable);
    if (reached !== undefined && reached <= bearable) return [];
    const exact = reached !== undefined;
    return [{ node: fleetNode, available, excess: Math.floor(reached ?? upper) - available, exact }];
  });
}

function of(demand: Float64Array, d: number): number {
  return demand[d] as number;
}

/** Memory limit per unit of a request; a group that requests none of it is as dense as can be. */
function density(demand: Float64Array, d: number): number {
  const limit = of(demand, LIMIT);
  return limit === 0 ? 0 : limit / of(demand, d);
}

/** Upper bound of the limits that fit one requested resource: the densest first, the last one in part. */
function fractional(
  order: readonly Stack[],
  admitted: readonly Uint8Array[],
  node: number,
  d: number,
  free: number,
): number {
  let left = Math.max(0, free);
  let sum = 0;
  for (const { group, demand, count } of order) {
    if (admitted[group]?.[node] !== 1) continue;
    const need = of(demand, d);
    const taken = need === 0 ? count : Math.min(count, left / need);
    sum += taken * of(demand, LIMIT);
    left -= taken * need;
    if (left <= 0) break;
  }
  return sum;
}

/** Limits of the runners that fill a node in one order. */
function pile(order: readonly Stack[], there: Float64Array): number {
  const free = Float64Array.from(there);
  let sum = 0;
  for (const { demand, count } of order) {
    const taken = Math.min(count, room(free, 0, demand));
    if (taken === 0) continue;
    take(free, 0, demand, taken);
    sum += taken * of(demand, LIMIT);
  }
  return sum;
}

/** Steps of the exact search on one node. */
const STEPS = 2_000;

/** A sum of limits above `available` that fits the node, else the most that fits; undefined if not settled. */
function search(order: readonly Stack[], there: Float64Array, available: number): number | undefined {
  const free = Float64Array.from(there);
  let steps = STEPS;
  let most = 0;
  const visit = (k: number, sum: number): void => {
    if (steps-- <= 0 || most > available) return;
    most = Math.max(most, sum);
    const stack = order[k];
    if (!stack) return;
    for (let count = Math.min(stack.count, room(free, 0, stack.demand)); count >= 0; count--) {
      take(free, 0, stack.demand, count);
      visit(k + 1, sum + count * of(stack.demand, LIMIT));
      take(free, 0, stack.demand, -count);
    }
  };
  visit(0, 0);
  return steps < 0 && most <= available ? undefined : most;
}
