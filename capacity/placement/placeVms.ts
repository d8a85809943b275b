import { compareText, type Finding, sortFindings } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { asDeclared, isUnplaced, type PlacementRecord } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import type { PressureState } from "../pressure/exclusion.ts";
import { isDedicated } from "./demand.ts";
import { checkKept, type Grown, lacksPool, recordsOf } from "./kept.ts";
import { Placer } from "./placer.ts";
import { MOST_EXPLAINED, type Refusal, refusalOf, refused, unexplained } from "./refusal.ts";

export interface PlaceOptions {
  /** Hosts and pools that take nothing new. */
  readonly pressure?: PressureState;
  /** Names of VMs that are placed anew, whatever is recorded of them. */
  readonly again?: readonly string[];
  /** Is told of each VM just before it is placed, with the hosts as they are then. */
  readonly before?: (vm: VM, placer: Placer) => void;
}

/** A fleet with all its VMs placed, or what keeps them from it. */
export interface PlacedFleet {
  readonly fleet: Fleet;
  /** Of all VMs that were placed, now or before, in the fleet's order. */
  readonly records: readonly PlacementRecord[];
  /** Those that were made now. */
  readonly made: readonly PlacementRecord[];
  /** VMs that were placed anew and had a record before. */
  readonly moved: readonly {
    readonly vm: string;
    readonly from: PlacementRecord;
    readonly to: PlacementRecord;
  }[];
  /** Those that stayed where they were placed, and got pools there for disks that they have got since. */
  readonly grown: readonly Pick<Grown, "record" | "pools">[];
  /** VMs without a place, largest first. */
  readonly refusals: readonly Refusal[];
  readonly findings: readonly Finding[];
}

/**
 * Places the VMs that have no place. Those that have one come first, and none of them moves; then come the others, one
 * after another, the largest first, whatever the order in which they are declared. Pure: the same fleet gives the same
 * placement.
 */
export function placeVms(
  fleet: Fleet,
  { pressure, again = [], before: tell }: PlaceOptions = {},
): PlacedFleet {
  const before = recordsOf(fleet);
  const anew = new Set(again);
  const waiting = fleet.vms.flatMap((vm, i) => {
    const declared = anew.has(vm.name) ? asDeclared(vm) : undefined;
    if (declared === undefined && !isUnplaced(vm)) return [];
    return [{ i, vm: declared ?? vm, before: before[i] }];
  });
  if (waiting.length === 0 && !fleet.vms.some((vm, i) => before[i] !== undefined && lacksPool(vm))) {
    const records = before.filter((record) => record !== undefined);
    return { fleet, records, made: [], moved: [], grown: [], refusals: [], findings: [] };
  }

  const placer = new Placer(fleet, pressure);
  const open = new Set(waiting.map(({ i }) => i));
  const kept = before.map((record, i) => (open.has(i) ? undefined : record));
  fleet.vms.forEach((vm, i) => {
    if (!open.has(i) && kept[i] === undefined) placer.add(vm);
  });
  const { findings, grown } = checkKept(fleet, placer, kept);
  for (const { vm } of waiting) if (vm.host !== undefined) placer.host(vm.host)?.cpus.takeHelpers(vm);

  const vms = [...fleet.vms];
  const records = [...kept];
  for (const { i, vm, record } of grown) {
    vms[i] = vm;
    records[i] = record;
  }
  const made: PlacementRecord[] = [];
  const moved: { vm: string; from: PlacementRecord; to: PlacementRecord }[] = [];
  const without: typeof waiting = [];
  for (const entry of waiting.sort((a, b) => compareOrder(a.vm, b.vm))) {
    tell?.(entry.vm, placer);
    const placed = placer.place(entry.vm);
    if (placed === undefined) {
      // A record that was to be made anew is kept where there is no other place.
      records[entry.i] = entry.before;
      without.push(entry);
      continue;
    }
    vms[entry.i] = placed.vm;
    records[entry.i] = placed.record;
    made.push(placed.record);
    if (entry.before) moved.push({ vm: entry.vm.name, from: entry.before, to: placed.record });
  }
  const refusals = without.slice(0, MOST_EXPLAINED).map(({ vm }) => refusalOf(placer, vm, pressure));
  findings.push(
    ...refusals.map((refusal, r) => refused(refusal, without[r]?.i as number)),
    ...unexplained(without.slice(MOST_EXPLAINED)),
  );
  return {
    fleet: { ...fleet, vms },
    records: records.filter((record) => record !== undefined),
    made,
    moved,
    grown,
    refusals,
    findings: sortFindings(findings),
  };
}

/**
 * The order of placing. Who has the least choice comes first: VMs that name their host, then those with CPUs of their
 * own, then by size; names settle the rest.
 */
export function compareOrder(a: VM, b: VM): number {
  const disks = (vm: VM) => vm.disks.reduce((sum, disk) => sum + disk.size, 0);
  return (
    Number(a.host === undefined) - Number(b.host === undefined) ||
    Number(isDedicated(b)) - Number(isDedicated(a)) ||
    (b.guestCells ?? 1) - (a.guestCells ?? 1) ||
    b.memory - a.memory ||
    b.vcpus - a.vcpus ||
    disks(b) - disks(a) ||
    compareText(a.name, b.name)
  );
}
