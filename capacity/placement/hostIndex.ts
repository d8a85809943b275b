import { Alike } from "./alike.ts";
import type { Demand } from "./demand.ts";
import type { Proposal } from "./fit.ts";
import type { HostState } from "./hostState.ts";
import {
  canHold,
  FIELD,
  FIELDS,
  measure,
  nameBits,
  namesNeeded,
  scoreBound,
  type Wants,
  wantsOf,
} from "./measures.ts";
import { compareRated, type Rated, rate } from "./scan.ts";
import { NEAR } from "./score.ts";

/**
 * Finds the best host without looking at all of them, and finds the same one as the scan. Hosts are the leaves of a
 * tree; each node knows the most of everything that one of its hosts has, and so what no host below it can hold and
 * what score none of them can reach. Of hosts that are alike only the preferred one is in the tree: that is where
 * ties come from, and it would win them.
 */
export class HostIndex {
  /** By rank: in the order in which equals are preferred. */
  readonly #states: readonly HostState[];
  readonly #byCount: boolean;
  readonly #leafOf: Int32Array;
  /** Leaf → rank; -1 beyond the hosts. */
  readonly #rankOf: Int32Array;
  readonly #leaves: number;
  /** `FIELDS` figures per node; node 1 is the root, the leaves are the last ones. */
  readonly #most: Float64Array;
  /** Names of bridges and pools that hosts below a node have, as bits. */
  readonly #names: Int32Array;
  readonly #alike: Alike;
  readonly #figures = new Float64Array(FIELDS);

  constructor(states: readonly HostState[], byCount: boolean) {
    this.#states = states;
    this.#byCount = byCount;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, states.length)));
    this.#most = new Float64Array(2 * this.#leaves * FIELDS).fill(Number.NEGATIVE_INFINITY);
    this.#names = new Int32Array(2 * this.#leaves);
    this.#leafOf = new Int32Array(states.length);
    this.#rankOf = new Int32Array(this.#leaves).fill(-1);
    // Hosts of one make side by side: what a node knows then is close to what each of its hosts has.
    const order = [...states.keys()].sort((a, b) => compareMake(states[a], states[b]) || a - b);
    order.forEach((rank, leaf) => {
      this.#leafOf[rank] = leaf;
      this.#rankOf[leaf] = rank;
      this.#names[this.#leaves + leaf] = nameBits(states[rank] as HostState);
    });
    this.#alike = new Alike(states.map((state) => state.state));
    for (const rank of this.#alike.preferred()) this.#fill(rank);
    for (let node = this.#leaves - 1; node > 0; node--) {
      this.#names[node] = (this.#names[2 * node] as number) | (this.#names[2 * node + 1] as number);
      this.#sum(node);
    }
  }

  /** To be told whenever a host has taken something. */
  changed(rank: number): void {
    for (const changed of this.#alike.change(rank, (this.#states[rank] as HostState).state)) {
      if (this.#alike.isPreferred(changed)) this.#fill(changed);
      else this.#clear(changed);
      for (let node = (this.#leaves + (this.#leafOf[changed] as number)) >> 1; node > 0; node >>= 1) {
        if (!this.#sum(node)) break;
      }
    }
  }

  #fill(rank: number): void {
    measure(this.#states[rank] as HostState, rank, this.#figures);
    this.#most.set(this.#figures, (this.#leaves + (this.#leafOf[rank] as number)) * FIELDS);
  }

  #clear(rank: number): void {
    const at = (this.#leaves + (this.#leafOf[rank] as number)) * FIELDS;
    this.#most.fill(Number.NEGATIVE_INFINITY, at, at + FIELDS);
  }

  /** The most of both children; false if that is what the node had. */
  #sum(node: number): boolean {
    const most = this.#most;
    const at = node * FIELDS;
    const left = 2 * at;
    const right = left + FIELDS;
    let isOther = false;
    for (let f = 0; f < FIELDS; f++) {
      const l = most[left + f] as number;
      const r = most[right + f] as number;
      const more = Math.max(l, r);
      if (most[at + f] !== more) {
        most[at + f] = more;
        isOther = true;
      }
    }
    return isOther;
  }

  /** The best place for a VM that names no host. */
  best(demand: Demand): Proposal | undefined {
    const [any] = this.#states;
    if (any === undefined) return undefined;
    const wants = wantsOf(demand, any.spec.counts, this.#byCount);
    const names = namesNeeded(demand);
    const most = this.#most;
    let best: Rated | undefined;
    let bestRank = -1;
    const canWin = (node: number): boolean => {
      if (((this.#names[node] as number) & names) !== names || !canHold(most, node * FIELDS, wants))
        return false;
      if (best === undefined) return true;
      if (wants.isScored) return scoreBound(most, node * FIELDS, wants) > best.score.sum - NEAR;
      const fewest = -(most[node * FIELDS + FIELD.vms] as number);
      const first = -(most[node * FIELDS + FIELD.rank] as number);
      return fewest < best.proposal.state.vms || (fewest === best.proposal.state.vms && first < bestRank);
    };
    const visit = (node: number): void => {
      if (!canWin(node)) return;
      if (node >= this.#leaves) {
        const rank = this.#rankOf[node - this.#leaves] as number;
        // As much is left there as on the best one: it can only come to the same, and would lose the tie.
        if (
          wants.isScored &&
          rank > bestRank &&
          best &&
          isLevel(this.#states[rank] as HostState, best.proposal.state, demand)
        )
          return;
        const rated = rate(this.#states[rank] as HostState, demand, this.#byCount);
        if (rated === undefined) return;
        const order = best === undefined ? -1 : compareRated(rated, best);
        if (order > 0 || (order === 0 && rank > bestRank)) return;
        best = rated;
        bestRank = rank;
        return;
      }
      const first =
        this.#promises(2 * node, wants) >= this.#promises(2 * node + 1, wants) ? 2 * node : 2 * node + 1;
      visit(first);
      visit(first ^ 1);
    };
    visit(1);
    return best?.proposal;
  }

  #promises(node: number, wants: Wants): number {
    const at = node * FIELDS;
    return wants.isScored ? scoreBound(this.#most, at, wants) : (this.#most[at + FIELD.vms] as number);
  }
}

/** Whether two hosts of one make have as much left of all that is scored, whatever their cells look like. */
function isLevel(a: HostState, b: HostState, demand: Demand): boolean {
  const { cores, make } = a.spec;
  return (
    make === b.spec.make &&
    // Where cores are of several sizes, what a VM takes depends on the cell.
    cores.smallestCore === cores.largestCore &&
    a.memoryUsed === b.memoryUsed &&
    a.cpus.left === b.cpus.left &&
    a.trafficUsed("network") === b.trafficUsed("network") &&
    a.trafficUsed("diskIo") === b.trafficUsed("diskIo") &&
    a.pools.isLevel(b.pools, demand.disks)
  );
}

/** Larger hosts first, then by all that makes them. */
function compareMake(a: HostState | undefined, b: HostState | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return b.memoryLimit - a.memoryLimit || b.cpus.usable - a.cpus.usable || a.spec.make - b.spec.make;
}
