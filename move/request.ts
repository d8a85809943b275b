/** What is asked of `fleet move`, made of the fleet: which VM, from where to where. */

import { placeVms } from "../capacity/placement/placeVms.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import { asDeclared, type PlacementRecord } from "../model/placements.ts";
import { nearest } from "../model/properties.ts";
import type { VM } from "../model/vm.ts";
import { aboutVm, refused } from "./refusal.ts";

/** A VM of the fleet by its name. @throws FleetError */
export function vmNamed({ vms }: Fleet, name: string): VM {
  const vm = vms.find((each) => each.name === name);
  if (vm) return vm;
  const known = vms.map((each) => each.name);
  const meant = nearest(name, known);
  throw refused([
    finding({
      rule: "model/unknown-name",
      path: "vms",
      subject: `VM ${name}`,
      message: `${JSON.stringify(name)} names no VM of the fleet; ${meant ? `did you mean ${meant}?` : `expected one of ${known.join(", ") || "none: it declares no VM"}.`}`,
      remedy: "Name a VM as the fleet does.",
    }),
  ]);
}

/** A fleet with a VM on its new host. */
export interface Aimed {
  readonly fleet: Fleet;
  /** Where it was placed there; undefined for a VM whose place is written by hand, or was recorded before. */
  readonly record: PlacementRecord | undefined;
}

/**
 * The fleet with a VM on another host. What a VM says itself of CPUs, cells and pools is then said of that host; one
 * whose place was found by placement is placed there, beside all that is there.
 * @throws FleetError where it has no place there
 */
export function onHost(fleet: Fleet, vm: VM, host: string): Aimed {
  const written = asDeclared(vm) ?? (vm.host === undefined ? vm : undefined);
  if (written === undefined || vm.host === host) {
    return { fleet: withVm(fleet, { ...vm, host }), record: undefined };
  }
  const open = { ...written, host, cpuPolicy: written.cpuPolicy ?? ("dedicated" as const) };
  const others = fleet.placements.filter((record) => record.vm !== vm.name);
  const placed = placeVms({ ...withVm(fleet, open), placements: others });
  const wrong = placed.findings.filter(({ severity }) => severity === "refuse");
  if (wrong.length > 0) throw refused(wrong);
  const made = placed.made.find((record) => record.vm === vm.name);
  const record = made ?? { vm: vm.name, host, pools: {} };
  return { fleet: { ...placed.fleet, placements: [...others, record] }, record };
}

function withVm(fleet: Fleet, vm: VM): Fleet {
  return { ...fleet, vms: fleet.vms.map((each) => (each.name === vm.name ? vm : each)) };
}

/** Why a VM cannot be on the host that it is to leave. */
export function checkEnds(name: string, from: DeclaredHost, to: DeclaredHost): readonly Finding[] {
  if (from.name !== to.name && from.uri !== to.uri) return [];
  return [
    aboutVm("move/same-host", name, {
      message: `VM ${name} is to go from ${from.name} to ${to.name}, which ${from.name === to.name ? "is the same host" : "have one connection URI"}.`,
      remedy: "Name another host.",
    }),
  ];
}
