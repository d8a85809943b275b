import type { Fleet } from "../../../model/fleet.ts";
import type { Node } from "../../../model/node.ts";
import type { ScaleSet } from "../../../model/scaleset.ts";
import { selects, untolerated } from "../../../model/taint.ts";

/**
 * The placement question answered by trying everything, written apart from the product: no groups, no
 * bounds, no order. Only for fleets of a handful of pods.
 */

interface Pod {
  readonly set: number;
  readonly role: number;
  readonly cpu: number;
  readonly memory: number;
  readonly storage: number;
  readonly pods: number;
  readonly limit: number;
  readonly nodes: readonly number[];
}

interface Left {
  cpu: number;
  memory: number;
  storage: number;
  pods: number;
  limit: number;
  runners: number;
}

export interface Brute {
  readonly fleet: Fleet;
  readonly limits: boolean;
  /** Runners asked for, by scale set. */
  readonly maxima: readonly number[];
}

export function eligible(set: ScaleSet, node: Node): boolean {
  return (
    set.cluster === node.cluster &&
    selects(set.selector, node.labels) &&
    untolerated(node.taints, set.tolerations).length === 0
  );
}

export function isOneAtATime(fleet: Fleet, node: Node): boolean {
  return fleet.policy.overflow.some((o) => o.node === node.name && o.oneAtATime);
}

function podsOf(fleet: Fleet, s: number): Pod[] {
  const set = fleet.scaleSets[s] as ScaleSet;
  const nodes = fleet.nodes.flatMap((node, n) => (eligible(set, node) ? [n] : []));
  const apart = set.containerMode === "kubernetes-novolume";
  const roles = apart
    ? [
        set.containers.filter((c) => c.name !== "workflow"),
        set.containers.filter((c) => c.name === "workflow"),
      ]
    : [set.containers];
  return roles.map((containers, role) => ({
    set: s,
    role,
    cpu: containers.reduce((sum, c) => sum + (c.requests.cpu ?? 0), 0),
    memory: containers.reduce((sum, c) => sum + (c.requests.memory ?? 0), 0),
    storage: containers.reduce((sum, c) => sum + (c.requests.ephemeralStorage ?? 0), 0),
    pods: set.containerMode === "kubernetes" ? 2 : 1,
    limit: containers.reduce((sum, c) => sum + (c.limits.memory ?? 0), 0),
    nodes,
  }));
}

function leftOf({ fleet, limits }: Brute): Left[] {
  return fleet.nodes.map((node) => {
    const one = isOneAtATime(fleet, node);
    const { allocatable: a, running: r } = node;
    return {
      cpu: (a.cpu ?? 0) - (r?.cpu ?? 0),
      memory: (a.memory ?? 0) - (r?.memory ?? 0),
      storage: (a.ephemeralStorage ?? 0) - (r?.ephemeralStorage ?? 0),
      pods: (a.pods ?? 0) - (r?.pods ?? 0),
      limit:
        limits && !one
          ? Math.floor((a.memory ?? 0) * fleet.policy.limitRatio) - (r?.memoryLimit ?? r?.memory ?? 0)
          : Number.POSITIVE_INFINITY,
      runners: one ? 1 : Number.POSITIVE_INFINITY,
    };
  });
}

function put(left: Left, pod: Pod, sign: 1 | -1): boolean {
  left.cpu -= sign * pod.cpu;
  left.memory -= sign * pod.memory;
  left.storage -= sign * pod.storage;
  left.pods -= sign * pod.pods;
  left.limit -= sign * pod.limit;
  left.runners -= sign;
  return (
    (pod.cpu === 0 || left.cpu >= 0) &&
    (pod.memory === 0 || left.memory >= 0) &&
    (pod.storage === 0 || left.storage >= 0) &&
    left.pods >= 0 &&
    (pod.limit === 0 || left.limit >= 0) &&
    left.runners >= 0
  );
}

/** The most runners that can have a seat at once; `atLeast` stops early. */
export function mostRunners(brute: Brute, atLeast = Number.POSITIVE_INFINITY): number {
  const left = leftOf(brute);
  const runners = brute.maxima.flatMap((count, s) =>
    Array.from({ length: count }, () => podsOf(brute.fleet, s)),
  );
  let best = 0;
  const visit = (k: number, seated: number, from: readonly number[]): void => {
    best = Math.max(best, seated);
    if (k === runners.length || best >= atLeast || seated + runners.length - k <= best) return;
    const pods = runners[k] as Pod[];
    const same = k > 0 && runners[k - 1]?.[0]?.set === pods[0]?.set;
    const seat = (p: number, chosen: readonly number[]): void => {
      const pod = pods[p];
      if (!pod) {
        visit(k + 1, seated + 1, chosen);
        return;
      }
      for (const n of pod.nodes) {
        // Runners of one scale set are alike: the first pods' nodes need not be tried in every order.
        if (p === 0 && same && n < (from[0] ?? 0)) continue;
        if (put(left[n] as Left, pod, 1)) seat(p + 1, [...chosen, n]);
        put(left[n] as Left, pod, -1);
      }
    };
    seat(0, []);
    // Left out: then so are the other runners of the set.
    let next = k + 1;
    while (runners[next]?.[0]?.set === pods[0]?.set) next++;
    visit(next, seated, []);
  };
  visit(0, 0, []);
  return best;
}

/** True if all runners have a seat at once. */
export function allSeated(brute: Brute): boolean {
  const asked = brute.maxima.reduce((sum, n) => sum + n, 0);
  return mostRunners(brute, asked) === asked;
}

/** The largest maximum of one scale set for which all have a seat; -1 if not even 0 does. */
export function largestBrute(brute: Brute, s: number, most: number): number {
  for (let n = 0; n <= most; n++) {
    const maxima = brute.maxima.map((m, i) => (i === s ? n : m));
    if (!allSeated({ ...brute, maxima })) return n - 1;
  }
  return most;
}
