import { type Finding, finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { asDeclared, type PlacementRecord } from "../../model/placements.ts";
import { Placer } from "./placer.ts";

/**
 * Counts the VMs whose placement was recorded, and tells of those that no longer fit where they were put: they stay
 * there, and another place has to be asked for.
 *
 * @param kept the record of each VM that has one, by its position
 */
export function checkKept(
  fleet: Fleet,
  placer: Placer,
  kept: readonly (PlacementRecord | undefined)[],
): Finding[] {
  const positions = new Map(fleet.placements.map((record, p) => [record.vm, p]));
  return fleet.vms.flatMap((vm, i) => {
    const record = kept[i];
    const state = record && placer.host(record.host);
    if (state === undefined) return [];
    const path = `placements[${positions.get(vm.name)}]`;
    const found: Finding[] = [];
    const why = state.conflict(vm);
    if (why !== undefined) {
      found.push(
        finding({
          rule: "placement/kept-unfit",
          path,
          subject: `VM ${vm.name}`,
          message: `The recorded placement of VM ${vm.name} no longer fits host ${record?.host}: ${why}.`,
          remedy: `Place it anew with \`fleet place --again ${vm.name}\`, and take it there with \`fleet move\`; or give it back what it had.`,
        }),
      );
    }
    if (state.spec.host.cordoned) {
      found.push(
        finding({
          rule: "placement/kept-cordoned",
          severity: "warn",
          path,
          subject: `VM ${vm.name}`,
          message: `VM ${vm.name} stays on host ${record?.host}, which is cordoned: a recorded placement is kept.`,
          remedy: `Place it anew with \`fleet place --again ${vm.name}\` and take it there with \`fleet move\`, or leave it there.`,
        }),
      );
    }
    placer.add(vm);
    return found;
  });
}

/**
 * The same for a fleet in which nothing is left to place: only where something is refused, or a host is cordoned, is
 * there anything to find.
 */
export function checkRecords(fleet: Fleet, isRefused: boolean): Finding[] {
  const mayTell = isRefused || fleet.hosts.some((host) => host.cordoned);
  if (fleet.placements.length === 0 || !mayTell) return [];
  const records = recordsOf(fleet);
  const placer = new Placer(fleet);
  fleet.vms.forEach((vm, i) => {
    if (records[i] === undefined) placer.add(vm);
  });
  return checkKept(fleet, placer, records);
}

/** The record that each VM's place is from, by its position; undefined for those placed by hand or not at all. */
export function recordsOf({ vms, placements }: Fleet): (PlacementRecord | undefined)[] {
  const recorded = new Map(placements.map((record) => [record.vm, record]));
  return vms.map((vm) => (asDeclared(vm) === undefined ? undefined : recorded.get(vm.name)));
}
