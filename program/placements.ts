import type { PlacedFleet } from "../capacity/placement/placeVms.ts";
import { formatCpuset } from "../model/cpuset.ts";
import type { FleetInput } from "../model/fleet.ts";
import { type PlacementRecord, type WrittenPlacement, writtenPlacement } from "../model/placements.ts";

/**
 * The fleet as it was written, with the placements that hold: a policy pack judges the same VMs in the same places. As
 * it was, if none was placed.
 */
export function withRecords(source: FleetInput, records: readonly PlacementRecord[]): FleetInput {
  return records.length === 0 ? source : { ...source, placements: records.map(writtenPlacement) };
}

/** The stack output `placements`, by which the next update keeps VMs where they are; none if none was placed. */
export function placementOutputs(records: readonly PlacementRecord[]): { placements?: WrittenPlacement[] } {
  return records.length === 0 ? {} : { placements: records.map(writtenPlacement) };
}

/** One line for each VM that is placed now, and for each that got disks where it is. */
export function tellPlaced({ made, grown }: PlacedFleet): string[] {
  const inPools = (pools: PlacementRecord["pools"]) =>
    Object.entries(pools).map(([disk, pool]) => `disk ${disk} in pool ${pool}`);
  const placed = made.map(({ vm, host, cells, pins, emulator, gpus = [], pools }) => {
    const parts = [
      ...(cells === undefined ? [] : [`${cells.length === 1 ? "cell" : "cells"} ${formatCpuset(cells)}`]),
      ...(pins === undefined ? ["shared CPUs"] : [`CPUs ${formatCpuset(pins.flat())}`]),
      ...(emulator === undefined ? [] : [`emulator on ${formatCpuset(emulator)}`]),
      ...gpus.map((address) => `GPU ${address}`),
      ...inPools(pools),
    ];
    return `VM ${vm} is placed on host ${host}: ${parts.join(", ")}.`;
  });
  const stayed = grown.map(
    ({ record, pools }) =>
      `VM ${record.vm} stays on host ${record.host}, and gets ${inPools(pools).join(", ")}.`,
  );
  return [...placed, ...stayed];
}
