import { binding } from "../host/binding.ts";
import type { Machine } from "../host/machine.ts";
import { hugepageBytes } from "../host/memory.ts";
import { listCells } from "../host/names.ts";
import type { CellPool, GuestSample } from "./sample.ts";

/**
 * The cells that guests are bound to, by each nodeset that is in use, with all guests that are bound to it or to a part
 * of it. A guest that only prefers cells, or is bound to all of them, is in the host's account alone.
 */
export function cellPools(machine: Machine, samples: readonly Pick<GuestSample, "uuid">[]): CellPool[] {
  const { cells, reserved } = machine.host;
  const bound = machine.guests.map((guest) => {
    const { kind, places } = binding(machine, guest);
    return kind === "preferred" || places.length === cells.length ? [] : places;
  });
  const sets = new Map(bound.flatMap((places) => (places.length === 0 ? [] : [[places.join(), places]])));
  return [...sets.values()].map((places) => ({
    name: listCells(places.map((place) => cells[place]?.id as number)),
    available: places.reduce((sum, place) => {
      const kept = reserved.memoryPerCell + hugepageBytes(machine, place);
      return sum + Math.max(0, (cells[place]?.memory ?? 0) - kept);
    }, 0),
    guests: samples.flatMap(({ uuid }, i) => {
      const own = bound[i] ?? [];
      return own.length > 0 && own.every((place) => places.includes(place)) ? [uuid] : [];
    }),
  }));
}
