import { type PlacedFleet, placeVms } from "../capacity/placement/placeVms.ts";
import { checkRemembered, forgotten, recallPlacements } from "../capacity/placement/recall.ts";
import type { PressureState } from "../capacity/pressure/exclusion.ts";
import type { Finding } from "../model/finding.ts";
import { type Fleet, type FleetInput, requireFleet } from "../model/fleet.ts";
import { reachBy } from "../model/hostUris.ts";
import { readPlacements } from "../model/placements.ts";
import { fleetPressure } from "./pressure.ts";
import { previousOutputs } from "./previous.ts";
import type { Settings } from "./settings.ts";
import { fleetSource } from "./source.ts";

/** What a run of the program is about. */
export interface Stack {
  readonly settings: Settings;
  /** The project's folder, from which relative paths start. */
  readonly folder: string;
  /** The fleet as it was written. */
  readonly source: FleetInput;
  /** The fleet with each VM in its place, as far as there is one. */
  readonly fleet: Fleet;
  readonly placed: PlacedFleet;
  readonly pressure: PressureState;
  /** What remembered placements tell: VMs that move, hosts that are gone. */
  readonly recalled: readonly Finding[];
  /** The outputs of the last update. */
  readonly previous: Readonly<Record<string, unknown>> | undefined;
}

/** Loads the fleet, and places the VMs that name no host: where they were, if they were anywhere. */
export async function loadStack(settings: Settings, folder: string): Promise<Stack> {
  const { outputs: previous, unread } = await previousOutputs();
  const source = (await fleetSource(settings, folder)) as FleetInput;
  const declared = reachBy(requireFleet(source), settings.uris, "numafleet:uris");
  const recalled = recallPlacements(declared, readPlacements(previous?.placements));
  const pressure = await fleetPressure(settings, declared, folder);
  const placed = placeVms(recalled.fleet, { pressure });
  return {
    settings,
    folder,
    source,
    fleet: placed.fleet,
    placed,
    pressure,
    recalled:
      unread === undefined
        ? [...recalled.findings, ...checkRemembered(declared, previous?.placements)]
        : forgotten(declared, unread),
    previous,
  };
}
