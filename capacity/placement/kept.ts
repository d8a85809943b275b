import { compareText, type Finding, finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { asDeclared, type PlacedVM, type PlacementRecord, placedBy } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import { listNames } from "../host/names.ts";
import { Placer } from "./placer.ts";

/** A VM that stays where it was placed, and has got disks since. */
export interface Grown {
  readonly i: number;
  readonly vm: PlacedVM;
  readonly record: PlacementRecord;
  /** Pools of its new disks, by their names. */
  readonly pools: PlacementRecord["pools"];
}

/**
 * Counts the VMs whose placement was recorded, and tells of those that no longer fit where they were put: they stay
 * there, and another place has to be asked for. Disks that they have got since get pools there.
 *
 * @param kept the record of each VM that has one, by its position
 */
export function checkKept(
  fleet: Fleet,
  placer: Placer,
  kept: readonly (PlacementRecord | undefined)[],
): { readonly findings: Finding[]; readonly grown: readonly Grown[] } {
  const positions = new Map(fleet.placements.map((record, p) => [record.vm, p]));
  const unfit = ({ name }: VM, host: string, why: string) =>
    finding({
      rule: "placement/kept-unfit",
      path: `placements[${positions.get(name)}]`,
      subject: `VM ${name}`,
      message: `The recorded placement of VM ${name} no longer fits host ${host}: ${why}.`,
      remedy: `Place it anew with \`fleet place --again ${name}\`, and take it there with \`fleet move\`; or give it back what it had.`,
    });
  const findings = fleet.vms.flatMap((vm, i) => {
    const record = kept[i];
    const state = record && placer.host(record.host);
    if (state === undefined) return [];
    const found: Finding[] = [];
    const why = state.conflict(vm);
    if (why !== undefined) found.push(unfit(vm, record?.host as string, why));
    if (state.spec.host.cordoned) {
      found.push(
        finding({
          rule: "placement/kept-cordoned",
          severity: "warn",
          path: `placements[${positions.get(vm.name)}]`,
          subject: `VM ${vm.name}`,
          message: `VM ${vm.name} stays on host ${record?.host}, which is cordoned: a recorded placement is kept.`,
          remedy: `Place it anew with \`fleet place --again ${vm.name}\` and take it there with \`fleet move\`, or leave it there.`,
        }),
      );
    }
    placer.add(
      vm,
      vm.disks.filter((disk) => disk.pool !== undefined),
    );
    return found;
  });
  const grown = fleet.vms
    .flatMap((vm, i) => {
      const record = kept[i];
      return record !== undefined && lacksPool(vm) ? [{ i, vm, record }] : [];
    })
    .sort((a, b) => compareText(a.vm.name, b.vm.name))
    .flatMap(({ i, vm, record }) => {
      const pools = placer.addDisks(vm);
      if (pools === undefined) {
        const names = vm.disks.flatMap((disk) => (disk.pool === undefined ? [disk.name] : []));
        findings.push(
          unfit(vm, record.host, `no pool that takes new disks has room for ${listNames(names)}`),
        );
        return [];
      }
      const after = { ...record, pools: { ...record.pools, ...pools } };
      return [{ i, vm: placedBy(asDeclared(vm) ?? vm, after) as PlacedVM, record: after, pools }];
    });
  return { findings, grown };
}

/** True of a VM with a disk of which nobody has said where it lies. */
export function lacksPool({ disks }: VM): boolean {
  return disks.some((disk) => disk.pool === undefined);
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
  return checkKept(fleet, placer, records).findings;
}

/** The record that each VM's place is from, by its position; undefined for those placed by hand or not at all. */
export function recordsOf({ vms, placements }: Fleet): (PlacementRecord | undefined)[] {
  const recorded = new Map(placements.map((record) => [record.vm, record]));
  return vms.map((vm) => (asDeclared(vm) === undefined ? undefined : recorded.get(vm.name)));
}
