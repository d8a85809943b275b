import { type PressureState, pressureOf } from "../capacity/pressure/exclusion.ts";
import type { Fleet } from "../model/fleet.ts";
import { readWatchState } from "./stateFile.ts";

/**
 * What is under pressure on a fleet's hosts, by the state file of a watch.
 *
 * @throws FleetError if the file is not there or is none of a watch's
 */
export async function readPressure(path: string, fleet: Fleet, nowMs: number): Promise<PressureState> {
  return pressureOf(await readWatchState(path), fleet.hosts, fleet.placement.pressure, nowMs);
}
