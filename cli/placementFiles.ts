import { readFile } from "node:fs/promises";
import { listNames } from "../capacity/host/names.ts";
import type { PressureState } from "../capacity/pressure/exclusion.ts";
import type { Fleet } from "../model/fleet.ts";
import { type PlacementRecord, readPlacements, unreadPlacements } from "../model/placements.ts";
import { unreadable } from "./fleetInput.ts";

/** Files beside the fleet that decide where VMs go. */

/** What the state of `fleet watch` takes out of placement. @throws FleetError if the file cannot be read */
export async function pressureIn(path: string, fleet: Fleet): Promise<PressureState> {
  const { readPressure } = await import("../watch/pressureFile.ts");
  return readPressure(path, fleet, Date.now());
}

/** Placements that a stack remembers in its outputs. @throws FleetError if the file cannot be read */
export async function readOutputs(path: string): Promise<readonly PlacementRecord[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw unreadable(
      "model/unreadable-file",
      path,
      "stack outputs",
      error.code === "ENOENT" ? "there is no such file" : (error.code ?? error.message),
      "Write it with `pulumi stack output --json`.",
    );
  });
  try {
    const outputs: unknown = JSON.parse(text);
    const isObject = typeof outputs === "object" && outputs !== null && !Array.isArray(outputs);
    if (isObject) {
      const { placements } = outputs as { placements?: unknown };
      const unread = unreadPlacements(placements);
      if (unread.length === 0) return readPlacements(placements);
      throw unreadable(
        "model/unreadable-file",
        path,
        "stack outputs",
        `this version of numafleet does not read the placement of ${listNames(unread)}`,
        "Use the version that made the last update.",
      );
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unreadable(
    "model/unreadable-file",
    path,
    "stack outputs",
    "it is no JSON object",
    "Write it with `pulumi stack output --json`.",
  );
}
