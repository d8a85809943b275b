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
  const hasGpus = placements.some(({ record }) => record.gpus !== undefined);
  const columns = ["VM", "host", "cells", "CPUs", "emulator", ...(hasGpus ? ["GPUs"] : []), "pools", ""];
  return renderTable(
    columns,
    placements.map(({ record: { vm, host, cells, pins, emulator, gpus, pools }, how }) => [
      vm,
      host,
      cells === undefined ? "any" : formatCpuset(cells),
      pins === undefined ? "shared" : formatCpuset(pins.flat()),
      emulator === undefined ? "" : formatCpuset(emulator),
      ...(hasGpus ? [gpus?.join(", ") ?? ""] : []),
      Object.entries(pools)
        .map(([disk, pool]) => `${disk}: ${pool}`)
        .join(", "),
      how,
    ]),
    columns.length,
  );
}
