import { resolve } from "node:path";
import type { CapacityDiff } from "../capacity/diff.ts";
import { NO_PRESSURE, type PressureState } from "../capacity/pressure/exclusion.ts";
import { checkPressure } from "../capacity/pressure/gate.ts";
import { type Residents, residentsOf } from "../capacity/pressure/residents.ts";
import type { Finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { readResidents } from "../report/residents.ts";
import { readPressure } from "../watch/pressureFile.ts";
import { stateResources } from "./previous.ts";
import type { Settings } from "./settings.ts";
import type { Stack } from "./stack.ts";
import { readUrn } from "./urn.ts";

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

/** What pressure has against an update. @param diff against the last one */
export async function judgePressure(
  { pressure, fleet, previous }: Pick<Stack, "pressure" | "fleet" | "previous">,
  diff: CapacityDiff,
): Promise<Finding[]> {
  // Only then is the state asked for: it may be large.
  if (pressure.filtered.length + pressure.unknown.length === 0) return [];
  const before = await made(readResidents(previous?.vms));
  return checkPressure(pressure, diff, { before, after: residentsOf(fleet) });
}

/** An update that fails leaves its outputs all the same: of the VMs in them, those that the state has were made. */
async function made(told: Residents | undefined): Promise<Residents | undefined> {
  const urns = told && (await stateResources());
  if (told === undefined || urns === undefined) return told;
  const domains = new Set(urns.flatMap(domainOf));
  return new Map([...told].filter(([name, { isForeign }]) => isForeign || domains.has(name)));
}

function domainOf(urn: string): string[] {
  const { types, name } = readUrn(urn);
  return types.at(-1) === "libvirt:index/domain:Domain" ? [name] : [];
}
