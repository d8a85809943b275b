/** What is asked of `fleet move`, made of the fleet: which VM, from where to where. */

import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
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

/** The fleet with a VM on another host. What the VM says of CPUs, cells and pools is then said of that host. */
export function onHost(fleet: Fleet, name: string, host: string): Fleet {
  return { ...fleet, vms: fleet.vms.map((vm) => (vm.name === name ? { ...vm, host } : vm)) };
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
