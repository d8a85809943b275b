import type { Fleet } from "../../model/fleet.ts";
import { formatBytes } from "../../model/format.ts";
import type { PlacementRecord } from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
import { machines } from "../host/machine.ts";
import { count } from "../host/names.ts";
import { placeVms } from "../placement/placeVms.ts";
import type { PressureState } from "../pressure/exclusion.ts";
import { type Candidates, rateCandidates } from "./candidates.ts";
import { cpuFigures } from "./cpuFigures.ts";
import { gpuFigures, networkFigures, storageFigures } from "./deviceFigures.ts";
import { type Building, type Figure, Origin } from "./figure.ts";
import { memoryFigures } from "./memoryFigures.ts";
import type { Subject } from "./subject.ts";

/** All figures of a VM with their formulas and sources, and how its host was found. */
export interface Explanation {
  readonly vm: string;
  /** Null if it has no place. */
  readonly host: string | null;
  readonly figures: readonly Figure[];
  /** Rated hosts and the cells of the chosen one; nothing of a VM that was not placed now. */
  readonly place: Candidates;
}

const RULE = "scheduler guide, LeastAllocated (capacity/placement/score.ts)";
const NOT_RATED: Candidates = { hosts: [], cells: [] };

/**
 * Derives every number of a VM by the functions that the judgement and the program take them from.
 *
 * @param written the fleet as it was written: what is not in it is a default
 * @param name of a VM of the fleet
 */
export function explainVm(
  fleet: Fleet,
  written: unknown,
  name: string,
  build: Building,
  pressure?: PressureState,
): Explanation {
  const index = fleet.vms.findIndex((vm) => vm.name === name);
  const byCount = fleet.placement.algorithm === "least_vm_count";
  let place = NOT_RATED;
  const placed = placeVms(fleet, {
    ...(pressure && { pressure }),
    before: (vm, placer) => {
      if (vm.name === name) place = rateCandidates(placer, vm, byCount);
    },
  });
  const vm = placed.fleet.vms[index] as VM;
  const machine = machines(placed.fleet).find(({ host }) => host.name === vm.host);
  const record = placed.records.find((r) => r.vm === name);
  const made = record !== undefined && placed.made.includes(record);
  const subject: Subject = {
    fleet: placed.fleet,
    written,
    vm,
    origin: new Origin(
      `vms[${index}]`,
      writtenVm(written, index),
      made ? "now" : keptAt(fleet, written, record),
    ),
    built: build(vm, machine?.host),
    machine,
    place,
  };
  return {
    vm: name,
    host: machine?.host.name ?? null,
    figures: [
      hostFigure(subject),
      ...cpuFigures(subject),
      ...memoryFigures(subject),
      ...storageFigures(subject),
      ...networkFigures(subject),
      ...gpuFigures(subject),
    ],
    place,
  };
}

/** Where its record is: in the fleet or, behind those that are written there, what the stack remembers. */
function keptAt(
  { placements }: Fleet,
  written: unknown,
  record: PlacementRecord | undefined,
): string | undefined {
  const index = placements.findIndex(({ vm }) => vm === record?.vm);
  if (index < 0) return undefined;
  const own =
    (written as { readonly placements?: readonly unknown[] } | null | undefined)?.placements?.length ?? 0;
  return index < own ? `placements[${index}]` : "the stack's output placements";
}

/** VMs keep their order when a fleet is read. */
function writtenVm(written: unknown, index: number): unknown {
  return (written as { readonly vms?: readonly unknown[] } | null | undefined)?.vms?.[index];
}

function hostFigure({ vm, machine, origin, place, fleet }: Subject): Figure {
  const by = origin.placed(["host"], RULE);
  const fitting = place.hosts.filter((host) => host.why === null).length;
  const score = place.hosts[0]?.score;
  const rule =
    fleet.placement.algorithm === "least_vm_count" || score === null
      ? "the one with the fewest VMs"
      : "the one with most left, by the mean of its shares";
  return {
    part: "place",
    name: "host",
    value: machine?.host.name ?? null,
    text: machine?.host.name ?? "none",
    formula:
      machine === undefined
        ? `none of ${count(place.hosts.length, "host")} has a place for ${count(vm.vcpus, "vCPU")} and ${formatBytes(vm.memory)}`
        : by.by === "placed"
          ? `of ${count(fitting, "host")} with a place, ${rule}; ties go to the first name`
          : by.by === "recorded"
            ? "kept where it was placed"
            : "",
    ...by,
  };
}
