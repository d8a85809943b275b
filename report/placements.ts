import { formatCpuset } from "../model/cpuset.ts";
import type { PlacementRecord } from "../model/placements.ts";
import { renderTable } from "./table.ts";

/** A placement, and how it came about: `kept`, `placed now`, `moved from a`. */
export interface ShownPlacement {
  readonly record: PlacementRecord;
  readonly how: string;
}

export function renderPlacements(placements: readonly ShownPlacement[]): string {
  if (placements.length === 0) return "No VM is placed: each names its host.";
  return renderTable(
    ["VM", "host", "cells", "CPUs", "emulator", "pools", ""],
    placements.map(({ record: { vm, host, cells, pins, emulator, pools }, how }) => [
      vm,
      host,
      cells === undefined ? "any" : formatCpuset(cells),
      pins === undefined ? "shared" : formatCpuset(pins.flat()),
      emulator === undefined ? "" : formatCpuset(emulator),
      Object.entries(pools)
        .map(([disk, pool]) => `${disk}: ${pool}`)
        .join(", "),
      how,
    ]),
    7,
  );
}
