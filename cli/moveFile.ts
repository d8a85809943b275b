import type { Edit } from "../model/documentEdit.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Asked } from "../move/plan.ts";
import { openFleetFile, planChange, writeChange } from "./fleetChange.ts";
import type { Streams } from "./streams.ts";

/** Shows how a moved VM's entry in its fleet file changes, and writes it where that is asked for. */
export async function moveInFile(
  path: string,
  { vm, to }: Pick<Asked, "vm" | "to">,
  before: Fleet,
  write: boolean,
  { out, err }: Streams,
): Promise<void> {
  const edits = editsOf(before, vm.name, to.name);
  if (edits.length === 0) return;
  const byHand = (why: string) => err(`${why}\nWrite host ${to.name} for VM ${vm.name} there by hand.\n`);
  const file = await openFleetFile(path, "VMs");
  if ("why" in file) return byHand(file.why);
  const change = planChange(file, edits);
  if ("why" in change) return byHand(change.why);
  out(change.difference);
  if (!write) return err(`${path} is not written without --write.\n`);
  const problem = await writeChange(change);
  if (problem) byHand(problem.why);
}

/** The VM's own host where it names one, else the host of its placement. */
function editsOf({ vms, placements }: Fleet, name: string, to: string): Edit[] {
  const index = vms.findIndex((vm) => vm.name === name);
  if (vms[index]?.host === to) return [];
  const record = placements.findIndex((placement) => placement.vm === name);
  return [{ path: record < 0 ? ["vms", index, "host"] : ["placements", record, "host"], value: to }];
}
