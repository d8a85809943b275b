import { compareText } from "../../model/finding.ts";
import { asDeclared } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import type { Demand } from "../placement/demand.ts";
import { commit } from "../placement/fit.ts";
import type { HostState } from "../placement/hostState.ts";
import { compareOrder } from "../placement/placeVms.ts";
import { compareRated, type Rated, rate } from "../placement/scan.ts";
import { fill, type HostRoster } from "./hostRoster.ts";
import { type Reach, reachOf } from "./reach.ts";

/** What is left of the seats when a host is lost: VMs that were placed there are placed again first. */

export interface HostLoss {
  readonly host: string;
  readonly seats: number;
  /** VMs that were placed again on other hosts. */
  readonly moved: number;
  /** VMs that name the host: they are lost with it. */
  readonly lost: readonly string[];
  /** VMs that were placed there and have no place elsewhere. Then there is no seat either. */
  readonly homeless: readonly string[];
}

export interface Survival {
  readonly seats: Reach;
  /** The loss that leaves the fewest seats; null where there is no host. */
  readonly worst: HostLoss | null;
}

/** Steps (a host rated, a VM put on a copy of one) that the losses may take; beyond, those that remain are only bounded. */
const MOST_STEPS = 2_000_000;

/**
 * The fewest seats that any one loss leaves. A loss is tried out only where a bound does not settle it: each VM that is
 * placed again changes one host, which cannot lose more seats than it has.
 *
 * @param seats of the shape on each host, by position
 */
export function surviveLosses(
  roster: HostRoster,
  seats: readonly number[],
  shape: Demand,
  mostSteps = MOST_STEPS,
): Survival {
  const total = seats.reduce((sum, n) => sum + n, 0);
  const losses = new Losses(roster, seats, shape, mostSteps);
  const most = [0];
  for (const n of [...seats].sort((a, b) => b - a)) most.push((most.at(-1) as number) + n);
  const bounded = roster.states.map((_, position) => {
    const again = losses.displaced(position);
    const left = total - (seats[position] as number) - (most[Math.min(again.length, seats.length)] as number);
    return { position, again, left: Math.max(0, left) };
  });
  bounded.sort((a, b) => a.left - b.left || a.position - b.position);
  let worst: HostLoss | null = null;
  let unsettled = Number.POSITIVE_INFINITY;
  for (const { position, again, left } of bounded) {
    if (worst !== null && (worst.seats === 0 || left >= worst.seats) && losses.allHaveRoom(again)) continue;
    if (losses.isSpent) {
      unsettled = Math.min(unsettled, losses.allHaveRoom(again) ? left : 0);
      continue;
    }
    const loss = losses.of(position, again);
    if (worst === null || isWorse(loss, worst)) worst = loss;
  }
  if (worst === null) return { seats: reachOf({ fits: 0, exceeds: 1 }), worst };
  return { seats: reachOf({ fits: Math.min(worst.seats, unsettled), exceeds: worst.seats + 1 }), worst };
}

/** A loss that the fleet's own VMs do not survive is worse than one that leaves no seat. */
function isWorse(a: HostLoss, b: HostLoss): boolean {
  const order = a.seats - b.seats || b.homeless.length - a.homeless.length || compareText(a.host, b.host);
  return order < 0;
}

/** A host's VMs elsewhere: what hosts they changed, as copies. */
interface Settled {
  readonly changed: ReadonlyMap<number, HostState>;
  readonly homeless: readonly string[];
}

class Losses {
  readonly #roster: HostRoster;
  readonly #seats: readonly number[];
  readonly #shape: Demand;
  /** Hosts with a place for VMs of one kind, the best first, by what the VMs ask for. */
  readonly #ranked = new Map<string, readonly { readonly position: number; readonly rated: Rated }[]>();
  /** What VMs of these kinds come to if all hosts are there. */
  readonly #settled = new Map<string, Settled & { readonly fewer: number }>();
  readonly #mostSteps: number;
  #steps = 0;

  constructor(roster: HostRoster, seats: readonly number[], shape: Demand, mostSteps: number) {
    this.#mostSteps = mostSteps;
    this.#roster = roster;
    this.#seats = seats;
    this.#shape = shape;
  }

  get isSpent(): boolean {
    return this.#steps > this.#mostSteps;
  }

  /** VMs that were placed on a host, as they are declared, in the order of placing. */
  displaced(position: number): readonly VM[] {
    return (this.#roster.vms[position] as readonly VM[])
      .flatMap((vm) => {
        const declared = asDeclared(vm);
        return declared === undefined || declared.host !== undefined ? [] : [declared];
      })
      .sort(compareOrder);
  }

  /** Under a name that no VM has: one of the same kind has no files on any host yet. */
  #demandOf(vm: VM, i: number): Demand {
    return this.#roster.demandOf({ ...vm, name: `~again-${i}` });
  }

  /** Whether each has so many hosts to go to that the others cannot take them all; false also where it is not known. */
  allHaveRoom(again: readonly VM[]): boolean {
    return again.every((vm, i) => {
      const demand = this.#demandOf(vm, i);
      if (this.isSpent && !this.#ranked.has(kindOf(demand))) return false;
      return this.#rank(demand).length > again.length;
    });
  }

  of(position: number, again: readonly VM[]): HostLoss {
    const { host } = (this.#roster.states[position] as HostState).spec;
    const { homeless, fewer } = this.#without(position, again);
    const total = this.#seats.reduce((sum, n) => sum + n, 0) - (this.#seats[position] as number);
    const declared = new Set(again.map((vm) => vm.name));
    return {
      host: host.name,
      seats: homeless.length > 0 ? 0 : total - fewer,
      moved: again.length - homeless.length,
      lost: (this.#roster.vms[position] as readonly VM[]).flatMap(({ name }) =>
        declared.has(name) ? [] : [name],
      ),
      homeless,
    };
  }

  /** Hosts alike in what they lose come to the same, unless one of them would itself have been chosen. */
  #without(position: number, again: readonly VM[]): Settled & { readonly fewer: number } {
    const key = again.map((vm, i) => kindOf(this.#demandOf(vm, i))).join("\n");
    let settled = this.#settled.get(key);
    if (settled === undefined) {
      settled = this.#count(this.#settle(again, undefined));
      this.#settled.set(key, settled);
    }
    if (settled.homeless.length === 0 && !settled.changed.has(position)) return settled;
    return this.#count(this.#settle(again, position));
  }

  #count(settled: Settled): Settled & { readonly fewer: number } {
    let fewer = 0;
    for (const [position, state] of settled.changed) {
      const { seats } = fill(state, this.#shape);
      fewer += (this.#seats[position] as number) - seats;
      this.#steps += seats;
    }
    return { ...settled, fewer };
  }

  #settle(again: readonly VM[], lost: number | undefined): Settled {
    const changed = new Map<number, HostState>();
    const homeless: string[] = [];
    for (const [i, vm] of again.entries()) {
      const demand = this.#demandOf(vm, i);
      const position = this.#best(demand, lost, changed);
      if (position === undefined) {
        homeless.push(vm.name);
        continue;
      }
      const state = changed.get(position) ?? this.#roster.copy(position);
      this.#steps += changed.has(position) ? 1 : state.vms;
      const rated = rate(state, demand, this.#roster.byCount) as Rated;
      commit(rated.proposal, demand);
      changed.set(position, state);
    }
    return { changed, homeless };
  }

  /** As `scan` finds it: the best untouched host, or a better one among those that were changed. */
  #best(
    demand: Demand,
    lost: number | undefined,
    changed: ReadonlyMap<number, HostState>,
  ): number | undefined {
    let best = this.#rank(demand).find(({ position }) => position !== lost && !changed.has(position));
    for (const [position, state] of changed) {
      this.#steps++;
      const rated = rate(state, demand, this.#roster.byCount);
      if (rated === undefined) continue;
      const order = best === undefined ? -1 : compareRated(rated, best.rated) || position - best.position;
      if (order < 0) best = { position, rated };
    }
    return best?.position;
  }

  #rank(demand: Demand): readonly { readonly position: number; readonly rated: Rated }[] {
    const key = kindOf(demand);
    let ranked = this.#ranked.get(key);
    if (ranked === undefined) {
      this.#steps += this.#roster.states.length;
      ranked = this.#roster.states
        .flatMap((state, position) => {
          const rated = rate(state, demand, this.#roster.byCount);
          return rated === undefined ? [] : [{ position, rated }];
        })
        .sort((a, b) => compareRated(a.rated, b.rated) || a.position - b.position);
      this.#ranked.set(key, ranked);
    }
    return ranked;
  }
}

/** All that decides where a VM goes: VMs of one kind go to the same host. */
function kindOf({ vm, disks, ...demand }: Demand): string {
  const { bridge, bandwidth, diskBandwidth, emulator, iothreads, memory, gpus } = vm;
  const named = vm.disks.map(({ file }) => file ?? "");
  return JSON.stringify([
    demand,
    disks.map((disk) => [disk.class, disk.size, disk.pool]),
    [named, bridge, bandwidth, diskBandwidth, emulator, iothreads, memory, gpus],
  ]);
}
