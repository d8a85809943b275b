import type { Edit } from "../model/documentEdit.ts";
import type { Fleet } from "../model/fleet.ts";
import { asDeclared, type PlacementRecord } from "../model/placements.ts";
import type { VM } from "../model/vm.ts";
import { openFleetFile, planChange, writeChange } from "./fleetChange.ts";
import { placementEdits } from "./placementEdits.ts";
import type { Streams } from "./streams.ts";

/** Shows how a moved VM's entry in its fleet file changes, and writes it where that is asked for. */
export async function moveInFile(
  path: string,
  vm: VM,
  { record, to }: { readonly record: PlacementRecord | undefined; readonly to: string },
  write: boolean,
  { out, err }: Streams,
): Promise<void> {
  if (vm.host === to && record === undefined) return;
  const byHand = (why: string) => err(`${why}\nWrite host ${to} for VM ${vm.name} there by hand.\n`);
  const file = await openFleetFile(path, "VMs");
  if ("why" in file) return byHand(file.why);
  const edits = editsOf(file.fleet, vm, record, to);
  if ("why" in edits) return byHand(`${path} cannot be changed: ${edits.why}.`);
  const change = planChange(file, edits);
  if ("why" in change) return byHand(change.why);
  out(change.difference);
  if (!write) return err(`${path} is not written without --write.\n`);
  const problem = await writeChange(change);
  if (problem) byHand(problem.why);
}

/** The VM's own host where it names one, and the record of its placement where it has one. */
function editsOf(
  { vms, placements }: Fleet,
  vm: VM,
  record: PlacementRecord | undefined,
  to: string,
): readonly Edit[] | { readonly why: string } {
  const index = vms.findIndex((each) => each.name === vm.name);
  const written = asDeclared(vm) ?? vm;
  const own: Edit[] =
    written.host === undefined || written.host === to ? [] : [{ path: ["vms", index, "host"], value: to }];
  if (record === undefined) return own;
  const placed = placementEdits(placements, [record]);
  return "why" in placed ? placed : [...own, ...placed];
}
