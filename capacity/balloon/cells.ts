import type { Bytes } from "../../model/quantity.ts";
import { binding } from "../host/binding.ts";
import type { Machine } from "../host/machine.ts";
import { hugepageBytes } from "../host/memory.ts";
import { listCells } from "../host/names.ts";
import type { CellPool, GuestSample } from "./sample.ts";

/** A domain that the fleet does not have. */
export interface Stranger {
  /** What it may take at most, QEMU's overhead included. */
  readonly bytes: Bytes;
  /** Ids of the cells that it is bound to; undefined where it may lie anywhere. */
  readonly nodeset: readonly number[] | undefined;
}

/**
 * The cells that guests are bound to, by each nodeset that is in use, with all guests that are bound to it or to a part
 * of it. A guest that only prefers cells, or is bound to all of them, is in the host's account alone. One that lies in
 * equal parts in more cells than these has its part of all its memory here, whatever its balloon takes: nobody knows
 * where that was.
 */
export function cellPools(
  machine: Machine,
  samples: readonly GuestSample[],
  strangers: readonly Stranger[],
): CellPool[] {
  const { cells, reserved } = machine.host;
  const bindings = machine.guests.map((guest) => binding(machine, guest));
  const bound = bindings.map(({ kind, places }) =>
    kind === "preferred" || places.length === cells.length ? [] : places,
  );
  const partsIn = (places: readonly number[]) =>
    bindings.reduce((sum, { kind, places: own }, i) => {
      const sample = samples[i];
      const here = own.filter((place) => places.includes(place)).length;
      if (kind !== "even" || sample === undefined || here === own.length) return sum;
      return sum + (here / own.length) * mostOf(sample);
    }, 0);
  const strangersIn = (places: readonly number[]) => {
    const ids = new Set(places.map((place) => cells[place]?.id));
    return strangers
      .filter(({ nodeset }) => nodeset?.every((id) => ids.has(id)))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  };
  const sets = new Map(bound.flatMap((places) => (places.length === 0 ? [] : [[places.join(), places]])));
  return [...sets.values()].map((places) => ({
    name: listCells(places.map((place) => cells[place]?.id as number)),
    available:
      places.reduce((sum, place) => {
        const kept = reserved.memoryPerCell + hugepageBytes(machine, place);
        return sum + Math.max(0, (cells[place]?.memory ?? 0) - kept);
      }, 0) -
      partsIn(places) -
      strangersIn(places),
    guests: samples.flatMap(({ uuid }, i) => {
      const own = bound[i] ?? [];
      return own.length > 0 && own.every((place) => places.includes(place)) ? [uuid] : [];
    }),
  }));
}

function mostOf({ bounds, live }: GuestSample): Bytes {
  const memory = live ? Math.max(live.whole, live.current) : bounds.minimum;
  return bounds.overhead + ((live ?? bounds).onHugepages ? 0 : memory);
}
