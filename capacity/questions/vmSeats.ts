import type { Fleet } from "../../model/fleet.ts";
import type { VM } from "../../model/vm.ts";
import type { HostState } from "../placement/hostState.ts";
import { placeVms } from "../placement/placeVms.ts";
import { whyNot } from "../placement/whyNot.ts";
import type { PressureState } from "../pressure/exclusion.ts";
import { type Survival, surviveLosses } from "./hostLoss.ts";
import { type Filled, fill, HostRoster } from "./hostRoster.ts";
import { type Reach, reachOf } from "./reach.ts";

/** How many more VMs of a shape fit, beside all of the fleet's. */

export interface VmSeatsQuestion {
  /** A VM that names no host, and no files of its disks. Its name plays no part. */
  readonly shape: VM;
  /** Whether the seats must hold with any one host lost. */
  readonly survive: boolean;
  readonly pressure?: PressureState | undefined;
}

export interface VmSeatsAnswer {
  readonly seats: Reach;
  /** Hosts that take some, those with most first. */
  readonly where: readonly HostSeats[];
  /** What stops the next one on each host, as part of a sentence. */
  readonly stops: readonly { readonly host: string; readonly why: string }[];
  /** VMs of the fleet that have a place, and keep it. */
  readonly besideVms: number;
  /** VMs of the fleet that have none themselves: they are not counted. */
  readonly withoutPlace: readonly string[];
  /** With any one host lost; null if that was not asked. */
  readonly survive: Survival | null;
  readonly exact: boolean;
}

export interface HostSeats {
  readonly host: string;
  readonly seats: number;
  /** By the cells that they get, as the host numbers them; none of VMs whose memory may lie anywhere. */
  readonly cells: readonly { readonly cells: readonly number[]; readonly seats: number }[];
}

/**
 * What placing one after another comes to, until no host takes another. That is counted host by host: what a host takes
 * depends on nothing but itself, and the order in which hosts get theirs changes no sum. Pure.
 */
export function askVmSeats(fleet: Fleet, { shape, survive, pressure }: VmSeatsQuestion): VmSeatsAnswer {
  const placed = placeVms(fleet, pressure && { pressure }).fleet;
  const roster = new HostRoster(placed, pressure);
  const demand = roster.demandOf(shape);
  const alike = new Map<number, { filled: Filled; why: string }>();
  const hosts = roster.states.map((state, position) => {
    const isEmpty = roster.vms[position]?.length === 0;
    const known = isEmpty ? alike.get(state.spec.make) : undefined;
    if (known) return known;
    const copy = roster.copy(position);
    const filled = fill(copy, demand);
    const entry = { filled, why: filled.isFull ? whyNot(copy, demand).text : "" };
    if (isEmpty) alike.set(state.spec.make, entry);
    return entry;
  });
  const seats = hosts.map(({ filled }) => filled.seats);
  const total = seats.reduce((sum, n) => sum + n, 0);
  const isBounded = hosts.every(({ filled }) => filled.isFull);
  const survival = survive ? surviveLosses(roster, seats, demand) : null;
  const nameOf = (position: number) => (roster.states[position] as HostState).spec.host.name;
  return {
    seats: reachOf({ fits: total, exceeds: isBounded ? total + 1 : Number.POSITIVE_INFINITY }),
    where: hosts
      .flatMap(({ filled }, position) => (filled.seats > 0 ? [whereOf(roster, filled, position)] : []))
      .sort((a, b) => b.seats - a.seats),
    stops: hosts.flatMap(({ filled, why }, position) =>
      filled.isFull ? [{ host: nameOf(position), why }] : [],
    ),
    besideVms: placed.vms.length - roster.withoutPlace.length,
    withoutPlace: roster.withoutPlace.map((vm) => vm.name),
    survive: survival,
    exact: isBounded && (survival === null || survival.seats.exact),
  };
}

function whereOf({ states }: HostRoster, { seats, cells }: Filled, position: number): HostSeats {
  const { host } = (states[position] as HostState).spec;
  return {
    host: host.name,
    seats,
    cells: [...cells].flatMap(([key, n]) =>
      key === "" ? [] : [{ cells: key.split(",").map((c) => host.cells[Number(c)]?.id as number), seats: n }],
    ),
  };
}
