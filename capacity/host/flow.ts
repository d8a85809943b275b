import { compareText } from "../../model/finding.ts";

/**
 * Demands that may each be split over some places: memory over NUMA cells, vCPUs over CPUs. Settled exactly,
 * by maximum flow (shortest augmenting paths); what does not fit is explained by a minimum cut.
 */

export interface Demand {
  /** Integer from 0. */
  readonly amount: number;
  /** Indices into the capacities, preferred ones first; at least one. */
  readonly places: readonly number[];
}

/** Places that cannot hold the demands that have nowhere else to go. */
export interface Shortage {
  /** Ascending. */
  readonly places: readonly number[];
  /** Indices of the demands, ascending; each demand's places all lie within `places`. */
  readonly demands: readonly number[];
  readonly requested: number;
  /** `requested - available` is what is short: no placement leaves less unplaced. */
  readonly available: number;
}

export interface Distribution {
  /** Per demand: place → amount. What has no room is booked on the demand's first place. */
  readonly shares: readonly ReadonlyMap<number, number>[];
  /** Empty if everything fits. Disjoint; ordered by their first place. */
  readonly shortages: readonly Shortage[];
}

/** Demands with the same places are one commodity. */
interface Group {
  readonly key: string;
  readonly places: readonly number[];
  readonly members: number[];
  requested: number;
  left: number;
  readonly flow: Map<number, number>;
}

/** Places that are full, and the groups that are confined to them. */
interface Part {
  readonly places: ReadonlySet<number>;
  readonly groups: ReadonlySet<Group>;
}

/** How a search came to each place and group. */
interface Trail {
  readonly end: number | undefined;
  readonly placeFrom: ReadonlyMap<number, Group>;
  readonly groupFrom: ReadonlyMap<Group, number>;
}

/**
 * Places all demands at once, or shows why that is impossible. The amount per place does not depend on the
 * order of the demands. A negative capacity counts as none.
 */
export function distribute(demands: readonly Demand[], capacities: readonly number[]): Distribution {
  const groups = groupDemands(demands);
  const free = capacities.map((c) => Math.max(0, c));
  const users = capacities.map(() => new Set<Group>());
  for (const group of groups) {
    while (group.left > 0) {
      const trail = search(group, free, users);
      if (trail.end === undefined) break;
      push(group, trail.end, trail, free, users);
    }
  }
  const shortages = explain(groups, capacities, free, users);
  for (const group of groups) if (group.left > 0) add(group.flow, group.places[0] as number, group.left);
  return { shares: divide(groups, demands), shortages };
}

/** Fewest places first: who has no choice is served before who has one, so that shortages name the bound. */
function groupDemands(demands: readonly Demand[]): Group[] {
  const groups = new Map<string, Group>();
  demands.forEach((demand, i) => {
    const key = demand.places.join(",");
    let group = groups.get(key);
    if (!group) {
      group = { key, places: demand.places, members: [], requested: 0, left: 0, flow: new Map() };
      groups.set(key, group);
    }
    group.members.push(i);
    group.requested += demand.amount;
    group.left += demand.amount;
  });
  return [...groups.values()].sort((a, b) => a.places.length - b.places.length || compareText(a.key, b.key));
}

function search(start: Group, free: readonly number[], users: readonly ReadonlySet<Group>[]): Trail {
  const placeFrom = new Map<number, Group>();
  const groupFrom = new Map<Group, number>();
  const queue = [start];
  for (const group of queue) {
    for (const place of group.places) {
      if (placeFrom.has(place)) continue;
      placeFrom.set(place, group);
      if ((free[place] as number) > 0) return { end: place, placeFrom, groupFrom };
      for (const user of users[place] as ReadonlySet<Group>) {
        if (user === start || groupFrom.has(user)) continue;
        groupFrom.set(user, place);
        queue.push(user);
      }
    }
  }
  return { end: undefined, placeFrom, groupFrom };
}

/** Moves as much as the trail carries: each group on it gives up a place and takes the next. */
function push(start: Group, end: number, trail: Trail, free: number[], users: readonly Set<Group>[]): void {
  const steps: { group: Group; takes: number; leaves: number | undefined }[] = [];
  let amount = Math.min(start.left, free[end] as number);
  for (let takes = end; ; ) {
    const group = trail.placeFrom.get(takes) as Group;
    const leaves = group === start ? undefined : (trail.groupFrom.get(group) as number);
    steps.push({ group, takes, leaves });
    if (leaves === undefined) break;
    amount = Math.min(amount, group.flow.get(leaves) as number);
    takes = leaves;
  }
  for (const { group, takes, leaves } of steps) {
    add(group.flow, takes, amount);
    users[takes]?.add(group);
    if (leaves === undefined) continue;
    add(group.flow, leaves, -amount);
    if (group.flow.get(leaves) === 0) users[leaves]?.delete(group);
  }
  start.left -= amount;
  free[end] = (free[end] as number) - amount;
}

/**
 * The minimum cut, in connected parts. From a group that found no room, every reachable place is full of
 * groups that are themselves confined to reachable places: those are the demands that the places owe.
 */
function explain(
  groups: readonly Group[],
  capacities: readonly number[],
  free: readonly number[],
  users: readonly ReadonlySet<Group>[],
): Shortage[] {
  let parts: Part[] = [];
  for (const group of groups) {
    if (group.left === 0) continue;
    const trail = search(group, free, users);
    const reached = trail.placeFrom;
    const touches = (part: Part) => [...part.places].some((place) => reached.has(place));
    const merged = parts.filter(touches);
    parts = [
      ...parts.filter((part) => !merged.includes(part)),
      {
        places: new Set([...reached.keys(), ...merged.flatMap((part) => [...part.places])]),
        groups: new Set([group, ...trail.groupFrom.keys(), ...merged.flatMap((part) => [...part.groups])]),
      },
    ];
  }
  return parts
    .map((part) => ({
      places: [...part.places].sort((a, b) => a - b),
      demands: [...part.groups].flatMap((g) => g.members).sort((a, b) => a - b),
      requested: [...part.groups].reduce((sum, g) => sum + g.requested, 0),
      available: [...part.places].reduce((sum, p) => sum + Math.max(0, capacities[p] as number), 0),
    }))
    .sort((a, b) => (a.places[0] as number) - (b.places[0] as number));
}

/** Hands a group's flow out to its members, in their order, place by place. */
function divide(groups: readonly Group[], demands: readonly Demand[]): Map<number, number>[] {
  const shares = demands.map(() => new Map<number, number>());
  for (const group of groups) {
    const rest = group.places.flatMap((place) => {
      const amount = group.flow.get(place) ?? 0;
      return amount > 0 ? [{ place, amount }] : [];
    });
    let next = 0;
    for (const member of group.members) {
      let wanted = (demands[member] as Demand).amount;
      for (let source = rest[next]; wanted > 0 && source; source = rest[next]) {
        const taken = Math.min(wanted, source.amount);
        add(shares[member] as Map<number, number>, source.place, taken);
        wanted -= taken;
        source.amount -= taken;
        if (source.amount === 0) next++;
      }
    }
  }
  return shares;
}

function add(map: Map<number, number>, key: number, amount: number): void {
  map.set(key, (map.get(key) ?? 0) + amount);
}
