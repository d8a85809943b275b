import { resolve } from "node:path";
import { NO_PRESSURE, type PressureState } from "../capacity/pressure/exclusion.ts";
import type { Fleet } from "../model/fleet.ts";
import { readPressure } from "../watch/pressureFile.ts";
import type { Settings } from "./settings.ts";

/**
 * What `fleet watch` has found under pressure, out of the state file that the config names; nothing without one, and in
 * a rehearsal, where another machine plays the hosts.
 *
 * @param folder the project's folder, from which a relative path starts
 * @throws FleetError if the file is not there or is none of a watch's
 */
export async function fleetPressure(
  { pressure, rehearsal }: Pick<Settings, "pressure" | "rehearsal">,
  fleet: Fleet,
  folder: string,
  nowMs: () => number = Date.now,
): Promise<PressureState> {
  if (pressure === undefined || rehearsal !== undefined) return NO_PRESSURE;
  return readPressure(resolve(folder, pressure), fleet, nowMs());
}
